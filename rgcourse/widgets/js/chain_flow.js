// Drop a chain into the plane of coupling and field; decimate it, and watch both.

import kernels from "../decimation.wasm";
import { element, fitted, linspace, number } from "./dom.js";
import { widget } from "./figure.js";
import { FlowScene } from "./scene.js";

const ROW = 14; // pixels of one chain, and of the gap to the next

class ChainScene extends FlowScene {
  starts = ["K", "h"];
  frames = 40; // of the clock for one decimation

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    this.length = model.get("n_spins");
    this.result = kernels.allocate("float64", 3);
    this.state = kernels.allocate("uint32", 8);
    this.spins = kernels.allocate("int8", this.length);
    this.canvas = element("canvas", { class: "rgw-rows", "aria-hidden": "true" });
    this.build(element("div", {}, this.plane.root, this.canvas));
  }

  /** How many decimations leave at least two spins. */
  get depth() {
    let [n, steps] = [this.length, 0];
    while (Math.floor(n / this.b) >= 2) [n, steps] = [Math.floor(n / this.b), steps + 1];
    return steps;
  }

  get done() {
    return this.path.length > this.depth;
  }

  after([K, h]) {
    this.kernels.decimate_step(K, h, this.b, this.result);
    return [...this.kernels.view("float64", this.result, 2)];
  }

  begin() {
    super.begin();
    const { kernels, length } = this;
    kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
    kernels.sample_segment(...this.start, length, this.spins, this.state);
    this.rows = [Array.from(kernels.view("int8", this.spins, length))];
  }

  advance() {
    this.path.push(this.after(this.now));
    const last = this.rows.at(-1);
    this.rows.push(last.filter((_, i) => i % this.b === 0).slice(0, Math.floor(last.length / this.b)));
    if (this.done) this.arrive();
  }

  draw() {
    const { plane } = this;
    plane.begin();
    plane.horizontal(0, { colour: "rule", width: 1 });
    this.arrows(linspace(0.25, 1.75, 7), linspace(-1.25, 1.25, 11), (point) => this.after(point));
    this.drawFlow(this.path, { stations: 3 });
    this.drawRows();
  }

  drawRows() {
    const { canvas, rows } = this;
    const n = this.depth + 1;
    canvas.style.height = `${n * ROW}px`;
    const { pen } = fitted(canvas);
    pen.resetTransform(); // spins end where pixels of the screen end
    const unit = canvas.height / n;
    const colours = { 1: this.colour("up"), "-1": this.colour("down") };
    rows.forEach((row, k) => {
      const cell = canvas.width / row.length;
      row.forEach((spin, i) => {
        pen.fillStyle = colours[spin];
        pen.fillRect(Math.round(i * cell), Math.round(k * unit), Math.ceil(cell), Math.round(0.75 * unit));
      });
    });
  }

  read() {
    const [K, h] = this.now;
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
      `Plane of coupling K and field h of the Ising chain. After ${this.path.length - 1} decimations, ${n} spins are ` +
      `left, K = ${K}, h = ${h}, correlation length ${xi}.`
    );
  }
}

export default widget(ChainScene, kernels);
