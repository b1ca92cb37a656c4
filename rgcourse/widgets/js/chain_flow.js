// Drop a chain into the plane of coupling and field; decimate it, and watch both.

import { element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";
import { SteppedScene } from "./steps.js";

const [K_MOST, H_MOST] = [2, 1.5];
const FRAMES = 40; // of the clock for one decimation
const ROW = 14; // pixels of one chain, and of the gap to the next

class ChainScene extends SteppedScene {
  constructor(model, kernels) {
    super(model, "K", "h", "b");
    Object.assign(this, { kernels, frames: FRAMES });
    const n = model.get("n_spins");
    this.result = kernels.allocate("float64", 3);
    this.state = kernels.allocate("uint32", 8);
    this.spins = kernels.allocate("int8", n);
    this.plot = new Plot({
      x: { label: "coupling K", low: 0, high: K_MOST },
      y: { label: "field h", low: -H_MOST, high: H_MOST },
      drop: (K, h, phase) => this.drop({ K: Number(K.toFixed(2)), h: Number(h.toFixed(2)) }, phase),
    });
    this.canvas = element("canvas", { class: "rgw-rows", "aria-hidden": "true" });
    this.canvas.style.cssText = "display: block; width: 100%; margin-top: 0.75rem";
    this.stage = element("div", { class: "rgw-stage", role: "img" }, this.plot.root, this.canvas);
    this.sliders = [
      { trait: "K", name: "K", label: "Coupling K", low: 0, high: K_MOST, step: 0.05, fine: 0.01, text: (K) => number(K, 2) },
      { trait: "h", name: "h", label: "Field h", low: -H_MOST, high: H_MOST, step: 0.05, fine: 0.01, text: (h) => number(h, 2), mark: [0, "h = 0"] },
      { trait: "b", name: "b", label: "Keep one in", low: 2, high: 4, step: 1, text: (b) => `b = ${b}` },
    ];
    this.readouts = { n: "spins left", K: "K", h: "h", xi: "\u03be" };
    this.legend =
      `A chain of ${n} spins (light up, dark down), an exact sample of the infinite chain at (K, h); each row below keeps every b-th ` +
      "spin of the row above, drawn at the same width. In the plane, the couplings that belong to each row: " +
      `rgcourse.couplings.decimate_chain, compiled. \u03be is the correlation length in spacings of the row. Seed ${model.get("seed")}.`;
    this.begin();
  }

  get start() {
    return [this.K, this.h];
  }

  /** How many decimations leave at least two spins. */
  get most() {
    let [n, steps] = [this.model.get("n_spins"), 0];
    while (Math.floor(n / this.b) >= 2) [n, steps] = [Math.floor(n / this.b), steps + 1];
    return steps;
  }

  get done() {
    return this.path.length > this.most;
  }

  after([K, h]) {
    this.kernels.decimate_step(K, h, this.b, this.result);
    const [K2, h2] = this.kernels.view("float64", this.result, 2);
    return [K2, h2];
  }

  begin() {
    const { kernels, model } = this;
    const n = model.get("n_spins");
    kernels.view("uint32", this.state, 8).set(model.get("seed_words"));
    kernels.sample_segment(...this.start, n, this.spins, this.state);
    this.rows = [Array.from(kernels.view("int8", this.spins, n))];
    this.path = [this.start];
    this.phase = 0;
  }

  advance() {
    const { b } = this;
    this.path.push(this.after(this.path.at(-1)));
    const last = this.rows.at(-1);
    this.rows.push(last.filter((_, i) => i % b === 0).slice(0, Math.floor(last.length / b)));
    if (this.done) this.figure.set({ running: false });
  }

  changed(trait) {
    if (["K", "h", "b"].includes(trait)) this.begin();
  }

  resize() {
    this.plot.resize();
    this.width = this.canvas.clientWidth;
  }

  draw() {
    this.drawPlane();
    this.drawRows();
  }

  drawPlane() {
    const { plot, path } = this;
    plot.begin(this.colour);
    plot.line([[0, 0], [K_MOST, 0]], { colour: "rule", width: 1 });
    for (let K = 0.25; K < K_MOST; K += 0.25) {
      for (let h = -1.25; h < 1.3; h += 0.25) plot.towards([K, h], this.after([K, h]));
    }
    plot.line(path, { colour: "accent", width: 1.8 });
    plot.clip(() => {
      for (const [K, h] of path.slice(1)) plot.dot(K, h, { radius: 3 });
      plot.dot(...path[0], { hollow: true, radius: 6 });
      if (path.length > 1) plot.dot(...path.at(-1));
    });
  }

  drawRows() {
    const { canvas, colour, rows, width } = this;
    const height = (this.most + 1) * ROW;
    if (canvas.width !== Math.round(width * devicePixelRatio) || this.height !== height) {
      this.height = height;
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
      canvas.style.height = `${height}px`;
    }
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    const unit = canvas.height / (this.most + 1);
    rows.forEach((row, k) => {
      const cell = canvas.width / row.length;
      row.forEach((spin, i) => {
        pen.fillStyle = colour(spin > 0 ? "up" : "down");
        pen.fillRect(Math.round(i * cell), Math.round(k * unit), Math.ceil(cell), Math.round(0.75 * unit));
      });
    });
  }

  read() {
    const [K, h] = this.path.at(-1);
    const xi = K < 0 ? NaN : this.kernels.correlation_length_at(K, h);
    const digits = (x) => (Math.abs(x) < 0.1 && x !== 0 ? x.toPrecision(2).replace("-", "\u2212") : number(x, 3));
    return { n: `${this.rows.at(-1).length}`, K: digits(K), h: digits(h), xi: xi < 0.05 ? "< 0.1" : number(xi, 1) };
  }

  report() {
    return { steps: this.path.length - 1, flow: this.path };
  }

  words() {
    const { n, K, h, xi } = this.read();
    return (
      `Plane of coupling K and field h of the Ising chain. After ${this.path.length - 1} decimations, ${n} spins are left, ` +
      `K = ${K}, h = ${h}, correlation length ${xi}.`
    );
  }
}

const render = renders(ChainScene, "decimation");

export default { render };
