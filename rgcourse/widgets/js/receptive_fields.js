// Receptive fields from a table that Python has calculated: choose a stack, a layer, a unit.

import { pixel } from "./lattice.js";
import { cellUnder, view } from "./views.js";
import { element, number, renders, write } from "./figure.js";
import { SteppedScene } from "./steps.js";

const STEPS = 127; // of a weight; as in receptive_fields.py
const FRAMES = 30; // of the clock for one unit

class FieldScene extends SteppedScene {
  constructor(model) {
    super(model, "data");
    this.frames = FRAMES;
    this.table = model.get("table");
    this.layers = this.table.counts.length;
    this.bits = this.table.fields.map((text) => Int8Array.from(atob(text), (c) => (c.charCodeAt(0) << 24) >> 24));
    this.views = [view(), view()];
    for (const { canvas } of this.views) canvas.style.imageRendering = "pixelated";
    const [, atlas] = this.views;
    atlas.canvas.style.cursor = "crosshair";
    atlas.canvas.addEventListener("click", (event) => this.choose(event));
    this.stage = element("div", { class: "rgw-stage rgw-panels", role: "img", style: "--panels: 2" }, ...this.views.map((view) => view.root));
    const most = Math.max(...this.table.counts) - 1;
    this.sliders = [
      { trait: "unit", name: "unit", label: "Hidden unit", low: 0, high: most, step: 1, text: () => `${this.unit}` },
      { trait: "layer", name: "layer", label: "Layer", low: 1, high: this.layers, step: 1, text: (k) => `${k} of ${this.layers}` },
    ];
    this.tools = [element("label", {}, "Stack ", this.choice("data", this.table.names.map((name) => [name, name])))];
    this.readouts = { size: "radius", share: "covers", median: "median radius", largest: "largest" };
    this.keys = {
      l: ["layer", () => this.figure.set({ layer: (this.layer % this.layers) + 1 })],
      d: ["stack", () => this.figure.set({ data: this.table.names[(this.set + 1) % this.table.names.length] })],
    };
    this.legend =
      `Receptive fields on the ${this.table.L} \u00d7 ${this.table.L} lattice: the products W1, W1 W2, ... of the weights of a stack, each unit on a scale of its own. ` +
      "Red pulls with a spin that is up, blue against it. Radius: root mean squared distance of the squared weights from their centre, in lattice spacings; " +
      `evenly spread it would be ${number(this.table.L / Math.sqrt(6), 1)}. Covers: the share of sites over which the squared weights spread. Click on a small field to enlarge it.`;
  }

  get set() {
    return this.table.names.indexOf(this.data);
  }

  get layer() {
    return Math.round(this.model.get("layer"));
  }

  get place() {
    return this.set * this.layers + this.layer - 1;
  }

  get count() {
    return this.table.counts[this.layer - 1];
  }

  /** A layer above has fewer units than the slider, which then goes round. */
  get unit() {
    return Math.round(this.model.get("unit")) % this.count;
  }

  get side() {
    return Math.ceil(Math.sqrt(this.count));
  }

  /** The weights of a unit in units of the largest, row by row. */
  field(unit) {
    const n = this.table.L ** 2;
    return this.bits[this.place].subarray(unit * n, (unit + 1) * n);
  }

  get size() {
    return this.table.sizes[this.place][this.unit];
  }

  /** (sum w^2)^2 / sum w^4 over the number of sites: 1 where all weights are equal. */
  get share() {
    let [second, fourth] = [0, 0];
    for (const w of this.field(this.unit)) {
      second += w ** 2;
      fourth += w ** 4;
    }
    return fourth ? second ** 2 / fourth / this.table.L ** 2 : 0;
  }

  choose(event) {
    const unit = cellUnder(event, this.side);
    if (unit < this.count) this.figure.set({ unit, running: false });
  }

  advance() {
    this.figure.set({ unit: (this.unit + 1) % this.count });
  }

  recolour(colour) {
    const [hot, cold, paper] = ["hot", "cold", "bg"].map((name) => pixel(colour(name)));
    const part = (word, shift) => (word >>> shift) & 255;
    const mixed = (w) => {
      const [end, share] = [w > 0 ? hot : cold, Math.abs(w) / STEPS];
      const bytes = [0, 8, 16].map((s) => Math.round(part(paper, s) * (1 - share) + part(end, s) * share) << s);
      return (bytes.reduce((sum, bits) => sum | bits, 255 << 24)) >>> 0;
    };
    this.shades = Uint32Array.from({ length: 2 * STEPS + 1 }, (_, k) => mixed(k - STEPS));
    [this.rule, this.ink] = [pixel(colour("rule")), colour("accent")];
  }

  draw() {
    const { L } = this.table;
    const [large, atlas] = this.views;
    this.paint(large.canvas, L, [[this.unit, 0, 0]]);
    const tiles = Array.from({ length: this.count }, (_, k) => [k, (k % this.side) * (L + 2) + 1, Math.floor(k / this.side) * (L + 2) + 1]);
    this.paint(atlas.canvas, this.side * (L + 2), tiles);
    const [, x, y] = tiles[this.unit];
    const context = atlas.canvas.getContext("2d");
    context.strokeStyle = this.ink;
    context.lineWidth = 2;
    context.strokeRect(x, y, L, L);
    write(large.label, `layer ${this.layer}, unit ${this.unit}`);
    write(atlas.label, `${this.count} of ${this.table.units[this.layer - 1]} units`);
  }

  /** Fields at their places on a square canvas, one picture element a site. */
  paint(canvas, width, tiles) {
    const { L } = this.table;
    if (canvas.width !== width || canvas.height !== width) canvas.width = canvas.height = width;
    const image = new ImageData(width, width);
    const pixels = new Uint32Array(image.data.buffer).fill(this.rule);
    for (const [unit, x, y] of tiles) {
      this.field(unit).forEach((w, i) => (pixels[(y + Math.floor(i / L)) * width + x + (i % L)] = this.shades[w + STEPS]));
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  read() {
    const sizes = this.table.sizes[this.place].filter((size) => size !== null).sort((a, b) => a - b);
    const middle = sizes.length ? (sizes[(sizes.length - 1) >> 1] + sizes[sizes.length >> 1]) / 2 : null;
    const shown = (size) => (size === null ? "\u2014" : number(size, 1));
    return {
      size: shown(this.size), share: `${number(100 * this.share, 0)} %`, median: shown(middle),
      largest: number(this.table.largest[this.place][this.unit], 3),
    };
  }

  report() {
    return { size: this.size };
  }

  words() {
    const size = this.size === null ? "All its weights are zero." : `Its radius is ${number(this.size, 1)} lattice spacings and it covers ${number(100 * this.share, 0)} % of the lattice.`;
    return `Receptive field of unit ${this.unit} in layer ${this.layer} of the stack ${this.data}, beside those of ${this.count} units of this layer. ${size}`;
  }
}

const render = renders(FieldScene);

export default { render };
