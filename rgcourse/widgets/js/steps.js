// Scenes that move in steps, slower than the screen: descents, flows, walks through a table.

import { Scene, calm, element } from "./figure.js";

/**
 * Once in so many `frames` of the clock it makes a step, `advance()`; where the last run is `done`,
 * it starts anew with `begin()`.
 */
export class SteppedScene extends Scene {
  frames = 1;
  phase = 0;

  /** Whether the clock takes whole steps: for the step button, and for readers who want it calm. */
  get whole() {
    return !this.figure.running || calm.matches;
  }

  step() {
    if (this.done) this.begin();
    const share = this.whole ? 1 : 1 / this.frames;
    this.phase += share;
    if (this.phase > 1 - 1e-9) {
      this.phase = 0;
      this.advance();
    }
    return share;
  }

  /** A point under the pointer; let go, it flows, for calm readers at once to its end. */
  drop(traits, phase) {
    this.figure.set({ ...traits, running: false });
    if (phase !== "up") return;
    if (calm.matches) while (!this.done) this.advance();
    else this.figure.set({ running: true });
    this.figure.refresh();
  }

  begin() {
    this.phase = 0;
  }

  reset() {
    this.begin();
  }

  /** What is worth keeping until `key` changes. */
  kept(name, key, make) {
    this.drawn ??= {};
    if (this.drawn[name]?.key !== key) this.drawn[name] = { key, value: make() };
    return this.drawn[name].value;
  }

  /** A box to tick: the trait is `on`, or else `off`. */
  box(trait, on = true, off = false) {
    const input = element("input", { type: "checkbox", change: () => this.figure.set({ [trait]: input.checked ? on : off }) });
    this.control(trait, (value) => (input.checked = value === on));
    return input;
  }
}
