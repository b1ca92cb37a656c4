// The laboratory: one lattice at several distances, and its energy and magnetization.

import ising from "../ising.wasm";
import packed from "../packed.wasm";
import packedSimd from "../packed_simd.wasm";
import { Curve } from "./curves.js";
import { clamp, element, number, write } from "./dom.js";
import { widget } from "./figure.js";
import { Lattice } from "./lattice.js";
import { PackedLattice } from "./packed.js";
import { Scene } from "./scene.js";

const NEEDS_NO_FIELD = "Wolff needs h = 0: a field has no share in the rule that joins spins.";
const NEEDS_SINGLE_SPINS = "Wolff needs L < 512: larger lattices run 64 spins at a time, which clusters cannot.";
const UPDATES_A_FRAME = 4; // more would only be flicker
const PACKED_UPDATES_A_FRAME = 10; // large lattices change slowly
const CLUSTERS_AN_UPDATE = 64; // at high temperature a cluster is a few spins
const COARSEST = 4; // block spins a side of the last panel, at the highest level

class IsingScene extends Scene {
  /** `packing` are the kernels of packed spins, for lattices that are large enough for them. */
  constructor(model, kernels, packing) {
    super(model);
    const [L, panels] = [model.get("L"), model.get("panels")];
    let levels = Math.floor(Math.log2(L / COARSEST));
    while (L % 2 ** levels) levels--;
    this.packed = L >= this.constants.packed_from;
    this.lattice = this.packed
      ? new PackedLattice(packing, kernels, L, levels, this.constants)
      : new Lattice(kernels, L, levels, this.constants);
    this.highest = levels + 1 - panels;
    this.updates = this.packed ? PACKED_UPDATES_A_FRAME : UPDATES_A_FRAME;
    this.views = Array.from({ length: panels }, () => this.view());
    const { T: x, ...exact } = model.get("curves");
    const names = { E: "Energy per site", m: "Magnetization |m|" };
    this.curves = Object.entries(names).map(
      ([key, name]) => new Curve(this[key], { name, x, y: exact[key], critical: this.constants.critical }),
    );
    const below = element("div", { class: "rgw-curves" }, ...this.curves.map(({ root }) => root));
    this.build(element("div", {}, this.panels(this.views, { narrow: false }), below));
    this.reset();
  }

  get level() {
    return Math.min(this.highest, this.model.get("level"));
  }

  zoom_out() {
    this.figure.set({ level: clamp(this.level + 1, 0, this.highest) });
  }

  zoom_in() {
    this.figure.set({ level: clamp(this.level - 1, 0, this.highest) });
  }

  unavailable() {
    const ends = [this.level === this.highest && "zoom_out", this.level === 0 && "zoom_in"];
    return [...ends, (this.h !== 0 || this.packed) && "Wolff"];
  }

  // ---------------------------------------------------------------- physics

  step() {
    let done = 0;
    if (this.algorithm === "heat bath") done = this.lattice.heatBath();
    else for (let k = 0; done < 1 && k < CLUSTERS_AN_UPDATE; k++) done += this.lattice.wolff();
    this.measured = false;
    return done;
  }

  measure() {
    if (this.measured) return;
    this.measured = true;
    this.last = [this.lattice.energy(), Math.abs(this.lattice.magnetization())];
    for (const [k, { mean }] of this.curves.entries()) mean.add(this.last[k]);
  }

  forget() {
    for (const { mean } of this.curves) mean.clear();
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

  draw() {
    const { lattice, level } = this;
    this.measure();
    lattice.zoomOut(level + this.views.length - 1);
    for (const [k, view] of this.views.entries()) {
      this.paint(view, lattice.picture(level + k, view.painter.side));
      write(view.label, `b = ${2 ** (level + k)} · ${lattice.L >> (level + k)}²`);
    }
  }

  say() {
    return this.packed ? NEEDS_SINGLE_SPINS : this.h !== 0 ? NEEDS_NO_FIELD : "";
  }

  read() {
    for (const [k, curve] of this.curves.entries()) curve.draw(this.T, this.h, this.last[k]);
    const [E, m] = this.last;
    return { T: number(this.T, 3), m: number(m, 3), E: number(E, 3), pace: this.figure.speed };
  }

  report() {
    const [energy, magnetization] = this.last;
    return { energy, magnetization };
  }

  words() {
    const { T, h, lattice, level } = this;
    const [E, m] = this.last;
    const off = T - this.constants.critical;
    const side = Math.abs(off) < 5e-4 ? "at" : off < 0 ? "below" : "above";
    const share = Math.round(50 * (1 + m));
    return (
      `Ising lattice of ${lattice.L} by ${lattice.L} spins at T = ${number(T, 3)}, ${side} the critical temperature, ` +
      `field ${number(h, 2)}. ${share} percent of the spins agree; |m| = ${number(m, 2)}, energy ${number(E, 2)} per ` +
      `site. Shown at equal size as blocks of ${this.views.map((_, k) => 2 ** (level + k)).join(", ")} spins a side.`
    );
  }
}

export default widget(IsingScene, ising, [packed, packedSimd]);
