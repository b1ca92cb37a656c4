// A window on a coexistence curve, its slope, and a lattice gas that boils at the same T / Tc.

import coexistence from "../coexistence.wasm";
import ising from "../ising.wasm";
import { element, fromBase64, number, write } from "./dom.js";
import { widget } from "./figure.js";
import { Lattice } from "./lattice.js";
import { Scene } from "./scene.js";

const LN10 = Math.log(10);
const NEIGHBOURS = 2.5; // steps of the table each way that make a local slope

class BoilingScene extends Scene {
  updates = 4;

  constructor(model, kernels, slopes) {
    super(model);
    const { points, fluids } = this.constants;
    const table = Float64Array.from(fromBase64(model.get("tables"), Float32Array));
    this.slopeKernels = slopes;
    this.table = slopes.allocate("float64", table.length);
    slopes.view("float64", this.table, table.length).set(table);
    this.lnT = table.subarray(0, points);
    this.lnY = fluids.map((_, k) => table.subarray((k + 1) * points, (k + 2) * points));
    this.lattice = new Lattice(kernels, model.get("L"), 0, this.constants);
    this.box = this.view(`${this.lattice.L} × ${this.lattice.L} sites`);
    const plots = element("div", {}, this.curve.root, this.slopes.root);
    this.build(plots, this.panels([this.box], { narrow: false }));
    this.reset();
  }

  // ---------------------------------------------------------------- physics

  get chosen() {
    return this.constants.fluids.indexOf(this.fluid);
  }

  /** The slope of ln y against ln t between two values of ln t. */
  slopeBetween(low, high) {
    const { points } = this.constants;
    const row = this.table + 8 * points * (this.chosen + 1);
    return this.slopeKernels.window_slope_kernel(this.table, row, points, low, high);
  }

  /** The window in ln t: it stays inside the table. */
  get window() {
    const [first, last] = [this.lnT[0], this.lnT.at(-1)];
    const half = (LN10 * this.width) / 2;
    return [Math.max(first, LN10 * this.place - half), Math.min(last, LN10 * this.place + half)];
  }

  get windowSlope() {
    return this.slopeBetween(...this.window);
  }

  /** [lg t, slope] all along the curve. */
  get local() {
    return this.kept("local", this.fluid, () => {
      const step = this.lnT[1] - this.lnT[0];
      const inner = [...this.lnT].slice(2, -2);
      return inner.map((x) => [x / LN10, this.slopeBetween(x - NEIGHBOURS * step, x + NEIGHBOURS * step)]);
    });
  }

  /** ln y at a value of ln t. */
  height(x) {
    const y = this.lnY[this.chosen];
    const at = (x - this.lnT[0]) / (this.lnT[1] - this.lnT[0]);
    const left = Math.min(this.lnT.length - 2, Math.max(0, Math.floor(at)));
    return y[left] + (at - left) * (y[left + 1] - y[left]);
  }

  get t() {
    return 10 ** this.place;
  }

  step() {
    this.lattice.heatBath();
    return 1;
  }

  /** Vapour above, in the first half, liquid below. */
  reset() {
    const { lattice } = this;
    const full = Int8Array.from({ length: lattice.sites }, (_, i) => (i < lattice.sites / 2 ? -1 : 1));
    lattice.restore(full, this.model.get("seed_words"));
    this.warm();
  }

  warm() {
    this.lattice.set(this.constants.critical * (1 - this.t), 0);
  }

  changed(trait) {
    if (trait === "place") this.warm();
  }

  exhibit() {
    for (let k = 0; k < this.constants.settle; k++) this.step();
  }

  // ----------------------------------------------------------------- picture

  /** Lines of a plot: grey where no weighing is known to reach, black beyond. */
  known(plot, points) {
    const closest = this.constants.closest[this.fluid] ?? Number.NEGATIVE_INFINITY;
    const reached = points.findIndex(([x]) => x >= closest);
    plot.line(points.slice(0, reached + 1), { colour: "ctrl", width: 1.4, dash: [2, 3] });
    plot.line(points.slice(reached), { colour: "ink", width: 1.6 });
    if (reached > 0) plot.vertical(closest, { colour: "rule", width: 1 });
  }

  draw() {
    const { ising: beta, mean_field: half } = this.constants;
    const { curve, slopes, place } = this;
    const [low, high] = this.window.map((x) => x / LN10);
    const [middle, slope] = [this.height(LN10 * place) / LN10, this.windowSlope];
    const shade = (plot) => {
      for (const x of [low, high]) plot.vertical(x, { colour: "accent", width: 1, dash: [4, 3] });
    };

    curve.begin();
    shade(curve);
    for (const [power, colour, dash] of [
      [half, "hot", [6, 4]],
      [beta, "critical", []],
    ])
      curve.curve((x) => middle + power * (x - place), { colour, dash, width: 1.2, points: 2 });
    const { lnT } = this;
    this.known(
      curve,
      Array.from(lnT, (x) => [x / LN10, this.height(x) / LN10]),
    );
    curve.clip(() => curve.dot(place, middle));

    slopes.begin();
    shade(slopes);
    slopes.horizontal(half, { colour: "hot", width: 1.2, dash: [6, 4] });
    slopes.horizontal(beta, { colour: "critical", width: 1.2 });
    this.known(slopes, this.local);
    slopes.text(slopes.x.high, half, "mean field 1/2", { colour: "hot", align: "right", dx: -2, dy: -5 });
    slopes.text(slopes.x.high, beta, "Ising", { colour: "critical", align: "right", dx: -2, dy: 14 });
    slopes.clip(() => slopes.dot(place, slope));

    this.paint(this.box, this.lattice.picture(0), "down", "up"); // up is a particle, and dark
    write(this.box.label, `T = ${number(1 - this.t, 4)} Tc`);
  }

  /** Kelvin below the critical temperature in the middle of the window. */
  get below() {
    const kelvin = this.constants.T_c[this.chosen] * this.t;
    if (!kelvin) return `${number(100 * this.t, 2)} %`;
    return kelvin < 0.1 ? `${number(1000 * kelvin, 1)} mK` : `${number(kelvin, 2)} K`;
  }

  read() {
    const gap = Math.exp(this.height(LN10 * this.place));
    return { slope: number(this.windowSlope, 3), gap: number(gap, 3), below: this.below };
  }

  say() {
    const { ising: beta, mean_field: half, closest } = this.constants;
    const { fluid, windowSlope: slope } = this;
    if (this.chosen === this.constants.fluids.length - 1) return "No fluid but a theory: its slope ends at 1/2.";
    if (this.place < (closest[fluid] ?? -9))
      return "No density was weighed here that we know of: this is the equation.";
    if (slope - beta > half - slope)
      return "Nearer to 1/2 than to the Ising model: the fitted function is smooth at Tc.";
    return "";
  }

  report() {
    return { slope: this.windowSlope };
  }

  words() {
    const { slope, gap, below } = this.read();
    return (
      `Order parameter of ${this.fluid} against the distance from the critical point, both on logarithmic scales. ` +
      `The window of ${number(this.width, 1)} decades around lg t = ${number(this.place, 2)}, ${below} below Tc, has ` +
      `the slope ${slope}; there half the difference of the densities is ${gap} critical densities. ${this.say()}`
    );
  }
}

export default widget(BoilingScene, ising, coexistence);
