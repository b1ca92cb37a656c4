// A question before a figure unlocks, and the verdict once the figure itself has shown the answer.
// Python declares `predict` (question, answer, other answer) and `verdict` (right answer, why); the
// scene's `answered()` says when it has been seen.

import { element, write } from "./dom.js";

export class Prediction {
  constructor(figure) {
    const { model } = figure;
    const [question, ...answers] = model.get("predict") ?? [];
    const [right, why] = model.get("verdict") ?? [];
    Object.assign(this, { figure, question, right, why, made: Boolean(model.get("guess")) });
    // where the figure moves from the start it can always be stopped
    this.mayRun = model.get("running");
    this.said = element("p", { role: "status" });
    if (!question) return;
    const choose = (guess) => element("button", { type: "button", click: () => this.choose(guess) }, guess);
    const skip = element("button", { type: "button", class: "rgw-skip", click: () => this.choose("") }, "Skip");
    const asked = element("p", {}, element("b", {}, "Predict: "), question);
    this.root = element("div", { class: "rgw-predict" }, ...(this.made ? [] : [asked, ...answers.map(choose), skip]));
    this.root.append(this.said);
  }

  /** Whether an answer is waited for: until then nothing moves but what moved from the start. */
  get open() {
    return Boolean(this.question) && !this.made;
  }

  lock() {
    const { figure, open } = this;
    for (const part of [figure.locked, figure.lockedTools]) part.disabled = open;
    for (const button of [figure.runButton, figure.stepButton]) button.disabled = open && !this.mayRun;
    figure.root.toggleAttribute("data-asks", open); // and the stage takes no pointer
  }

  choose(guess) {
    this.made = true;
    this.root.replaceChildren(this.said);
    this.figure.set({ guess });
    this.lock();
    this.figure.refresh();
    this.figure.sliders[0].input.focus();
  }

  /** Bring the sentence up to date. The verdict, once it has come, stays. */
  follow() {
    if (!this.question || this.open) return;
    this.seen ||= Boolean(this.right) && this.figure.scene.answered();
    const guess = this.figure.model.get("guess");
    const bet = guess ? `Your guess: ${guess}. ` : "Skipped. ";
    const agrees = guess === this.right ? "It is so" : `It is ${this.right}`;
    write(this.said, bet + (this.seen ? `${agrees}: ${this.why}` : "Now see."));
  }
}
