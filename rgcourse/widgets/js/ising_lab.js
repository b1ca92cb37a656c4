// The laboratory: one lattice at several distances, and its energy and magnetization.

import { CRITICAL_TEMPERATURE, Lattice, pixel } from "./lattice.js";
import { view } from "./views.js";
import { PACKED_FROM, PackedLattice } from "./packed.js";
import { Curve } from "./curves.js";
import { RunningMean } from "./means.js";
import { Scene, element, number, renders, write } from "./figure.js";

const NEEDS_NO_FIELD = "Wolff needs h = 0: a field has no share in the rule that joins spins.";
const NEEDS_SINGLE_SPINS = "Wolff needs L < 512: larger lattices run 64 spins at a time, which clusters cannot.";
const UPDATES_A_FRAME = 4; // more would only be flicker
const PACKED_UPDATES_A_FRAME = 10; // large lattices change slowly
const CLUSTERS_AN_UPDATE = 64; // at high temperature a cluster is a few spins
const COARSEST = 4; // block spins a side of the last panel, at the highest level

class IsingScene extends Scene {
  /** `packing` are the kernels of packed spins, for lattices that are large enough for them. */
  constructor(model, kernels, packing) {
    super(model, "T", "h", "algorithm");
    const [L, panels] = [model.get("L"), model.get("panels")];
    let levels = Math.floor(Math.log2(L / COARSEST));
    while (L % 2 ** levels) levels--;
    this.packed = L >= PACKED_FROM;
    this.lattice = this.packed ? new PackedLattice(packing, kernels, L, levels) : new Lattice(kernels, L, levels);
    this.highest = levels + 1 - panels;
    this.means = { E: new RunningMean(), m: new RunningMean() };
    this.reset();
    this.buildStage(panels);
    this.buildControls(L);
  }

  get level() {
    return Math.min(this.highest, this.model.get("level"));
  }

  // ---------------------------------------------------------------- anatomy

  buildStage(panels) {
    this.views = Array.from({ length: panels }, () => view());
    const { T: x, E, M } = this.model.get("curves");
    const curve = (key, name, y, low, high) => [key, new Curve({ name, x, y, low, high, critical: CRITICAL_TEMPERATURE })];
    this.curves = Object.fromEntries([
      curve("E", "Energy per site", E, -2, 0),
      curve("m", "Magnetization |m|", M, 0, 1),
    ]);
    this.parts = [...this.views.map(({ painter }) => painter), ...Object.values(this.curves)];
    this.stage = element(
      "div", { class: "rgw-stage", role: "img" },
      element("div", { class: "rgw-panels", style: `--panels: ${panels}` }, ...this.views.map((view) => view.root)),
      element("div", { class: "rgw-curves" }, ...Object.values(this.curves).map((c) => c.root)),
    );
  }

  buildControls(L) {
    const { model } = this;
    const [low, high] = model.get("T_range");
    this.readouts = { T: "T", m: "|m|", E: "E", pace: "sweeps/s" };
    this.sliders = [
      {
        trait: "T", name: "temperature", label: "Temperature", low, high, step: 0.01, fine: 0.001,
        text: (T) => number(T, 3), scale: "rgw-heat", mark: [CRITICAL_TEMPERATURE, "Tc"],
      },
      { trait: "h", name: "field", label: "Field h", low: -0.5, high: 0.5, step: 0.01, text: (h) => number(h, 2) },
    ];
    const zoom = (by) => () => this.figure.set({ level: Math.min(this.highest, Math.max(0, this.level + by)) });
    this.zoomOut = element("button", { type: "button", click: zoom(1) }, "Zoom out");
    this.zoomIn = element("button", { type: "button", click: zoom(-1) }, "Zoom in");
    this.algorithms = this.choice("algorithm", [["heat bath", "heat bath, spin by spin"], ["Wolff", "Wolff clusters"]]);
    this.tools = [
      element("div", { class: "rgw-buttons" }, this.zoomOut, this.zoomIn),
      element("label", { class: "rgw-choice" }, "Algorithm ", this.algorithms),
    ];
    this.keys = {
      "+ -": ["zoom", zoom(1), zoom(-1)],
      c: ["critical", () => this.figure.set({ T: CRITICAL_TEMPERATURE })],
    };
    const shades = this.packed ? "; shaded by the sum where finer than the screen" : "";
    this.legend =
      `${L} × ${L} spins (light up, dark down${shades}) and the majority votes of their blocks, drawn at one size. ` +
      `Curves: exact, infinite lattice; dots: this lattice. Seed ${model.get("seed")}. The page runs the course's own ` +
      `rgcourse.${this.packed ? "multispin" : "samplers"}, compiled to WebAssembly.`;
  }

  // ---------------------------------------------------------------- physics

  step() {
    let done = 0;
    if (this.algorithm === "heat bath") done = this.lattice.heatBath();
    else for (let k = 0; done < 1 && k < CLUSTERS_AN_UPDATE; k++) done += this.lattice.wolff();
    this.measured = false;
    return done;
  }

  updates() {
    return this.packed ? PACKED_UPDATES_A_FRAME : UPDATES_A_FRAME;
  }

  measure() {
    if (this.measured) return;
    this.measured = true;
    this.last = { E: this.lattice.energy(), m: Math.abs(this.lattice.magnetization()) };
    for (const key of ["E", "m"]) this.means[key].add(this.last[key]);
  }

  forget() {
    for (const mean of Object.values(this.means)) mean.clear();
  }

  reset() {
    this.lattice.start(this.model.get("seed_words"), this.T, this.h);
    this.forget();
    this.measured = false;
    this.measure();
  }

  changed(trait) {
    if (trait === "T" || trait === "h") {
      this.lattice.set(this.T, this.h);
      this.forget();
    }
    if (this.h !== 0 && this.algorithm === "Wolff") this.figure.set({ algorithm: "heat bath" });
  }

  // ----------------------------------------------------------------- picture

  recolour(colour) {
    super.recolour(colour);
    [this.up, this.down] = [pixel(colour("up")), pixel(colour("down"))];
  }

  draw() {
    const { lattice, level, highest } = this;
    this.measure();
    lattice.zoomOut(level + this.views.length - 1);
    this.views.forEach(({ painter, label }, k) => {
      const n = lattice.L >> (level + k);
      painter.draw(lattice.picture(level + k, painter.side), this.up, this.down);
      write(label, `b = ${2 ** (level + k)} · ${n}²`);
    });
    this.zoomOut.disabled = level === highest;
    this.zoomIn.disabled = level === 0;
    this.algorithms.options[1].disabled = this.h !== 0 || this.packed;
  }

  say() {
    return this.packed ? NEEDS_SINGLE_SPINS : this.h !== 0 ? NEEDS_NO_FIELD : "";
  }

  read() {
    const { T, h, last, colour } = this;
    for (const [key, curve] of Object.entries(this.curves)) {
      const { estimate } = this.means[key];
      curve.draw({ T, h, last: last[key], estimate, colour });
      write(curve.text, curve.describe(estimate, T, h));
    }
    return { T: number(T, 3), m: number(last.m, 3), E: number(last.E, 3), pace: this.figure.speed };
  }

  report() {
    return { energy: this.last.E, magnetization: this.last.m };
  }

  words() {
    const { T, h, last, lattice, level } = this;
    const side = Math.abs(T - CRITICAL_TEMPERATURE) < 5e-4 ? "at" : T < CRITICAL_TEMPERATURE ? "below" : "above";
    const share = Math.round(50 * (1 + Math.abs(lattice.magnetization())));
    return (
      `Ising lattice of ${lattice.L} by ${lattice.L} spins at T = ${number(T, 3)}, ${side} the critical temperature, ` +
      `field ${number(h, 2)}. ${share} percent of the spins agree; |m| = ${number(last.m, 2)}, energy ${number(last.E, 2)} per site. ` +
      `Shown at equal size as blocks of ${this.views.map((_, k) => 2 ** (level + k)).join(", ")} spins a side.`
    );
  }
}

const render = renders(IsingScene, "ising", "packed packed_simd");

export default { render };
