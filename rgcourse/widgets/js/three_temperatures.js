// Three lattices on one clock and one wheel that zooms out on all of them.

import ising from "../ising.wasm";
import { element, number, write } from "./dom.js";
import { widget } from "./figure.js";
import { Lattice } from "./lattice.js";
import { Scene } from "./scene.js";

const SIDES = ["cold", "critical", "hot"];
const SMOOTHING = 0.9; // of |m| per block spin, so that the figure can be read while it runs

class ThreeScene extends Scene {
  constructor(model, kernels) {
    super(model);
    const { max_level } = this.constants;
    this.temperatures = model.get("temperatures");
    this.lattices = this.temperatures.map(() => new Lattice(kernels, model.get("L"), max_level, this.constants));
    this.views = this.temperatures.map((T, k) => {
      const flow = element("span");
      const name = element("b", { class: `rgw-${SIDES[k]}` }, `T = ${number(T, 2)}, ${SIDES[k]}`);
      return { ...this.view(name, element("br"), flow), flow };
    });
    this.build(this.panels(this.views));
    this.reset();
  }

  step() {
    for (const lattice of this.lattices) lattice.heatBath();
    return 1;
  }

  reset() {
    const words = this.model.get("seed_words");
    for (const [k, lattice] of this.lattices.entries()) lattice.start(words[k], this.temperatures[k], 0);
    this.changed("level");
  }

  changed(trait) {
    if (trait === "level") this.flow = undefined;
  }

  draw() {
    const { level, lattices } = this;
    for (const [k, view] of this.views.entries()) {
      lattices[k].zoomOut(level);
      this.paint(view, lattices[k].picture(level));
    }
    const now = lattices.map((lattice) => Math.abs(lattice.magnetization(level)));
    this.flow = now.map((m, k) => (this.flow ? SMOOTHING * this.flow[k] + (1 - SMOOTHING) * m : m));
  }

  read() {
    for (const [k, { flow }] of this.views.entries()) write(flow, `|m| = ${number(this.flow[k], 2)}`);
    return { b: `${2 ** this.level}`, n: `${this.lattices[0].L >> this.level}²`, pace: this.figure.speed };
  }

  report() {
    return { magnetizations: this.flow };
  }

  answered() {
    return this.level === this.constants.max_level;
  }

  words() {
    const side = this.lattices[0].L >> this.level;
    const each = this.temperatures.map((T, k) => `T = ${number(T, 2)} (${SIDES[k]}): |m| = ${number(this.flow[k], 2)}`);
    return (
      `Three Ising lattices drawn as ${side} by ${side} block spins of ${2 ** this.level} spins a side. ` +
      `${each.join("; ")}.`
    );
  }
}

export default widget(ThreeScene, ising);
