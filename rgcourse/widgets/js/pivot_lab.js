// A self-avoiding walk that is pivoted by hand or by chance, and its size against its length.

import kernels from "../walks.wasm";
import { number, withError } from "./dom.js";
import { widget } from "./figure.js";
import { RunningMean } from "./means.js";
import { Scene } from "./scene.js";

const DIM = 2;
const ELEMENTS = 8; // symmetries of the square lattice, the unit among them
const TURNS = [6, 5, 3, 1, 2, 4, 7]; // in the order of the button: quarter turns first
const LEAST = 3; // lengths for a slope

class PivotScene extends Scene {
  updates = 200;

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    const longest = this.constants.lengths.at(-1);
    const numbers = (longest + 1) * DIM;
    this.walks = [1, 0].map((avoiding) => ({ avoiding, sites: kernels.allocate("int32", numbers) }));
    this.moved = kernels.allocate("int32", numbers);
    this.table = kernels.allocate("int32", 2 * kernels.table_size(longest) + 1);
    this.group = kernels.allocate("int32", 2 * DIM * ELEMENTS);
    this.state = kernels.allocate("uint32", 8);
    this.columns = [0, 1, 2].map(() => kernels.allocate("float64", this.constants.lengths.length));
    this.result = kernels.allocate("float64", 5);
    kernels.view("int32", this.group, 2 * DIM * ELEMENTS).set(this.constants.group);
  }

  // ---------------------------------------------------------------- physics

  begin() {
    this.kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
    for (const walk of this.walks)
      walk.means = Object.fromEntries(this.constants.lengths.map((n) => [n, new RunningMean()]));
    [this.turns, this.samples] = [0, 0];
    this.straighten();
  }

  /** Both walks as rods of the present length, of which nothing is measured yet. */
  straighten() {
    const { kernels, length } = this;
    const size = 2 * kernels.table_size(length) + 1;
    kernels.view("int32", this.table, size).fill(0);
    for (const { sites } of this.walks) kernels.start_rod(sites, length, DIM);
    [this.waiting, this.tried, this.done, this.turned] = [this.constants.discarded * length, 0, 0, undefined];
  }

  reset() {
    this.begin();
  }

  changed(trait) {
    if (trait === "length") this.straighten();
    if (trait === "pivot") this.turned = undefined;
  }

  get site() {
    return Math.min(this.length - 1, Math.max(1, Math.round(this.pivot * this.length)));
  }

  get known() {
    return this.walks[0].means[this.length];
  }

  /** Attempts at random pivots, for both walks alike, and a measurement of each. */
  step() {
    const { kernels, length, constants, group, moved, table, state } = this;
    this.turned = undefined;
    for (const { avoiding, sites, means } of this.walks) {
      const args = [sites, length, DIM, constants.attempts, avoiding, group, ELEMENTS, moved, table, state];
      const done = Number(kernels.pivot_walk(...args));
      if (avoiding) this.done += done;
      if (this.waiting <= 0) means[length].add(Number(kernels.end_square(sites, length, DIM)));
    }
    this.tried += constants.attempts;
    this.samples += this.waiting <= 0;
    this.waiting -= constants.attempts;
    if (this.grow === "grows" && this.enough) this.lengthen();
    return constants.attempts;
  }

  get enough() {
    return this.walks.every(({ means }) => {
      const [mean, error] = means[this.length].estimate;
      return error < this.constants.enough * mean;
    });
  }

  /** Twice the length; at the longest it comes to rest. */
  lengthen() {
    const next = this.constants.lengths.find((n) => n > this.length);
    this.figure.set(next ? { length: next } : { running: false });
  }

  /** Try to turn the shorter arm about the pivot, by one symmetry after the other. */
  turn() {
    const { kernels, length, site, group, moved, table } = this;
    const element = TURNS[this.turns++ % TURNS.length];
    this.figure.set({ running: false });
    const args = [this.walks[0].sites, length, DIM, site, element, 1, group, moved, table];
    this.turned = kernels.try_pivot(...args) === 1;
    this.figure.refresh();
  }

  /** A press on the picture: the nearest site is the pivot; let go, the walk turns about it. */
  pointed(_plot, x, y, phase) {
    const places = this.places(this.walks[0]);
    const off = places.map(([a, b]) => (a - x) ** 2 + (b - y) ** 2);
    const nearest = off.indexOf(Math.min(...off));
    const { low, high } = this.figure.sliders.find((slider) => slider.trait === "pivot");
    this.figure.set({ running: false, pivot: Math.min(high, Math.max(low, nearest / this.length)) });
    if (phase === "up") this.turn();
    else this.figure.refresh();
  }

  /** Slope of ln root <R^2> against ln N: [slope, error, intercept], where three errors are known. */
  fit({ means }) {
    const { kernels, columns, result } = this;
    const rows = this.points({ means }).filter(([, , error]) => error !== undefined);
    if (rows.length < LEAST) return undefined;
    const flat = rows.map(([n, size, error]) => [Math.log(n), Math.log(size), error / size]);
    for (const [i, at] of columns.entries()) kernels.view("float64", at, rows.length).set(flat.map((row) => row[i]));
    kernels.fit_line(...columns, rows.length, result);
    return [...kernels.view("float64", result, 3)];
  }

  /** [N, root <R^2>, error] of all lengths that were measured. */
  points({ means }) {
    return this.constants.lengths.flatMap((n) => {
      const [mean, error] = means[n].estimate;
      if (!(mean > 0)) return [];
      const size = Math.sqrt(mean);
      return [[n, size, error === undefined ? undefined : error / (2 * size)]];
    });
  }

  // ----------------------------------------------------------------- picture

  /** The sites in units of N^(3/4), around their centre. */
  places({ sites }) {
    const n = this.length;
    const flat = this.kernels.view("int32", sites, (n + 1) * DIM);
    const unit = n ** 0.75;
    const centre = [0, 1].map((a) => {
      let [low, high] = [Infinity, -Infinity];
      for (let i = a; i < flat.length; i += DIM) [low, high] = [Math.min(low, flat[i]), Math.max(high, flat[i])];
      return (low + high) / 2;
    });
    return Array.from({ length: n + 1 }, (_, i) => [0, 1].map((a) => (flat[i * DIM + a] - centre[a]) / unit));
  }

  draw() {
    this.drawWalks();
    this.drawLaw();
  }

  drawWalks() {
    const { walk } = this;
    // A unit is as long across as up, whatever the shape of the picture.
    const ratio = (walk.across(1) - walk.across(0)) / (walk.up(0) - walk.up(1));
    if (ratio > 0) [walk.x.low, walk.x.high] = [walk.x.low * ratio, walk.x.high * ratio];
    walk.begin();
    const [own, ideal] = this.walks.map((one) => this.places(one));
    walk.line(ideal, { colour: "ctrl", width: 1 });
    walk.line(own, { colour: "ink", width: this.length > 300 ? 1.2 : 1.8 });
    walk.clip(() => walk.dot(...own[this.site], { radius: 5 }));
  }

  drawLaw() {
    const { law } = this;
    law.begin();
    const { low, high } = law.x;
    const ends = (power, factor) => [low, high].map((n) => [n, factor * n ** power]);
    law.line(ends(0.75, 0.878), { colour: "critical", width: 1, dash: [2, 3] });
    for (const [k, one] of this.walks.entries()) {
      const [colour, hollow] = k ? ["muted", true] : ["accent", false];
      const line = this.fit(one);
      if (line) law.line(ends(line[0], Math.exp(line[2])), { colour, width: 1.2, dash: k ? [6, 4] : [] });
      for (const [n, size, error] of this.points(one)) {
        if (error)
          law.line(
            [
              [n, size - error],
              [n, size + error],
            ],
            { colour },
          );
        law.clip(() => law.dot(n, size, { colour, hollow, radius: 3.5 }));
      }
      const last = this.points(one).at(-1);
      if (last)
        law.text(last[0], last[1], k ? "ideal" : "self-avoiding", { colour, align: "right", dx: -8, dy: k ? 18 : -8 });
    }
  }

  say() {
    if (this.turned !== undefined)
      return this.turned
        ? `\u2713 Turned about site ${this.site} of ${this.length}.`
        : `Refused: about site ${this.site} the arm would run into the rest.`;
    if (this.waiting > 0 && this.tried > 0) return "It forgets the rod it was; nothing is measured yet.";
    if (this.enough && this.length === this.constants.lengths.at(-1))
      return "\u2713 The longest walk is known as well as the others.";
    return "";
  }

  /** The readout of a slope. */
  slopeOf(walk) {
    const line = this.fit(walk);
    return line ? withError(line[0], line[1], 3) : "\u2013";
  }

  read() {
    const [nu, ideal] = this.walks.map((walk) => this.slopeOf(walk));
    const share = this.tried ? `${number((100 * this.done) / this.tried, 0)} %` : "\u2013";
    return { samples: `${this.samples}`, share, nu, ideal };
  }

  report() {
    return { slope: this.fit(this.walks[0])?.[0] ?? 0 };
  }

  textOf(trait) {
    return trait === "pivot" ? `site ${this.site}` : undefined;
  }

  /** On paper all lengths are known. */
  exhibit() {
    const last = this.constants.lengths.at(-1);
    while (!(this.length === last && this.enough)) this.step();
  }

  words() {
    const [mean, error] = this.known.estimate;
    const size = mean > 0 ? withError(Math.sqrt(mean), error && error / (2 * Math.sqrt(mean)), 1) : "not measured yet";
    const [nu, ideal] = this.walks.map((walk) => this.slopeOf(walk));
    const slopes =
      nu === "\u2013" ? "" : ` Its size grows with the power ${nu} of the steps, that of an ideal walk with ${ideal}.`;
    return (
      `A self-avoiding walk of ${this.length} steps beside an ideal one, the pivot at site ${this.site}. ` +
      `Root of the mean squared distance between its ends: ${size}.${slopes} ${this.say()}`
    );
  }
}

export default widget(PivotScene, kernels);
