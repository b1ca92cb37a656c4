// Two glasses of random couplings, seen along the directions of a step of zooming out.

import kernels from "../glass.wasm";
import { number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const WIDTH = 0.36; // of a bar, in columns
const SAME = 1.02; // ratio of two strengths that look alike

class GlassScene extends SteppedScene {
  frames = 30;

  constructor(model, kernels) {
    super(model);
    const { n, left, sizes } = this.constants;
    this.kernels = kernels;
    const reals = (values) => {
      const address = kernels.allocate("float64", values.length);
      kernels.view("float64", address, values.length).set(values);
      return address;
    };
    [this.left, this.sizes] = [left, sizes].map(reals);
    this.state = kernels.allocate("uint32", 8);
    this.glasses = [0, 1].map(() => ({
      couplings: reals(Array(n).fill(0)),
      start: reals(Array(n).fill(0)),
      now: reals(Array(n).fill(0)),
    }));
  }

  begin() {
    super.begin();
    this.kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
    this.shaken();
  }

  /** Fresh couplings in both glasses. */
  shaken() {
    const { kernels, constants, glasses, state } = this;
    for (const { couplings } of glasses) kernels.shake(constants.n, couplings, state);
    this.matched = false;
    this.settle();
  }

  shake() {
    this.shaken();
    this.figure.set({ zooms: 0 });
    this.figure.refresh();
  }

  /** Turn field and coupling of the second glass until it grows as the first one does. */
  match() {
    const { kernels, constants, glasses, left } = this;
    const [field, heat] = constants.knobs;
    kernels.match_knobs(constants.n, left, field, heat, glasses[0].couplings, glasses[1].couplings);
    this.matched = true;
    this.settle();
    this.figure.refresh();
  }

  settle() {
    for (const { couplings, start } of this.glasses)
      this.kernels.strengths(this.constants.n, this.left, couplings, start);
  }

  get done() {
    return false;
  }

  step() {
    if (this.zooms >= this.constants.most) this.figure.set({ zooms: 0 });
    return super.step();
  }

  advance() {
    this.figure.set({ zooms: this.zooms + 1 });
    if (this.zooms >= this.constants.most) this.figure.set({ running: false });
  }

  reset() {
    this.begin();
  }

  exhibit() {
    this.figure.set({ zooms: 4 });
  }

  /** The strengths of both glasses now. */
  get strengths() {
    const { kernels, constants, sizes, zooms } = this;
    return this.glasses.map(({ start, now }) => {
      kernels.after_zooms(constants.n, start, sizes, zooms, now);
      return [...kernels.view("float64", now, constants.n)];
    });
  }

  /** Which directions still have enough of their start. */
  get alive() {
    return this.constants.sizes.map((size) => size ** this.zooms > this.constants.left_over);
  }

  draw() {
    const { bars, alive } = this;
    bars.begin();
    for (const [glass, strengths] of this.strengths.entries())
      for (const [i, strength] of strengths.entries()) this.bar(i + 1, glass, strength, alive[i]);
    bars.text(1, bars.y.low, "field, heat", { dx: -8, dy: 30, colour: "accent" });
  }

  bar(column, glass, strength, alive) {
    const { bars } = this;
    const { pen, colour } = bars;
    const left = bars.across(column - WIDTH + glass * WIDTH);
    const width = bars.across(column + WIDTH) - bars.across(column) - 1;
    const bottom = bars.up(bars.y.low);
    const top = bars.up(Math.min(bars.y.high, Math.max(bars.y.low, strength)));
    const tone = colour(alive ? (column < 3 ? "accent" : "cold") : "muted");
    Object.assign(pen, { fillStyle: tone, strokeStyle: tone, lineWidth: 1.5 });
    if (glass) pen.strokeRect(left + 0.75, top, width - 1.5, bottom - top);
    else pen.fillRect(left, top, width, bottom - top);
    if (strength <= bars.y.high) return;
    pen.beginPath();
    pen.moveTo(left, top - 2);
    pen.lineTo(left + width, top - 2);
    pen.lineTo(left + width / 2, top - 9);
    pen.fillStyle = tone;
    pen.fill();
  }

  read() {
    const { n, sizes } = this.constants;
    return {
      alive: `${this.alive.filter(Boolean).length} of ${n}`,
      zoom: `${2 ** this.zooms}`,
      field: number(sizes[0], 2),
      heat: number(sizes[1], 2),
    };
  }

  say() {
    const { n, sizes } = this.constants;
    const alive = this.alive.filter(Boolean).length;
    const [one, other] = this.strengths;
    const differ = one.filter((x, i) => this.alive[i] && Math.max(x / other[i], other[i] / x) > SAME).length;
    const told =
      differ === 0 ? "Nothing tells the two glasses apart." : `${differ} living bars tell the two glasses apart.`;
    const knobs = this.matched ? "Two knobs are matched." : "";
    if (alive > 2) return `${alive} of ${n} directions are alive. ${told} ${knobs}`.trim();
    const grown = `${number(sizes[0], 2)} and ${number(sizes[1], 2)} in each zoom`;
    return `\u2713 ${n - 2} of ${n} are dead. Two are left, and grow by ${grown}. ${told} ${knobs}`.trim();
  }

  report() {
    return { alive: this.alive.filter(Boolean).length, strengths: this.strengths };
  }

  words() {
    const list = this.strengths[0].slice(0, 5).map((x) => x.toPrecision(2));
    return (
      `Bars of ${this.constants.n} directions of couplings in two glasses, after ${this.zooms} zooms. Strengths of ` +
      `the first five in the first glass: ${list.join(", ")}. ${this.say()}`
    );
  }
}

export default widget(GlassScene, kernels);
