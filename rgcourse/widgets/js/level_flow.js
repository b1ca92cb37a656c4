// Levels of a growing chain, from a table that Python has calculated: choose J and Lambda, and read
// off at which length the spectrum changes from that of a free spin to that of a bound one.

import { element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";
import { SteppedScene } from "./steps.js";

const COLOURS = ["ink", "cold", "hot", "critical"]; // by twice the spin
const CLOSE = 0.1; // of a level to a fixed point's, to be called the same
const BEYOND = 65535;
const FRAMES = 12; // of the clock for one length

class LevelScene extends SteppedScene {
  constructor(model) {
    super(model, "parity");
    this.frames = FRAMES;
    const table = (this.table = model.get("table"));
    const bytes = Uint8Array.from(atob(table.levels), (c) => c.charCodeAt(0));
    this.levels = new Uint16Array(bytes.buffer);
    this.last = table.n_sites - 1;
    this.plot = new Plot({
      x: { label: "last site N", low: 0, high: this.last },
      y: { label: "E / (scale of site N)", low: -0.05, high: table.top },
      size: "rgw-tall",
      drop: (N) => this.figure.set({ N: this.nearest(N), running: false }),
    });
    this.parts = [this.plot];
    this.stage = element("div", { class: "rgw-stage", role: "img" }, this.plot.root);
    const [low, step, count] = table.J;
    const [first, second] = [table.Lambdas[0], table.Lambdas.at(-1)];
    this.sliders = [
      { trait: "J", name: "J", label: "Exchange J", low, high: low + step * (count - 1), step, text: (J) => number(J, 2), mark: [0, "J = 0"] },
      { trait: "Lambda", name: "\u039b", label: "Ratio \u039b", low: first, high: second, step: table.Lambdas.length > 1 ? table.Lambdas[1] - first : 1, text: (L) => number(L, 1) },
      { trait: "N", name: "N", label: "Last site N", low: 0, high: this.last, step: 1, text: (N) => (N === this.nearest(N) ? `N = ${N}` : `${N}, shown ${this.nearest(N)}`) },
    ];
    const names = [["even", "an even number of sites"], ["odd", "an odd number of sites"]];
    this.tools = [element("label", {}, "Chains with ", this.choice("parity", names))];
    this.readouts = { g: "\u03c1J", scale: "scale", tk: "T_K at N" };
    this.keys = { p: ["even/odd", () => this.figure.set({ parity: this.parity === "even" ? "odd" : "even" })] };
    this.legend =
      `Lowest levels of the Kondo model, calculated by rgcourse.nrg.kondo_flow for ${count} values of J and ${table.Lambdas.length} of \u039b; ` +
      "energies in units of the energy of the last site. Colour is the spin (black 0, blue 1/2, red 1, violet 3/2); dashed lines have one electron more or less. " +
      "Bars on the left: free spin beside a free chain. Bars on the right: free chain without its first site.";
  }

  get J() {
    const [low, step] = this.table.J;
    return Math.round((this.model.get("J") - low) / step);
  }

  get Lambda() {
    const { Lambdas } = this.table;
    const distance = Lambdas.map((L) => Math.abs(L - this.model.get("Lambda")));
    return distance.indexOf(Math.min(...distance));
  }

  /** The length of the chosen parity closest to N. */
  nearest(N) {
    const first = this.parity === "even" ? 1 : 0;
    const place = Math.round((N - first) / 2);
    const most = Math.floor((this.last - first) / 2);
    return first + 2 * Math.min(most, Math.max(0, place));
  }

  get N() {
    return this.nearest(this.model.get("N"));
  }

  /** Level of a track after site N; undefined where it is too high. */
  level(N, track) {
    const [, ofJ, ofN, tracks] = this.table.shape;
    const value = this.levels[((this.Lambda * ofJ + this.J) * ofN + N) * tracks + track];
    return value === BEYOND ? undefined : (value / (BEYOND - 1)) * this.table.top;
  }

  get name() {
    return `${this.table.Lambdas[this.Lambda]}`;
  }

  /** Levels of the fixed point at the beginning and at the end of the flow. */
  get fixed() {
    const { even, odd } = this.table.fixed[this.name];
    return this.parity === "even" ? [even, odd] : [odd, even];
  }

  get crossover() {
    return this.table.N_K[this.name][this.J];
  }

  get scale() {
    const L = this.table.Lambdas[this.Lambda];
    return ((1 + 1 / L) / 2) * L ** ((1 - this.N) / 2);
  }

  /** The lowest three tracks at the two fixed points: a free spin, and a chain that lost its first site. */
  get ends() {
    const { even, odd } = this.table.fixed[this.name];
    return this.parity === "even" ? [[0, even[1], even[1]], [0, 0, odd[1]]] : [[0, 0, 0], [0, 2 * even[1], even[1]]];
  }

  /** Which of them the chain resembles. */
  get regime() {
    const lowest = [0, 1, 2].map((track) => this.level(this.N, track) ?? Infinity);
    const off = this.ends.map((levels) => Math.max(...levels.map((E, track) => Math.abs(E - lowest[track]))));
    if (Math.min(...off) > CLOSE) return "between";
    return off[0] < off[1] ? "free spin" : "bound spin";
  }

  advance() {
    const next = this.N + 2;
    this.figure.set({ N: next > this.last ? this.nearest(0) : next });
    if (this.N + 2 > this.last) this.figure.set({ running: false });
  }

  /** A value typed or set between two of the table goes to the closer one. */
  changed(trait) {
    const [low, step] = this.table.J;
    const on = { J: Number((low + step * this.J).toFixed(6)), Lambda: this.table.Lambdas[this.Lambda], N: Math.round(this.model.get("N")) };
    if (trait in on && Math.abs(this.model.get(trait) - on[trait]) > 1e-9) this.figure.set({ [trait]: on[trait] });
  }

  draw() {
    const { plot, table } = this;
    plot.begin(this.colour);
    this.fixed.forEach((levels, side) => {
      const [from, to] = side ? [this.last - 2, this.last] : [0, 2];
      for (const E of levels) plot.line([[from, E], [to, E]], { colour: "accent", width: 4 });
    });
    if (this.crossover) {
      plot.line([[this.crossover, 0], [this.crossover, table.top]], { colour: "critical", width: 1.2, dash: [4, 3] });
      plot.text(this.crossover, table.top, "T_K", { colour: "critical", dx: 5, dy: 6 });
    }
    plot.line([[this.N, 0], [this.N, table.top]], { colour: "ctrl", width: 1 });
    const lengths = Array.from({ length: this.last + 1 }, (_, N) => N).filter((N) => N === this.nearest(N));
    table.tracks[this.parity].forEach(([Q, S2], track) => {
      const style = { colour: COLOURS[S2], width: 1.8, dash: Q ? [6, 4] : [] };
      let points = [];
      for (const N of [...lengths, undefined]) {
        const E = N === undefined ? undefined : this.level(N, track);
        if (E !== undefined) points.push([N, E]);
        else {
          if (points.length > 1) plot.line(points, style);
          points = [];
        }
      }
      const E = this.level(this.N, track);
      if (E !== undefined) plot.dot(this.N, E, { colour: COLOURS[S2], hollow: Q > 0 });
    });
  }

  say() {
    return {
      "free spin": "Here the chain has the levels of a free spin.",
      "bound spin": "Here the chain has the levels of a free chain without its first site: the spin is bound.",
      between: "Here the levels are on their way.",
    }[this.regime];
  }

  read() {
    const power = this.scale.toExponential(1).replace("-", "\u2212");
    return { g: number(this.model.get("J") / 2, 2), scale: power, tk: this.crossover ? number(this.crossover, 1) : "\u2014" };
  }

  report() {
    return { regime: this.regime };
  }

  words() {
    const E = this.table.tracks[this.parity].map((_, track) => this.level(this.N, track)).filter((level) => level !== undefined);
    const lowest = E.sort((a, b) => a - b).slice(0, 4).map((level) => number(level, 3)).join(", ");
    const where = this.crossover ? `The scale reaches T_K at N = ${number(this.crossover, 1)}.` : "There is no T_K on this chain.";
    return (
      `Levels against the last site N for J = ${number(this.model.get("J"), 2)}, \u039b = ${this.name}, an ${this.parity} number of sites. ` +
      `At N = ${this.N} the lowest are ${lowest}. ${this.say()} ${where}`
    );
  }
}

const render = renders(LevelScene);

export default { render };
