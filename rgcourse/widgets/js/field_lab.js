// A phi^4 field on the square lattice, the potential it sits in, and the values it takes.

import { pixel } from "./lattice.js";
import { view } from "./views.js";
import { Scene, element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";

const { phi: MOST, bright: BRIGHT, shades: SHADES, floor: FLOOR, bins: BINS } = GIVEN;
const SMOOTHING = 0.95; // of the histogram and of |m|, so that they can be read while it runs

class FieldScene extends Scene {
  constructor(model, kernels) {
    super(model, "r", "u");
    Object.assign(this, { kernels, L: model.get("L") });
    this.sites = this.L * this.L;
    this.field = kernels.allocate("float64", this.sites);
    this.sums = kernels.allocate("float64", 4);
    this.neighbours = kernels.allocate("int32", 4 * this.sites);
    this.stack = kernels.allocate("int32", this.sites);
    this.state = kernels.allocate("uint32", 8);
    this.values = new Uint8Array(this.sites);
    kernels.fill_neighbours(this.L, 2, this.neighbours);
    const { painter, canvas } = view();
    this.painter = painter;
    this.plot = new Plot({
      x: { label: "field φ", low: -MOST, high: MOST },
      y: { label: "potential", low: FLOOR, high: GIVEN.ceiling },
      size: "rgw-tall",
    });
    this.parts = [this.painter, this.plot];
    const panel = element("div", { class: "rgw-panels", style: "--panels: 1" }, element("div", {}, canvas));
    this.stage = element("div", { class: "rgw-stage rgw-pair", role: "img" }, panel, this.plot.root);
    const slider = (trait, label, more) => ({ trait, name: trait, label, low: GIVEN[trait][0], high: GIVEN[trait][1], text: (x) => number(x, 2), ...more });
    this.sliders = [
      slider("r", "Square, r", { step: 0.1, fine: 0.02, mark: [0, "Landau"] }),
      slider("u", "Fourth, u", { step: 1, fine: 0.5 }),
    ];
    this.readouts = { m: "|m|", landau: "Landau", pace: "sweeps/s" };
    this.legend =
      `A field of ${this.L} × ${this.L} sites (light above zero, dark below). Right: the potential r φ²/2 + u φ⁴/4! with Landau's minima (violet), ` +
      `and at the bottom how often each value occurs. Metropolis sweeps and clusters of rgcourse.field_theory.Phi4, compiled. Seed ${model.get("seed")}.`;
    this.begin();
  }

  /** Where Landau's potential has its minimum. */
  get landau() {
    return this.kernels.landau_minimum(this.r, this.u);
  }

  begin() {
    this.kernels.view("uint32", this.state, 8).set(this.model.get("seed_words"));
    this.kernels.view("float64", this.field, this.sites).fill(this.landau);
    for (let k = 0; k < GIVEN.warm_up; k++) this.sweep();
    this.forget();
  }

  /** Let the averages start afresh. */
  forget() {
    [this.seen, this.size] = [undefined, undefined];
  }

  sweep() {
    const { kernels, field, neighbours, sites, r, u, stack, state } = this;
    kernels.metropolis_sweep(field, neighbours, sites, 2, r, u, kernels.proposal_width(r, u, 2), state);
    kernels.wolff_cluster(field, neighbours, sites, 2, stack, state);
  }

  step() {
    this.sweep();
    return 1;
  }

  updates() {
    return 4;
  }

  reset() {
    this.begin();
  }

  changed(trait) {
    if (trait === "r" || trait === "u") this.forget();
  }

  recolour(colour) {
    super.recolour(colour);
    [this.up, this.down] = [pixel(colour("up")), pixel(colour("down"))];
  }

  get mean() {
    this.kernels.field_sums(this.field, this.neighbours, this.sites, 2, this.sums);
    return this.kernels.view("float64", this.sums, 4)[0] / this.sites;
  }

  draw() {
    const field = this.kernels.view("float64", this.field, this.sites);
    const counts = new Float64Array(BINS);
    for (let i = 0; i < this.sites; i++) {
      this.values[i] = Math.round(SHADES * share(field[i], BRIGHT));
      counts[Math.floor(0.9999 * BINS * share(field[i], MOST))] += 1;
    }
    const smooth = (old, now) => (old === undefined ? now : SMOOTHING * old + (1 - SMOOTHING) * now);
    this.seen = counts.map((n, k) => smooth(this.seen?.[k], n));
    this.size = smooth(this.size, Math.abs(this.mean));
    this.painter.draw({ values: this.values, n: this.L, most: SHADES }, this.up, this.down);
    this.drawPotential();
  }

  drawPotential() {
    const { plot, kernels, r, u, landau } = this;
    plot.begin(this.colour);
    const width = (2 * MOST) / BINS;
    const stairs = [[-MOST, FLOOR]];
    this.seen.forEach((n, k) => {
      const height = FLOOR + (GIVEN.tall * n) / this.sites / width; // the density, in arbitrary units from the floor
      stairs.push([-MOST + k * width, height], [-MOST + (k + 1) * width, height]);
    });
    plot.line([...stairs, [MOST, FLOOR]], { colour: "accent", width: 1.4 });
    const curve = Array.from({ length: 101 }, (_, i) => MOST * (i / 50 - 1)).map((phi) => [phi, kernels.potential(phi, r, u)]);
    plot.line(curve, { width: 1.8 });
    for (const m of landau > 0 ? [-landau, landau] : [0]) {
      if (m <= MOST) plot.clip(() => plot.dot(m, kernels.potential(m, r, u), { colour: "critical" }));
    }
  }

  read() {
    return { m: number(this.size, 2), landau: number(this.landau, 2), pace: this.figure.speed };
  }

  report() {
    return { magnetization: this.mean };
  }

  words() {
    return (
      `A field of ${this.L} by ${this.L} sites at r = ${number(this.r, 2)}, u = ${number(this.u, 1)}. The size of its mean is ` +
      `${number(this.size, 2)}; Landau's theory says ${number(this.landau, 2)}.`
    );
  }
}

/** Where phi lies between -most and most, from 0 to 1. */
function share(phi, most) {
  return Math.min(1, Math.max(0, 0.5 + phi / (2 * most)));
}

const render = renders(FieldScene, "fields");

export default { render };
