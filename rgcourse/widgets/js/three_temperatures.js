// Three lattices on one clock and one wheel that zooms out on all of them.

import { Lattice, pixel } from "./lattice.js";
import { view } from "./views.js";
import { Scene, element, number, renders, write } from "./figure.js";

const SIDES = ["cold", "critical", "hot"];
const SMOOTHING = 0.9; // of |m| per block spin, so that the figure can be read while it runs

class ThreeScene extends Scene {
  constructor(model, kernels) {
    super(model, "level");
    const L = model.get("L");
    this.temperatures = model.get("temperatures");
    this.highest = model.get("max_level");
    this.lattices = this.temperatures.map(() => new Lattice(kernels, L, this.highest));
    this.reset();
    this.views = this.temperatures.map((T, k) => {
      const flow = element("span");
      const name = element("b", { class: `rgw-${SIDES[k]}` }, `T = ${number(T, 2)}, ${SIDES[k]}`);
      return { ...view(name, element("br"), flow), flow };
    });
    this.parts = this.views.map(({ painter }) => painter);
    this.stage = element(
      "div", { class: "rgw-stage rgw-panels rgw-three", role: "img", style: "--panels: 3" },
      ...this.views.map((view) => view.root),
    );
    this.readouts = { b: "b", n: "block spins", pace: "sweeps/s" };
    this.sliders = [{
      trait: "level", name: "zoom", label: "Zoom out", low: 0, high: this.highest, step: 1,
      text: (level) => `b = ${2 ** level}`,
    }];
    this.keys = { "+ -": ["zoom", () => this.figure.sliders[0].nudge(1), () => this.figure.sliders[0].nudge(-1)] };
    this.legend =
      `Three lattices of ${L} × ${L} spins (light up, dark down), zoomed out together: each step lets ` +
      "2 × 2 spins vote and draws the winners at the same size. Below each: |m| per block spin. " +
      `Heat bath, seed ${model.get("seed")}.`;
  }

  step() {
    for (const lattice of this.lattices) lattice.heatBath();
    return 1;
  }

  reset() {
    const words = this.model.get("seed_words");
    this.lattices.forEach((lattice, k) => lattice.start(words[k], this.temperatures[k], 0));
    this.changed("level");
  }

  changed(trait) {
    if (trait === "level") this.flow = undefined;
  }

  recolour(colour) {
    [this.up, this.down] = [pixel(colour("up")), pixel(colour("down"))];
  }

  draw() {
    const { level } = this;
    this.views.forEach(({ painter }, k) => {
      const lattice = this.lattices[k];
      lattice.zoomOut(level);
      painter.draw(lattice.picture(level), this.up, this.down);
    });
    const now = this.lattices.map((lattice) => Math.abs(lattice.magnetization(level)));
    this.flow = now.map((m, k) => (this.flow ? SMOOTHING * this.flow[k] + (1 - SMOOTHING) * m : m));
  }

  read() {
    const side = this.lattices[0].L >> this.level;
    this.views.forEach(({ flow }, k) => {
      write(flow, `|m| = ${number(this.flow[k], 2)}`);
    });
    return { b: `${2 ** this.level}`, n: `${side}²`, pace: this.figure.speed };
  }

  report() {
    return { magnetizations: this.flow };
  }

  words() {
    const side = this.lattices[0].L >> this.level;
    const each = this.temperatures.map((T, k) => `T = ${number(T, 2)} (${SIDES[k]}): |m| = ${number(this.flow[k], 2)}`);
    return `Three Ising lattices drawn as ${side} by ${side} block spins of ${2 ** this.level} spins a side. ${each.join("; ")}.`;
  }
}

const render = renders(ThreeScene, "ising");

export default { render };
