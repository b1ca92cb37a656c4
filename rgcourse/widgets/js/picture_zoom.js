// A picture, averaged over larger and larger blocks; the reader's own stays in the browser.

import kernels from "../block_sums.wasm";
import { element, number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const LEAST = 16; // elements on a side
const RANGE = 2.5; // standard deviations from the middle to black and to white
const NOTHING = 1e-9;
const WEIGHTS = [0.2126, 0.7152, 0.0722]; // of red, green and blue in the grey value

class PictureScene extends SteppedScene {
  frames = 60; // of the clock for one step
  trouble = "";

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    const { side } = this.constants;
    this.buffers = [];
    for (let s = side; s >= 4; s /= 2) this.buffers.push(kernels.allocate("float64", s * s));
    this.corners = kernels.allocate("float64", (side + 2) ** 2);
    this.state = kernels.allocate("uint32", 8);
    this.views = [this.view()];
    this.build(this.panels(this.views, { narrow: false }), this.fall.root);
    const over = (event) => event.preventDefault();
    this.stage.addEventListener("dragover", over);
    this.stage.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) this.take(event.dataTransfer.files[0]);
    });
    const chosen = () => {
      if (this.input.files.length) this.take(this.input.files[0]);
      this.input.value = "";
    };
    this.input = element("input", { type: "file", accept: "image/*", hidden: true, tabindex: "-1", change: chosen });
    this.tools = [this.input];
  }

  begin() {
    super.begin();
    this.make();
  }

  // ---------------------------------------------------------------- pictures

  choose() {
    this.input.click();
  }

  /** Take a file for the picture: decoded, cut to a square and turned to grey here in the page. */
  async take(file) {
    try {
      const bitmap = await createImageBitmap(file);
      const square = Math.min(bitmap.width, bitmap.height);
      const side = 2 ** Math.floor(Math.log2(Math.min(square, this.constants.side)));
      if (side < LEAST) throw new Error("too small");
      const sheet = element("canvas", { width: side, height: side });
      const pen = sheet.getContext("2d", { willReadFrequently: true });
      pen.imageSmoothingQuality = "high";
      const [left, top] = [(bitmap.width - square) / 2, (bitmap.height - square) / 2];
      pen.drawImage(bitmap, left, top, square, square, 0, 0, side, side);
      bitmap.close();
      const { data } = pen.getImageData(0, 0, side, side);
      const grey = (_, i) => WEIGHTS.reduce((sum, weight, k) => sum + (weight * data[4 * i + k]) / 255, 0);
      this.own = { side, values: Float64Array.from({ length: side * side }, grey) };
      this.trouble = "";
      this.figure.set({ picture: this.constants.own, level: 0, running: false });
      this.make();
    } catch {
      this.trouble = `This file is no picture of at least ${LEAST} \u00d7 ${LEAST} elements that the browser can read.`;
    }
    if (!this.figure.gone) this.figure.refresh();
  }

  get empty() {
    return this.picture === this.constants.own && !this.own;
  }

  /** The picture and its averages, with mean and deviation of each. */
  make() {
    const { kernels, buffers, constants } = this;
    const own = this.picture === constants.own ? this.own : undefined;
    const side = own?.side ?? constants.side;
    if (own) kernels.view("float64", buffers[0], side * side).set(own.values);
    else {
      kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
      const kind = Math.max(0, constants.kinds.indexOf(this.picture));
      kernels.fill_picture(kind, side, buffers[0], this.corners, this.state);
    }
    this.levels = [];
    for (let s = side, k = 0; s >= 4; s /= 2, k++) {
      if (k > 0) kernels.halve_picture(buffers[k - 1], 2 * s, 2 * s, buffers[k]);
      this.levels.push({ side: s, contrast: this.deviation(buffers[k], s * s) });
    }
    this.shades(kernels.view("float64", buffers[0], side * side), own);
  }

  /** The contrast of a level; what rounding leaves of none is none. */
  deviation(level, n) {
    const size = this.kernels.deviation(level, n);
    return this.empty || size < NOTHING ? 0 : size;
  }

  /** What is drawn black and white: the ends of a photograph, some deviations around the mean of noise. */
  shades(values, own) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const [low, high] = [Math.min, Math.max].map((end) => values.reduce((a, b) => end(a, b)));
    this.mean = mean;
    this.middle = own ? (low + high) / 2 : mean;
    this.half = own ? (high - low) / 2 : RANGE * this.levels[0].contrast;
  }

  /** The number of steps that are shown: a small picture has fewer than the slider. */
  get depth() {
    return Math.min(this.level, this.levels.length - 1);
  }

  // ----------------------------------------------------------------- motion

  get done() {
    return this.level >= this.levels.length - 1;
  }

  step() {
    if (this.done && this.whole) return 0;
    return super.step();
  }

  advance() {
    this.figure.set({ level: this.level + 1 });
    if (this.done) this.figure.set({ running: false });
  }

  reset() {
    this.trouble = "";
    this.begin();
  }

  changed(trait) {
    if (trait === "picture") this.make();
    if (trait === "running" && this.figure.running && this.done) this.figure.set({ level: 0 });
  }

  unavailable() {
    return this.own ? [] : [this.constants.own];
  }

  // ---------------------------------------------------------------- picture

  draw() {
    const { levels, depth, kernels } = this;
    const { side, contrast } = levels[depth];
    const stretched = this.stretch === "stretched";
    const [middle, half] = stretched ? [this.mean, RANGE * contrast] : [this.middle, this.half];
    const values = kernels.view("float64", this.buffers[depth], side * side);
    const byte = (value) => Math.max(0, Math.min(254, Math.round(127 + (127 * (value - middle)) / (half || 1))));
    const bytes = this.empty ? new Uint8Array(side * side).fill(127) : Uint8Array.from(values, byte);
    this.paint(this.views[0], { values: bytes, n: side, most: 254 });
    this.drawFall();
  }

  drawFall() {
    const { fall, levels, depth } = this;
    fall.begin();
    if (this.empty) return;
    const { contrast } = levels[0];
    const last = 2 ** (levels.length - 1);
    fall.line(
      [
        [1, contrast],
        [last, contrast / last],
      ],
      { colour: "ctrl", width: 1.2, dash: [5, 4] },
    );
    fall.text(last / 2, (2 * contrast) / last, "1/b", { colour: "muted", align: "right", dx: -8, dy: 8 });
    const points = levels.map((level, k) => [2 ** k, level.contrast]);
    fall.line(points, { colour: "ink", width: 1.4 });
    fall.clip(() => {
      points.forEach(([b, size], k) => {
        if (size > fall.y.low) fall.dot(b, size, { colour: k === depth ? "accent" : "ink", hollow: k !== depth });
      });
    });
  }

  // ------------------------------------------------------------------ words

  /** Of ln contrast against ln b, to the next step; to the last one from the one before. */
  get slope() {
    const k = Math.min(this.depth, this.levels.length - 2);
    return Math.log2(this.levels[k + 1].contrast / this.levels[k].contrast);
  }

  read() {
    const { side, contrast } = this.levels[this.depth];
    return {
      b: `${2 ** this.depth}`,
      n: `${side}\u00b2`,
      contrast: this.empty ? "\u2013" : number(contrast, 4),
      slope: this.empty || !Number.isFinite(this.slope) ? "\u2013" : number(this.slope, 2),
    };
  }

  report() {
    return { contrast: this.levels.map(({ contrast }) => contrast) };
  }

  say() {
    if (this.trouble) return this.trouble;
    if (this.empty) return "Open a picture or drop one here: it stays in your browser.";
    const { length } = this.levels;
    const whole = Math.log2(this.levels[length - 3].contrast / this.levels[0].contrast) / (length - 3);
    if (!Number.isFinite(whole)) return "A picture of one grey value has no contrast to lose.";
    const slope = `From b = 1 to ${2 ** (length - 3)} the contrast falls as b to the power ${number(whole, 2)}`;
    return whole < -0.9 ? `${slope}, as of independent elements.` : `${slope}: neighbouring blocks are alike.`;
  }

  words() {
    const { b, n, contrast, slope } = this.read();
    const name = this.picture === this.constants.own ? "your own picture" : this.picture;
    return (
      `${n} averages of ${name} over blocks of ${b} by ${b}, and their contrast against the side of a block: ` +
      `${contrast} here, falling with slope ${slope}. ${this.say()}`
    );
  }
}

export default widget(PictureScene, kernels);
