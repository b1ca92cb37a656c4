// Levels of a growing chain, from a table that Python has calculated: choose J and Lambda, and read
// off at which length the spectrum changes from that of a free spin to that of a bound one.

import { clamp, fromBase64, number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const COLOURS = ["ink", "cold", "hot", "critical"]; // by twice the spin
const CLOSE = 0.1; // of a level to a fixed point's, to be called the same
const REGIMES = {
  "free spin": "Here the chain has the levels of a free spin.",
  "bound spin": "Here the chain has the levels of a free chain without its first site: the spin is bound.",
  between: "Here the levels are on their way.",
};

class LevelScene extends SteppedScene {
  frames = 12; // of the clock for one length

  constructor(model) {
    super(model);
    this.table = model.get("table");
    this.last = this.flow.x.high;
  }

  /** What is known at the chosen ratio. */
  get at() {
    return this.table.find(({ Lambda }) => Lambda === this.Lambda);
  }

  get tracks() {
    return this.constants.tracks[this.parity];
  }

  /** Where J stands in the table. */
  get place() {
    const { low, step } = this.figure.sliders[0];
    return Math.round((this.J - low) / step);
  }

  /** The length of the chosen parity closest to N. */
  nearest(N) {
    const first = this.parity === "even" ? 1 : 0;
    return first + 2 * clamp(Math.round((N - first) / 2), 0, Math.floor((this.last - first) / 2));
  }

  get N() {
    return this.nearest(this.model.get("N"));
  }

  /** The slider stands at the site that is drawn. */
  changed() {
    if (this.N !== this.model.get("N")) this.figure.set({ N: this.N });
  }

  textOf(trait) {
    return trait === "N" ? `${this.N}` : undefined;
  }

  /** Level of a track after site N; undefined where it is too high. */
  level(N, track) {
    const { top, beyond } = this.constants;
    const levels = this.kept("levels", this.Lambda, () => fromBase64(this.at.levels, Uint16Array));
    const value = levels[(this.place * (this.last + 1) + N) * this.tracks.length + track];
    return value === beyond ? undefined : (value / (beyond - 1)) * top;
  }

  /** Levels of all tracks at the chosen length. */
  get levels() {
    return this.tracks.map((_, track) => this.level(this.N, track));
  }

  get crossover() {
    return this.at.N_K[this.place];
  }

  /** Which of the two fixed points the lowest three tracks resemble. */
  get regime() {
    const { levels } = this;
    const off = this.at.ends[this.parity].map((end) =>
      Math.max(...end.map((E, track) => Math.abs(E - (levels[track] ?? Infinity)))),
    );
    if (Math.min(...off) > CLOSE) return "between";
    return off[0] < off[1] ? "free spin" : "bound spin";
  }

  advance() {
    const next = this.N + 2;
    this.figure.set({ N: next > this.last ? this.nearest(0) : next });
    if (this.N + 2 > this.last) this.figure.set({ running: false });
  }

  drop({ N }) {
    this.figure.set({ N: this.nearest(N), running: false });
  }

  draw() {
    const slider = this.figure.sliders.find(({ trait }) => trait === "N");
    slider.high = this.nearest(this.last); // the last site of this parity
    slider.input.max = slider.high;
    const { flow, last, crossover, constants } = this;
    flow.begin();
    for (const [side, levels] of this.at.fixed[this.parity].entries()) {
      const [low, high] = side ? [last - 2, last] : [0, 2];
      for (const E of levels) flow.curve(() => E, { low, high, points: 2, colour: "accent", width: 4 });
    }
    if (crossover) {
      flow.vertical(crossover, { colour: "critical", width: 1.2, dash: [4, 3] });
      flow.text(crossover, constants.top, "T_K", { colour: "critical", dx: 5, dy: 6 });
    }
    flow.vertical(this.N, { colour: "ctrl", width: 1 });
    for (const [track, E] of this.levels.entries()) this.drawTrack(track, E);
  }

  /** A line wherever the level is low enough, and a dot at the chosen length. */
  drawTrack(track, now) {
    const [Q, S2] = this.tracks[track];
    const colour = COLOURS[S2];
    const style = { colour, width: 1.8, dash: Q ? [6, 4] : [] };
    let points = [];
    for (let N = this.nearest(0); N <= this.last + 2; N += 2) {
      const E = N <= this.last ? this.level(N, track) : undefined;
      if (E !== undefined) points.push([N, E]);
      else {
        if (points.length > 1) this.flow.line(points, style);
        points = [];
      }
    }
    if (now !== undefined) this.flow.dot(this.N, now, { colour, hollow: Q > 0 });
  }

  /** Both crossovers that the question compares have been on the screen. */
  answered() {
    return Boolean(this.crossover) && Math.abs(this.J - 0.2) < 1e-6;
  }

  say() {
    return REGIMES[this.regime];
  }

  read() {
    const scale = this.at.units[this.N].toExponential(1).replace("-", "\u2212");
    const tk = this.crossover ? number(this.crossover, 1) : "\u2014";
    return { g: number(this.constants.density * this.J, 2), scale, tk };
  }

  report() {
    return { regime: this.regime };
  }

  words() {
    const E = this.levels.filter((level) => level !== undefined).sort((a, b) => a - b);
    const lowest = E.slice(0, 4).map((level) => number(level, 3));
    const reached = `The scale reaches T_K at N = ${number(this.crossover, 1)}.`;
    return (
      `Levels against the last site N for J = ${number(this.J, 2)}, \u039b = ${this.Lambda}, an ${this.parity} ` +
      `number of sites. At N = ${this.N} the lowest are ${lowest.join(", ")}. ${this.say()} ` +
      `${this.crossover ? reached : "There is no T_K on this chain."}`
    );
  }
}

export default widget(LevelScene);
