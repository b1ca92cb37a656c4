// A camera with a fixed number of block spins, over three lattices; and what it measures.

import ising from "../ising.wasm";
import packed from "../packed.wasm";
import packedSimd from "../packed_simd.wasm";
import { clamp, element, number, write } from "./dom.js";
import { calm, widget } from "./figure.js";
import { listen } from "./gestures.js";
import { Scene } from "./scene.js";
import { expose, goOn, otherWords, StackMaker } from "./zoomed.js";

const COLOURS = ["cold", "critical", "hot"];
const PACE = 0.45; // octaves a second, when it runs
const REST = 1.1; // seconds at each whole octave
const GLIDE = 2.5; // octaves a second on the way to the next whole one
const SETTLE = 220; // milliseconds after the last turn of the wheel
const GREYS = 254; // even, so that nothing is as far from up as from down
const CONTRAST = 2.2; // of the blend in the middle of an octave
const STRETCH = 3; // of the axis of couplings, around the critical one
const INFINITY = 99; // for Python
const NOTHING = { values: new Uint8Array(1), n: 1, most: 1 };

class CameraScene extends Scene {
  constructor(model, kernels, packing) {
    super(model);
    const { window: n, octaves, names } = this.constants;
    this.maker = new StackMaker(packing, kernels, model.get("L"), this.constants);
    this.temperatures = model.get("temperatures");
    this.means = new Float64Array(n * n);
    this.values = new Uint8Array(n * n);
    this.octaves = octaves;
    this.places = names.map(([key]) => key);
    this.views = names.map(([key, words], k) => {
      const reading = element("span");
      const T = element(
        "b",
        { class: `rgw-${COLOURS[k]}` },
        `${words}, T\u00a0=\u00a0${number(this.temperatures[k], 3)}`,
      );
      const view = { ...this.view(T, " ", reading), reading, key };
      listen(view.canvas, {
        zoom: (x, y, factor) => this.zoomAt(view, x, y, factor),
        pan: (dx, dy) => key === this.shown && this.pan(dx / view.canvas.clientWidth, dy / view.canvas.clientHeight),
        pick: () => this.figure.set({ shown: key }),
        awake: () => this.figure.root.contains(document.activeElement),
      });
      return view;
    });
    this.ruler(this.line);
    const views = element("div", { class: "rgw-views" }, ...this.views.map(({ root }) => root));
    this.build(element("div", {}, views, this.line.root));
    this.take(model.get("seed_words"));
  }

  /** An axis from 0 to infinity with the critical coupling in its middle. */
  ruler(plot) {
    const { critical_K } = this.constants;
    this.share = (K) => (K === Infinity ? 1 : K ** STRETCH / (K ** STRETCH + critical_K ** STRETCH));
    const marks = [0.2, 0.3, critical_K, 0.6, 0.8].map((K) => [this.share(K), K === critical_K ? "Kc" : `${K}`]);
    plot.x.marks = () => [[0, "0"], ...marks, [1, "∞"]];
    plot.y.marks = () => this.places.map((key, k) => [2.5 - k, key]);
  }

  // ---------------------------------------------------------------- lattices

  /** Make the lattices of these seeds, the large one first, in slices that keep nobody waiting. */
  take(seeds) {
    this.seeds = seeds;
    this.stacks = [];
    this.readings = [];
    this.way = undefined;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.proceed());
  }

  /** The lattice that is missing most, until that time of the clock. */
  make(until) {
    const large = this.places.indexOf(this.shown);
    this.way ??= this.wayTo(this.stacks[large] ? this.missing() : large);
    const stack = goOn(this.way.pieces, until);
    if (!stack) return;
    const { k } = this.way;
    this.stacks[k] = stack;
    this.readings[k] = stack.agreements.map((agreement) => this.coupling(agreement));
    this.way = this.picture = undefined;
    this.figure?.refresh();
  }

  wayTo(k) {
    return { k, pieces: this.maker.make(this.seeds[k], this.temperatures[k]) };
  }

  proceed() {
    if (this.missing() < 0 || this.figure?.gone) return;
    this.make();
    this.waiting = setTimeout(() => this.proceed());
  }

  /** Whether all that is to be seen is there. */
  get ready() {
    return this.missing() < 0;
  }

  missing() {
    return this.places.findIndex((_, k) => !this.stacks[k]);
  }

  /** The coupling at which an infinite lattice has this agreement: from the table. */
  coupling(agreement) {
    const { coupling: table } = this.constants;
    if (agreement < 0) return -this.coupling(-agreement);
    const after = table.findIndex(([a]) => a > agreement);
    if (after < 0) return Infinity;
    const [[a0, K0], [a1, K1]] = [table[after - 1], table[after]];
    return K0 + ((agreement - a0) / (a1 - a0)) * (K1 - K0);
  }

  renew() {
    this.take(this.seeds.map(otherWords));
    this.figure.refresh();
  }

  elsewhere() {
    this.figure.set({ centre: [Math.random(), Math.random()] });
  }

  // ------------------------------------------------------------------ camera

  get b() {
    return 2 ** this.zoom;
  }

  get whole() {
    return Number.isInteger(this.zoom);
  }

  zoomAt(view, x, y, factor) {
    const zoom = clamp(this.zoom - Math.log2(factor), 0, this.octaves);
    if (zoom === this.zoom) return;
    const width = (this.constants.window * this.b) / this.maker.L;
    const grown = (this.constants.window * 2 ** zoom) / this.maker.L;
    const at = [x / view.canvas.clientWidth - 0.5, y / view.canvas.clientHeight - 0.5];
    const outwards = zoom > this.zoom;
    this.stop();
    this.blind = true; // one picture is enough for both
    this.move(at.map((share, i) => this.centre[i] + share * (width - grown)));
    this.blind = false;
    this.figure.set({ zoom });
    const near = Math.round(zoom);
    const goal = Math.abs(zoom - near) < 0.04 ? near : outwards ? Math.ceil(zoom) : Math.floor(zoom);
    this.settling = setTimeout(() => this.glide(goal), SETTLE);
  }

  pan(dx, dy) {
    const width = (this.constants.window * this.b) / this.maker.L;
    this.move([this.centre[0] - dx * width, this.centre[1] - dy * width]);
  }

  move(centre) {
    this.figure.set({ centre: centre.map((share) => share - Math.floor(share)) });
  }

  zoom_out() {
    this.leave(Math.floor((this.goal ?? this.zoom) + 1));
  }

  zoom_in() {
    this.leave(Math.ceil((this.goal ?? this.zoom) - 1));
  }

  leave(goal) {
    this.figure.set({ running: false });
    this.glide(clamp(goal, 0, this.octaves));
  }

  /** Move to a whole octave, at once for calm readers. */
  glide(goal) {
    this.stop();
    if (calm.matches) {
      this.figure.set({ zoom: goal });
      return;
    }
    this.goal = goal;
    let before = performance.now();
    const move = (now) => {
      if (this.figure.gone) return;
      const reach = (GLIDE * Math.max(0, now - before)) / 1000;
      before = now;
      const left = goal - this.zoom;
      this.go(Math.abs(left) <= reach ? goal : this.zoom + Math.sign(left) * reach);
      if (this.zoom === goal) this.goal = undefined;
      else this.moving = requestAnimationFrame(move);
    };
    this.moving = requestAnimationFrame(move);
  }

  stop() {
    cancelAnimationFrame(this.moving);
    clearTimeout(this.settling);
    this.goal = undefined;
  }

  // ------------------------------------------------------------------ motion

  /** Out to the last octave, resting at each. */
  step() {
    if (this.missing() >= 0) return 0;
    if (!this.figure.running) {
      this.glide(this.zoom < this.octaves ? Math.floor(this.zoom + 1) : 0);
      return 1;
    }
    const now = performance.now();
    const passed = Math.min(0.1, (now - (this.before ?? now)) / 1000);
    this.before = now;
    this.rested = (this.rested ?? 0) + (calm.matches ? 0.5 : passed);
    if (this.whole && this.rested < REST) return 0;
    const next = Math.min(Math.floor(this.zoom + 1), this.zoom + (calm.matches ? 1 : PACE * passed));
    this.go(next);
    if (this.whole) this.rested = 0;
    if (this.zoom === this.octaves) this.figure.set({ running: false });
    return passed;
  }

  /** Whether the camera has been at the far end. */
  answered() {
    return this.been === true;
  }

  reset() {
    this.stop();
    this.rested = 0;
    const first = this.model.get("seed_words");
    if (this.seeds !== first) this.take(first);
  }

  /** Who moves the zoom takes it out of the hands of the clock. */
  changed(trait) {
    if (trait === "zoom" && !this.gliding) {
      this.stop();
      this.figure.set({ running: false });
    }
    if (trait !== "running") return;
    [this.before, this.rested] = [undefined, 0];
    if (this.figure.running && this.zoom === this.octaves) this.go(0);
  }

  /** Set the zoom as a part of a motion. */
  go(zoom) {
    this.gliding = true;
    this.figure.set({ zoom });
    this.gliding = false;
  }

  exhibit() {
    while (this.missing() >= 0) this.make(Infinity);
    this.figure.set({ zoom: this.octaves - 1 });
  }

  unavailable() {
    return [this.zoom >= this.octaves && "zoom_out", this.zoom <= 0 && "zoom_in"];
  }

  textOf(trait, value) {
    return trait === "zoom" ? `b = ${number(2 ** value, Number.isInteger(value) ? 0 : 1)}` : undefined;
  }

  // ----------------------------------------------------------------- picture

  resize() {
    super.resize();
    this.picture = undefined;
  }

  draw() {
    this.been ||= this.zoom === this.octaves;
    const { zoom, centre, colour, shown } = this;
    const key = JSON.stringify([zoom, centre, shown, this.stacks.length]);
    if (this.blind || (this.picture?.key === key && this.picture.colour === colour)) return;
    this.picture = { key, colour };
    const n = this.constants.window;
    const part = zoom - Math.floor(zoom);
    const contrast = 1 + 4 * (CONTRAST - 1) * part * (1 - part);
    for (const [k, view] of this.views.entries()) {
      const large = view.key === shown;
      view.root.classList.toggle("rgw-large", large);
      view.canvas.classList.toggle("rgw-touch", large);
      view.canvas.classList.toggle("rgw-point", !large); // a small one is only taken
      if (!this.stacks[k]) {
        if (!view.seen) this.paint(view, NOTHING, "surface", "surface");
        continue;
      }
      view.seen = true;
      expose(this.stacks[k], zoom, centre, n, this.means);
      for (let i = 0; i < this.means.length; i++)
        this.values[i] = Math.round((GREYS / 2) * (1 + clamp(contrast * this.means[i], -1, 1)));
      this.paint(view, { values: this.values, n, most: GREYS });
    }
    this.drawLine();
  }

  drawLine() {
    const { line } = this;
    line.begin();
    line.vertical(0.5, { colour: "ctrl", width: 1.2, dash: [4, 4] });
    for (const [k, readings] of this.readings.entries()) {
      if (!readings) continue;
      const y = 2.5 - k;
      const places = readings.map((K) => [this.share(K), y]);
      line.line(places, { colour: COLOURS[k], width: 1.2 });
      for (const place of places) line.dot(...place, { colour: COLOURS[k], hollow: true, radius: 3.5 });
      line.dot(this.share(this.now(readings)), y, { colour: COLOURS[k], radius: 6 });
    }
  }

  /** Between two measured values, where the camera is; infinite beside infinity. */
  now(readings) {
    const [low, part] = [Math.floor(this.zoom), this.zoom % 1];
    return part ? readings[low] + part * (readings[low + 1] - readings[low]) : readings[low];
  }

  // ------------------------------------------------------------------- words

  textOfCoupling(K) {
    return K === Infinity ? "∞" : number(K, 3);
  }

  read() {
    const k = this.places.indexOf(this.shown);
    for (const [i, { reading }] of this.views.entries())
      write(reading, this.readings[i] ? `K = ${this.textOfCoupling(this.now(this.readings[i]))}` : "in the making");
    const ready = this.stacks[k];
    return {
      b: number(this.b, this.whole ? 0 : 1),
      n: `${this.constants.window}²`,
      agree: ready ? number(this.now(ready.agreements), 3) : "–",
      K: ready ? this.textOfCoupling(this.now(this.readings[k])) : "–",
    };
  }

  report() {
    const plain = (K) => (K === Infinity ? INFINITY : K);
    return {
      agreements: Array.from(this.stacks, (stack) => stack?.agreements ?? []),
      couplings: Array.from(this.readings, (row) => (row ?? []).map(plain)),
    };
  }

  words() {
    const { window: n, names } = this.constants;
    const each = names.map(([, words], k) => {
      const now = this.readings[k] && this.textOfCoupling(this.now(this.readings[k]));
      return `${words} (T = ${number(this.temperatures[k], 3)}): ${now ? `K = ${now}` : "in the making"}`;
    });
    return (
      `Three Ising lattices seen through one window of ${n} by ${n} block spins, each of ` +
      `${number(this.b, this.whole ? 0 : 1)} spins a side. Measured coupling ${each.join("; ")}.`
    );
  }
}

export default widget(CameraScene, ising, [packed, packedSimd]);
