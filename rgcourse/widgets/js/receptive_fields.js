// Receptive fields from a table that Python has calculated: choose a stack, a layer, a unit.

import { fromBase64, number, write } from "./dom.js";
import { widget } from "./figure.js";
import { cellUnder } from "./lattice.js";
import { SteppedScene } from "./scene.js";

const MARGIN = 1; // sites around each small field

class FieldScene extends SteppedScene {
  frames = 30; // of the clock for one unit

  constructor(model) {
    super(model);
    this.table = model.get("table");
    this.views = [this.view(), this.view()];
    const [, { canvas }] = this.views;
    canvas.style.cursor = "crosshair";
    canvas.addEventListener("click", (event) => this.choose(cellUnder(event, this.side)));
    this.build(this.panels(this.views, { narrow: false }));
  }

  /** What is known of the layer. */
  get shown() {
    return this.table[this.data][this.layer - 1];
  }

  get count() {
    return this.shown.sizes.length;
  }

  /** A layer above has fewer units than the slider, which then goes round. */
  get unit() {
    return this.model.get("unit") % this.count;
  }

  /** Small fields in a row. */
  get side() {
    return Math.ceil(Math.sqrt(this.count));
  }

  /** The weights of a unit in units of the largest, row by row. */
  field(unit) {
    const n = this.constants.L ** 2;
    const all = this.kept("bits", this.shown, () => fromBase64(this.shown.fields, Int8Array));
    return all.subarray(unit * n, (unit + 1) * n);
  }

  textOf(trait, value) {
    return { unit: `${this.unit}`, layer: `${value} of ${this.table[this.data].length}` }[trait];
  }

  choose(unit) {
    if (unit < this.count) this.figure.set({ unit, running: false });
  }

  advance() {
    this.figure.set({ unit: (this.unit + 1) % this.count });
  }

  draw() {
    const { L, steps } = this.constants;
    const [large, atlas] = this.views;
    this.paintSigns(large, { values: this.field(this.unit), n: L, most: steps });
    this.paintSigns(atlas, { ...this.tiles(), most: steps });
    for (let unit = 0; unit < this.count; unit++) this.frame(unit, "rule");
    this.frame(this.unit, "accent");
    write(large.label, `layer ${this.layer}, unit ${this.unit}`);
    write(atlas.label, `${this.count} of ${this.shown.units} units`);
  }

  frame(unit, colour) {
    this.views[1].painter.outline(this.side, (cell) => cell === unit, this.colour(colour));
  }

  /** All fields of the layer, each in its cell of one picture. */
  tiles() {
    const { L } = this.constants;
    const cell = L + 2 * MARGIN;
    const n = this.side * cell;
    const values = new Int8Array(n * n);
    for (let unit = 0; unit < this.count; unit++) {
      const corner = (Math.floor(unit / this.side) * cell + MARGIN) * n + (unit % this.side) * cell + MARGIN;
      const field = this.field(unit);
      for (let row = 0; row < L; row++) values.set(field.subarray(row * L, (row + 1) * L), corner + row * n);
    }
    return { values, n };
  }

  /** What is known of the unit, in digits. */
  get now() {
    const { sizes, shares, median, largest } = this.shown;
    const radius = (size) => (size === null ? "\u2014" : number(size, 1));
    const share = `${number(100 * shares[this.unit], 0)} %`;
    return { size: radius(sizes[this.unit]), share, median: radius(median), largest: number(largest[this.unit], 3) };
  }

  read() {
    return this.now;
  }

  report() {
    return { size: this.shown.sizes[this.unit] };
  }

  words() {
    const { size, share } = this.now;
    const dead = this.shown.sizes[this.unit] === null;
    const extent = `Its radius is ${size} lattice spacings and it covers ${share} of the lattice.`;
    return (
      `Receptive field of unit ${this.unit} in layer ${this.layer} of the stack ${this.data}, beside those of ` +
      `${this.count} units of this layer. ${dead ? "All its weights are zero." : extent}`
    );
  }
}

export default widget(FieldScene);
