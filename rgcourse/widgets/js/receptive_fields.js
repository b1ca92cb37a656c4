// Is a hidden unit a block spin? A block that the reader lays on its receptive field, and the share
// of the unit that it holds.

import { fromBase64, number, withError, write } from "./dom.js";
import { widget } from "./figure.js";
import { drag } from "./gestures.js";
import { cellUnder } from "./lattice.js";
import { SteppedScene } from "./scene.js";

const ENOUGH = 0.98; // of the most that any block holds: then the reader has found it

/** The share of a field, row by row on an n x n torus, that each block of this side holds, by its
 *  corner: the square of its sum over side^2 times the sum of all squares. */
function blockShares(field, n, side) {
  const all = field.reduce((sum, w) => sum + w * w, 0);
  const runs = (values, step, along) =>
    Float64Array.from(values, (_, i) => {
      const [start, at] = along(i);
      let sum = 0;
      for (let k = 0; k < side; k++) sum += values[start + ((at + k) % n) * step];
      return sum;
    });
  const rows = runs(Float64Array.from(field), 1, (i) => [i - (i % n), i % n]);
  const blocks = runs(rows, n, (i) => [i % n, Math.floor(i / n)]);
  return blocks.map((sum) => (all ? sum ** 2 / (side ** 2 * all) : 0));
}

class FieldScene extends SteppedScene {
  frames = 20; // of the clock for one side of the block
  stays = ["data", "layer", "unit"];

  constructor(model) {
    super(model);
    this.table = model.get("table");
    this.views = [this.view()];
    const [{ canvas }] = this.views;
    drag(canvas, (event) => this.lay(cellUnder(event, this.constants.L)));
    this.shares.x.marks = () => this.ruled.map((b) => [b, `${b}`]);
    this.build(this.panels(this.views, { narrow: false }), this.shares.root);
    this.tries = {};
  }

  /** Sides of the blocks of the rule, of one layer after the other, and the last. */
  get ruled() {
    const { sides } = this.constants;
    return [...new Set([1, 2, 4, 8, 12, 16, sides])].filter((b) => b <= sides);
  }

  /** What is known of the layer. */
  get shown() {
    return this.table[this.data][this.layer - 1];
  }

  /** The side of the blocks that a rule of 2 x 2 spins has in this layer. */
  get rule() {
    return 2 ** this.layer;
  }

  get count() {
    return this.shown.sizes.length;
  }

  /** A layer above has fewer units than the slider, which then goes round. */
  get unit() {
    return this.model.get("unit") % this.count;
  }

  /** The weights of a unit in units of the largest, row by row. */
  field(unit = this.unit) {
    const n = this.constants.L ** 2;
    const all = this.kept("bits", this.shown, () => fromBase64(this.shown.fields, Int8Array));
    return all.subarray(unit * n, (unit + 1) * n);
  }

  textOf(trait, value) {
    return { unit: `${this.unit}`, layer: `${value} of ${this.table[this.data].length}` }[trait];
  }

  // ------------------------------------------------------------------ blocks

  get name() {
    return [this.data, this.layer, this.unit].join();
  }

  /** The share of the unit that each block of this side holds, by its corner. */
  sharesOf(side) {
    const all = this.kept("shares", this.name, () => new Map());
    if (!all.has(side)) all.set(side, blockShares(this.field(), this.constants.L, side));
    return all.get(side);
  }

  /** The best corner of a block of this side. */
  best(side) {
    const shares = this.sharesOf(side);
    return shares.indexOf(Math.max(...shares));
  }

  /** [side, share] of the block that holds most of the unit. */
  get top() {
    return this.kept("top", this.name, () => {
      const sides = Array.from({ length: this.constants.sides }, (_, k) => k + 1);
      const found = sides.map((side) => [side, this.sharesOf(side)[this.best(side)]]);
      return found.reduce((most, next) => (next[1] > most[1] ? next : most));
    });
  }

  get share() {
    return this.sharesOf(this.side)[this.corner];
  }

  /** What the reader has found of this unit: the largest share by the side of the block. */
  get mine() {
    this.tries[this.name] ??= {};
    return this.tries[this.name];
  }

  note() {
    this.mine[this.side] = Math.max(this.mine[this.side] ?? 0, this.share);
  }

  /** [side, share] of the best that the reader has found. */
  get mineTop() {
    const all = Object.entries(this.mine).map(([side, share]) => [Number(side), share]);
    return all.reduce((most, next) => (next[1] > most[1] ? next : most), [0, 0]);
  }

  get found() {
    return this.top[1] > 0 && this.mineTop[1] >= ENOUGH * this.top[1];
  }

  /** The block with its middle at a site. */
  lay(site) {
    const { L } = this.constants;
    const back = Math.floor(this.side / 2);
    const start = (x) => (x - back + L) % L;
    this.figure.set({ corner: start(Math.floor(site / L)) * L + start(site % L), running: false });
  }

  /** The block goes where it holds most. */
  seek() {
    this.figure.set({ corner: this.best(this.side) });
  }

  changed(trait) {
    if (trait === "corner" || trait === "side") this.note();
  }

  /** A step lays the next larger block where it holds most; after the largest, the best. */
  advance() {
    const more = this.side < this.constants.sides;
    const side = more ? this.side + 1 : this.mineTop[0];
    this.figure.set({ side, corner: this.best(side), running: this.running && more });
    this.note();
  }

  reset() {
    super.reset();
    this.tries = {};
  }

  exhibit() {
    this.seek();
    this.note();
  }

  unavailable() {
    return [this.top[1] === 0 && "seek"];
  }

  // ----------------------------------------------------------------- picture

  draw() {
    const { L, steps } = this.constants;
    const [view] = this.views;
    this.paintSigns(view, { values: this.field(), n: L, most: steps });
    view.painter.outline(L, (site) => this.covers(site), this.colour("accent"));
    write(view.label, `layer ${this.layer}, unit ${this.unit}, block ${this.side} × ${this.side}`);
    this.drawShares();
  }

  /** Whether the block lies on a site. */
  covers(site) {
    const { L } = this.constants;
    const from = (x, start) => (x - start + L) % L;
    const down = from(Math.floor(site / L), Math.floor(this.corner / L));
    return Math.max(down, from(site % L, this.corner % L)) < this.side;
  }

  drawShares() {
    const { shares, shown, side } = this;
    const { rule } = this;
    shares.begin();
    const sides = shown.chance.map((_, k) => k + 1);
    const edge = (sign) => sides.map((b) => [b, Math.max(0, shown.chance[b - 1][0] + sign * shown.chance[b - 1][1])]);
    for (const sign of [-1, 1]) shares.line(edge(sign), { colour: "muted", width: 1, dash: [3, 3] });
    const last = shown.chance.at(-1);
    shares.text(sides.at(-1), last[0] + last[1], "random order", { colour: "muted", align: "right", dx: 0 });
    if (rule <= this.constants.sides) {
      shares.dot(rule, 1, { colour: "critical", hollow: true, radius: 6 });
      shares.text(rule, 1, "a block spin", { colour: "critical", dx: 10, dy: 5 });
    }
    if (this.found) {
      const typical = sides.map((b) => [b, shown.typical[b - 1]]);
      shares.line(typical, { width: 1 });
      const peak = typical.reduce((most, next) => (next[1] > most[1] ? next : most));
      shares.text(...peak, "median of the layer", { dx: 8, dy: -8 });
    }
    shares.clip(() => {
      for (const [b, share] of Object.entries(this.mine)) shares.dot(Number(b), share, { radius: 3.5 });
      shares.dot(side, this.share, { hollow: true, radius: 6 });
    });
  }

  // ------------------------------------------------------------------- words

  answered() {
    return this.layer === 1 && this.found;
  }

  say() {
    const [side, share] = this.top;
    if (share === 0) return "All weights of this unit have died out.";
    if (!this.found) return "";
    const [mean, spread] = this.shown.chance[side - 1];
    const percent = (x) => number(100 * x, 0);
    const said = `✓ No block holds more of this unit than one of side ${side}: ${percent(share)} %.`;
    if (share < mean + 3 * spread) return `${said} In random order its weights would give as much.`;
    const rule = this.rule > this.constants.L ? "" : ` A block spin has 100 % at side ${this.rule};`;
    return `${said}${rule} weights in random order have ${withError(100 * mean, 100 * spread, 0)} %.`;
  }

  read() {
    const percent = (x) => `${number(100 * x, 1)} %`;
    const [mean, spread] = this.shown.chance[this.side - 1];
    const [side, share] = this.mineTop;
    const radius = this.shown.sizes[this.unit];
    return {
      share: percent(this.share),
      chance: `${withError(100 * mean, 100 * spread, 0)} %`,
      most: side ? `${percent(share)} at ${side}` : "–",
      size: radius === null ? "–" : number(radius, 1),
    };
  }

  report() {
    return { size: this.shown.sizes[this.unit], share: this.share };
  }

  words() {
    const { side, corner } = this;
    const { L } = this.constants;
    const { share, chance } = this.read();
    return (
      `Receptive field of unit ${this.unit} in layer ${this.layer} of the stack ${this.data}, and on it a block of ` +
      `${side} by ${side} sites from row ${Math.floor(corner / L)}, column ${corner % L}: it holds ${share} of the ` +
      `unit; the best place for weights in random order ${chance}. ${this.say()}`
    );
  }
}

export default widget(FieldScene);
