// The laboratory: one lattice at several distances, and its energy and magnetization.

import ising from "../ising.wasm";
import packed from "../packed.wasm";
import packedSimd from "../packed_simd.wasm";
import { Curve, interpolate } from "./curves.js";
import { clamp, element, number, write } from "./dom.js";
import { widget } from "./figure.js";
import { Lattice } from "./lattice.js";
import { PackedLattice } from "./packed.js";
import { Scene } from "./scene.js";

const NEEDS_NO_FIELD = "Wolff needs h = 0: a field has no share in the rule that joins spins.";
const UPDATES_A_FRAME = 4; // more would only be flicker
const PACKED_UPDATES_A_FRAME = 10; // large lattices change slowly
const CLUSTERS_AN_UPDATE = 64; // at high temperature a cluster is a few spins
const COARSEST = 4; // block spins a side of the last panel, at the highest level

class IsingScene extends Scene {
  stays = ["T", "h"];

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
    const { T: x, spread, memory, ...exact } = model.get("curves");
    this.memoryAt = (T) => interpolate(x, memory, T);
    const names = { E: "Energy per site", m: "Magnetization |m|" };
    this.curves = Object.entries(names).map(
      ([key, name]) => new Curve(this[key], { name, x, y: exact[key], critical: this.constants.critical }),
    );
    Object.assign(this.curves[0], { spread });
    Object.assign(this.curves[1], { known: "infinite lattice" });
    const below = element("div", { class: "rgw-curves" }, ...this.curves.map(({ root }) => root));
    this.build(element("div", {}, this.panels(this.views, { narrow: false }), below));
    this.reset();
  }

  /** Of a lattice so large that it has but one, there is no list. */
  get algorithm() {
    return this.model.get("algorithm");
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
    return [...ends, this.h !== 0 && "Wolff"];
  }

  // ---------------------------------------------------------------- physics

  step() {
    let done = 0;
    if (this.algorithm === "heat bath") done = this.lattice.heatBath();
    else for (let k = 0; done < 1 && k < CLUSTERS_AN_UPDATE; k++) done += this.lattice.wolff();
    this.work += done;
    return done;
  }

  /** Each lattice once; none on its way to equilibrium counts. */
  measure() {
    if (this.unsettled || this.work === this.measured) return;
    this.last = [this.lattice.energy(), Math.abs(this.lattice.magnetization())];
    for (const [k, { mean }] of this.curves.entries()) mean.add(this.last[k], this.work - this.measured);
    this.measured = this.work;
  }

  settled() {
    this.forget();
  }

  /** Means start afresh. Single spins take `memory` sweeps to forget; clusters a few. */
  forget() {
    const memory = this.algorithm === "heat bath" ? this.memoryAt(this.lattice.at.T) : 0;
    for (const { mean } of this.curves) mean.clear(memory);
    [this.work, this.measured] = [0, -1]; // the first is the one it starts with
  }

  reset() {
    this.lattice.start(this.model.get("seed_words"), this.T, this.h);
    this.forget();
  }

  changed(trait) {
    if (trait === "T" || trait === "h") this.lattice.equilibrate({ T: this.T, h: this.h });
    if (trait === "algorithm") this.forget();
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
    return this.h !== 0 && this.constants.clusters ? NEEDS_NO_FIELD : "";
  }

  read() {
    for (const [k, curve] of this.curves.entries()) curve.draw(this.lattice.at, this.last[k], this.unsettled);
    const [E, m] = this.last;
    return { T: number(this.T, 3), m: number(m, 3), E: number(E, 3), pace: this.figure.speed };
  }

  report() {
    const [energy, magnetization] = this.last;
    return { energy, magnetization };
  }

  words() {
    const { lattice, level } = this;
    const { T, h } = lattice.at; // of the spins that are seen, on their way too
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
