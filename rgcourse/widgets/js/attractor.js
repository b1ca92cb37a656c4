// The bifurcation diagram of a window as pictures: orbits are counted in small portions until the
// picture is sharp, and the pictures of former windows stay, to be stretched in the meantime.

import { clamp } from "./dom.js";
import { mixed } from "./lattice.js";

const LARGEST = { n: 1000, rows: 720 };
const TONES = 64;
const HUES = 33;
const LAYERS = 3; // pictures that are kept
const PORTION = 1e5; // steps of all columns between two looks at the clock
const SOFT = 1.1; // the density, in units of an even one, that gives half of the ink

/** A window, { a, x, da, dx }: its middle and half of its size; with dx < 0 it is upside down. */
export function same(one, other) {
  return one && other && ["a", "x", "da", "dx"].every((key) => one[key] === other[key]);
}

export class Attractor {
  layers = [];

  constructor(kernels, { block }) {
    Object.assign(this, { kernels, block });
    const { n, rows } = LARGEST;
    for (const name of ["xs", "slopes", "logs"]) this[name] = kernels.allocate("float64", n);
    this.hits = kernels.allocate("uint32", n);
    this.counts = kernels.allocate("uint32", n * rows);
  }

  /** Begin with the picture of a window, `scale` times as narrow as the whole; `long` is the length
   *  of the cycles that are told apart in it. */
  begin({ kind, window, width, height, scale, long }) {
    const n = clamp(Math.round(width), 2, LARGEST.n);
    const rows = clamp(Math.round(height), 2, LARGEST.rows);
    const whole = (steps) => this.block * Math.ceil(steps / this.block);
    const transient = whole(Math.max(1024, long * clamp(65536 / long, 40, 400)));
    const steps = whole(long * clamp(262144 / long, 64, 4096));
    Object.assign(this, { kind, window, n, rows, scale, long, transient, steps, settled: 0, counted: 0, layer: null });
    const { kernels } = this;
    kernels.view("uint32", this.counts, n * rows).fill(0);
    kernels.view("uint32", this.hits, n).fill(0);
    kernels.view("float64", this.logs, n).fill(0);
    this.step = (2 * window.da) / n;
    kernels.start_orbits(kind, this.low, this.step, n, this.xs);
  }

  get low() {
    return this.window.a - this.window.da;
  }

  get done() {
    return this.counted >= this.steps;
  }

  /** Whether there is enough for a first picture. */
  get fit() {
    return this.done || this.counted >= 12 * this.long;
  }

  /** Count on, for some milliseconds or to the end. */
  work(budget) {
    const { kernels, kind, low, step, n, rows, window, block } = this;
    const until = performance.now() + budget;
    const portion = block * Math.max(1, Math.floor(PORTION / n / block));
    const [bottom, top] = [window.x - Math.abs(window.dx), window.x + Math.abs(window.dx)];
    while (!this.done && performance.now() < until) {
      if (this.settled < this.transient) {
        const steps = Math.min(portion, this.transient - this.settled);
        kernels.let_settle(kind, low, step, 0, n, steps, this.xs);
        this.settled += steps;
      } else {
        const steps = Math.min(portion, this.steps - this.counted);
        const into = [this.xs, this.slopes, this.logs, this.hits, this.counts];
        kernels.add_visits(kind, low, step, 0, n, bottom, top, rows, n, steps, ...into);
        this.counted += steps;
      }
    }
    return this.fit;
  }

  /** Paint what has been counted into a picture of its own, the last of the layers. */
  paint(colours) {
    const { n, rows, kernels, kind, window } = this;
    if (this.colours !== colours) this.layers = this.layer ? [this.layer] : []; // the others have old ones
    this.colours = colours;
    if (!this.layer) {
      this.layers = this.layers.filter((layer) => layer.kind === kind).slice(1 - LAYERS);
      this.layer = { sheet: document.createElement("canvas"), window, kind };
      [this.layer.sheet.width, this.layer.sheet.height] = [n, rows];
      this.layers.push(this.layer);
    }
    const counts = kernels.view("uint32", this.counts, n * rows);
    const hits = kernels.view("uint32", this.hits, n);
    const logs = kernels.view("float64", this.logs, n);
    const image = new ImageData(n, rows);
    const pixels = new Uint32Array(image.data.buffer).fill(colours[0]);
    // Exponents of cycles twice as long are half as large, so that the colours repeat as well.
    const unit = (40 * this.long) / this.counted;
    for (let c = 0; c < n; c++) {
      if (!hits[c]) continue;
      const hue = Math.round((HUES - 1) * (0.5 + 0.5 * Math.tanh(unit * logs[c]))) * TONES;
      const share = rows / hits[c];
      const soft = SOFT * (1 + share / 2); // few visits would make bold dots
      for (let row = 0, at = c; row < rows; row++, at += n) {
        if (!counts[at]) continue;
        const density = counts[at] * share;
        const tone = Math.ceil(((TONES - 1) * density) / (density + soft));
        pixels[(rows - 1 - row) * n + c] = colours[hue + tone];
      }
    }
    this.layer.sheet.getContext("2d").putImageData(image, 0, 0);
  }

  /** Draw the layers into a plot, each where its window is. */
  draw(plot, kind) {
    const { pen, x, y } = plot;
    pen.save();
    pen.beginPath();
    const corner = [plot.across(x.low), plot.up(y.high)];
    pen.rect(...corner, plot.across(x.high) - corner[0], plot.up(y.low) - corner[1]);
    pen.clip();
    for (const { sheet, window, kind: of } of this.layers) {
      if (of !== kind) continue;
      const [left, right] = [window.a - window.da, window.a + window.da].map((a) => plot.across(a));
      const size = Math.abs(window.dx);
      const [top, bottom] = [window.x + size, window.x - size].map((x) => plot.up(x));
      pen.save();
      pen.imageSmoothingEnabled = Math.abs(right - left - sheet.width / devicePixelRatio) > 1;
      pen.translate(left, top);
      pen.scale((right - left) / sheet.width, (bottom - top) / sheet.height);
      pen.drawImage(sheet, 0, 0);
      pen.restore();
    }
    pen.restore();
  }
}

/** Colours of pixels: for each hue, from settled over the border to chaos, from no ink to all of it. */
export function inks(ground, settled, border, chaos) {
  return Uint32Array.from({ length: HUES * TONES }, (_, i) => {
    const [hue, tone] = [Math.floor(i / TONES) / (HUES - 1), (i % TONES) / (TONES - 1)];
    const full = hue < 0.5 ? mixed(settled, border, 2 * hue) : mixed(border, chaos, 2 * hue - 1);
    return mixed(ground, full, tone);
  });
}
