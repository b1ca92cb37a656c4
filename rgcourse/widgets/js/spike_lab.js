// One direction in a matrix of noise: its singular value leaves the edge; and power laws of tails.

import kernels from "../spectra.wasm";
import { number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const STEP = 0.1; // of the strength, for one press of Step

class SpikeScene extends SteppedScene {
  frames = 6;

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    const { n, m } = this.constants;
    const room = { noise: n * m, matrix: n * m, u: n, v: m, values: n, logs: n, alphas: n, distances: n, pair: 2 };
    this.at = {};
    for (const [name, length] of Object.entries(room)) this.at[name] = kernels.allocate("float64", length);
    this.state = kernels.allocate("uint32", 8);
  }

  // ---------------------------------------------------------------- physics

  /** The first noise, and the direction that is added to it. */
  begin() {
    super.begin();
    const { kernels, at, constants } = this;
    kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
    for (const [name, length] of [
      ["u", constants.n],
      ["v", constants.m],
    ]) {
      kernels.fill_gaussian(length, at[name], 1, this.state);
      kernels.normalize(length, at[name]);
    }
    this.count = 0;
    this.draws();
  }

  draws() {
    const { n, m, scale } = this.constants;
    this.kernels.fill_gaussian(n * m, this.at.noise, scale, this.state);
    this.count++;
    this.visited = [];
  }

  fresh() {
    this.draws();
    this.figure.refresh();
  }

  by_the_book() {
    const { shortest, fewest } = this.constants;
    const { distances } = this.found;
    const best = distances.slice(shortest - fewest).reduce((k, d, i, all) => (d < all[k] ? i : k), 0);
    this.figure.set({ tail: best + shortest });
  }

  /** Values and overlap of the matrix as it is now, and the power laws of all its tails. */
  get found() {
    return this.kept("found", `${this.count} ${this.theta}`, () => {
      const { kernels, at, theta } = this;
      const { n, m, sweeps, fewest } = this.constants;
      kernels.add_spike(n, m, theta, at.noise, at.u, at.v, at.matrix);
      kernels.turn_rows(n, m, sweeps, at.matrix);
      const row = kernels.read_rows(n, m, at.matrix, at.values);
      kernels.read_overlaps(n, m, row, theta, at.noise, at.u, at.v, at.matrix, at.pair);
      const read = (name, length) => [...kernels.view("float64", at[name], length)];
      const values = read("values", n);
      kernels.view("float64", at.logs, n).set(values.map((s) => 2 * Math.log(s)));
      kernels.measure_tails(n, fewest, at.logs, at.alphas, at.distances);
      const [overlap] = read("pair", 2);
      this.visited.push([theta, values[0]]);
      const [alphas, distances] = [read("alphas", n - fewest + 1), read("distances", n - fewest + 1)];
      return { values, overlap, alphas, distances };
    });
  }

  get law() {
    const place = this.tail - this.constants.fewest;
    return { alpha: this.found.alphas[place], distance: this.found.distances[place] };
  }

  get done() {
    return this.theta >= this.spike.x.high;
  }

  step() {
    if (this.done) this.figure.set({ theta: 0 });
    const share = this.whole ? 1 : 1 / this.frames;
    this.phase += share;
    if (this.phase > 1 - 1e-9) {
      this.phase = 0;
      this.figure.set({ theta: Math.min(this.theta + STEP, this.spike.x.high) });
      if (this.done) this.figure.set({ running: false });
    }
    return share;
  }

  answered() {
    const { threshold } = this.constants;
    return this.visited.some(([t]) => t > 0.2 && t < threshold) && this.visited.some(([t]) => t > threshold + 0.3);
  }

  // ---------------------------------------------------------------- drawing

  draw() {
    this.drawSpike();
    this.drawTails();
  }

  drawSpike() {
    const { spike, theta, constants, visited } = this;
    const { values } = this.found;
    spike.begin();
    for (const edge of constants.edges) spike.horizontal(edge, { colour: "critical", width: 1, dash: [5, 4] });
    spike.vertical(constants.threshold, { colour: "critical", width: 1, dash: [5, 4] });
    spike.line(
      constants.law.map(([t, s]) => [t, s]),
      { colour: "ink", width: 1.6 },
    );
    spike.clip(() => {
      for (const [t, s] of visited) spike.dot(t, s, { colour: "ctrl", hollow: true, radius: 2.5 });
      for (const s of values.slice(1)) spike.dot(theta, s, { colour: "cold", radius: 2.5 });
      spike.dot(theta, values[0], { radius: 5.5 });
    });
    spike.text(constants.threshold, 0, "threshold", { colour: "critical", dx: 5, dy: -8 });
    spike.text(spike.x.high, constants.edges[1], "edge", { colour: "critical", align: "right", dx: -2, dy: 14 });
  }

  drawTails() {
    const { tails, tail, law } = this;
    const { values } = this.found;
    const smallest = values[tail - 1] ** 2;
    tails.begin();
    tails.horizontal(tail, { colour: "rule", width: 1 });
    tails.line(
      [smallest, tails.x.high].map((x) => [x, tail * (x / smallest) ** (1 - law.alpha)]),
      { colour: "accent", width: 1.8 },
    );
    tails.clip(() =>
      values.forEach((s, i) => {
        tails.dot(s ** 2, i + 1, { colour: i < tail ? "hot" : "ctrl", hollow: i >= tail, radius: 3.2 });
      }),
    );
  }

  // ------------------------------------------------------------------ words

  read() {
    const { values, overlap } = this.found;
    const { alpha, distance } = this.law;
    return {
      largest: number(values[0], 3),
      overlap: number(overlap, 2),
      alpha: number(alpha, 2),
      distance: number(distance, 3),
    };
  }

  say() {
    const { theta, tail, constants } = this;
    const alpha = number(this.law.alpha, 1);
    if (theta === 0) return `Nothing but noise, and a power law of ${tail} values has \u03b1 = ${alpha}.`;
    if (theta <= constants.threshold) return "Hidden: a large matrix would not show this spike in its values at all.";
    const large = constants.law.findLast(([t]) => t <= theta + 1e-9)[2];
    return `Seen: beyond the threshold. Of its vector a large matrix would tell ${number(large, 2)}.`;
  }

  report() {
    const { values, overlap } = this.found;
    return { largest: values[0], overlap, alpha: this.law.alpha };
  }

  words() {
    const { largest, overlap, alpha, distance } = this.read();
    return (
      `Matrix of ${this.constants.n} rows and ${this.constants.m} columns, noise with a direction of strength ` +
      `${number(this.theta, 2)}. Largest singular value ${largest}, edge of noise ` +
      `${number(this.constants.edges[1], 3)}, squared overlap ${overlap}. Power law of the ${this.tail} largest ` +
      `eigenvalues: exponent ${alpha}, distance ${distance}. ${this.say()}`
    );
  }
}

export default widget(SpikeScene, kernels);
