// An endless zoom into the bifurcation diagram of a family of maps.

import { Attractor, inks, same } from "./attractor.js";
import kernels from "../doubling.wasm";
import { clamp, number } from "./dom.js";
import { calm, widget } from "./figure.js";
import { listen } from "./gestures.js";
import { deepMarks, raised } from "./deep_axis.js";
import { Scene } from "./scene.js";

const FRAMES = 150; // of the clock for one doubling
const TURN = 0.8; // the share of a doubling after which the picture is turned over
const STEPS = 60; // of the orbit that is drawn
const NUDGE = 0.25; // of the window: what a key moves
const CLOSER = 1.5; // what a key magnifies, upwards
const WORK = { first: 60, moving: 6, rest: 14 }; // milliseconds of counting at a time
const FLOOR = 1e-6; // of the loss that is drawn

class BifurcationScene extends Scene {
  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    this.orbit = kernels.allocate("float64", STEPS + 1);
    this.attractor = new Attractor(kernels, this.constants);
    const { diagram, run } = this;
    for (const axis of [diagram.x, diagram.y]) axis.marks = (count) => deepMarks(axis, count);
    listen(diagram.canvas, {
      zoom: (x, y, factor) => this.zoom(factor, ...this.under(x, y)),
      pan: (dx, dy) => this.pan(-dx / (diagram.width - 60), dy / (diagram.height - 52)),
      pick: (x) => this.pick(this.under(x, 0)[0]),
      awake: () => this.figure.root.contains(document.activeElement),
    });
    const lead = document.createElement("div");
    lead.className = "rgw-lead";
    lead.append(diagram.root, run.root);
    this.build(lead);
  }

  begin() {
    this.look(this.model.get("window"));
  }

  // ----------------------------------------------------------------- window

  /** Look through the window [a_low, a_high, x_low, x_high]. */
  look(corners) {
    const [low, high, bottom, top] = corners;
    this.view = { a: (low + high) / 2, x: (bottom + top) / 2, da: (high - low) / 2, dx: (top - bottom) / 2 };
    this.given = { view: this.view, corners };
    this.rest();
  }

  get corners() {
    const { a, x, da, dx } = this.view;
    if (this.given.view === this.view) return this.given.corners;
    return [a - da, a + da, x - dx, x + dx];
  }

  /** No motion: the doubling that was under way is over, and so are those asked for after it. */
  rest() {
    Object.assign(this, { phase: 0, from: this.view, squash: 1, asked: 0 });
  }

  get kind() {
    return this.constants.families.indexOf(this.family);
  }

  get home() {
    const [low, high, bottom, top] = this.constants.homes[this.family];
    return { da: (high - low) / 2, dx: (top - bottom) / 2 };
  }

  /** Where the period doublings end: [a, x]. */
  get end() {
    return [this.constants.ends[this.family], this.constants.critical[this.family]];
  }

  /** How many times narrower the window is than the whole. */
  get scale() {
    return this.home.da / this.view.da;
  }

  /** About the length of the cycles that are told apart in a window of half width `da`. */
  long(da) {
    return Math.max(1, Math.round((this.home.da / da) ** (Math.LN2 / Math.log(this.constants.delta))));
  }

  /** Half of the narrowest window that floats allow around a place. */
  narrowest(at) {
    return 0.5 * this.constants.finest * 2 ** (Math.floor(Math.log2(Math.abs(at))) - 52);
  }

  /** How much closer the numbers allow to go, and how much farther the maps do. */
  get margin() {
    return this.view.da / this.narrowest(this.view.a);
  }

  get least() {
    return this.view.da / (0.5 * this.constants.largest[this.family]);
  }

  /** The window `across` and `upwards` times smaller, around [a, x], and turned over where `up` < 0. */
  shrunk({ a, x, da, dx }, [ca, cx], across, up) {
    return { a: ca + (a - ca) / across, x: cx + (x - cx) / up, da: da / across, dx: dx / up };
  }

  /** Magnify upwards by `factor`, and across as much as keeps what repeats in shape. */
  zoom(factor, ...center) {
    const { alpha, delta } = this.constants;
    const power = Math.log(delta) / Math.log(alpha);
    const across = clamp(factor ** power, this.least, Math.max(1, this.margin));
    this.to(this.shrunk(this.view, center, across, across ** (1 / power)));
  }

  /** Move by shares of the window, to the right and up on the screen. */
  pan(right, up) {
    const { a, x, da, dx } = this.view;
    const most = this.constants.largest[this.family];
    this.to({ a: clamp(a + 2 * right * da, 0, most), x: clamp(x + 2 * up * dx, -2, 2), da, dx });
  }

  to(view) {
    this.view = view;
    this.rest();
    this.figure.set({ running: false });
    this.figure.refresh();
  }

  /** What is under a pixel of the diagram: [a, x]. */
  under(px, py) {
    const { x, y } = this.diagram;
    const [left, right] = [this.diagram.across(x.low), this.diagram.across(x.high)];
    const [bottom, top] = [this.diagram.up(y.low), this.diagram.up(y.high)];
    return [x.at((px - left) / (right - left)), y.at((py - bottom) / (top - bottom))];
  }

  pick(a) {
    const slider = this.figure.sliders[0];
    slider.set(slider.rounded((100 * (a - this.view.a + this.view.da)) / (2 * this.view.da)));
  }

  // ---------------------------------------------------------------- buttons

  closer() {
    this.zoom(CLOSER, this.view.a, this.view.x);
  }

  farther() {
    this.zoom(1 / CLOSER, this.view.a, this.view.x);
  }

  left() {
    this.pan(-NUDGE, 0);
  }

  right() {
    this.pan(NUDGE, 0);
  }

  up() {
    this.pan(0, NUDGE);
  }

  down() {
    this.pan(0, -NUDGE);
  }

  deeper() {
    if (calm.matches) {
      this.figure.stepOnce();
      return;
    }
    this.figure.set({ running: true });
    this.asked += 1; // one more, also while another is under way
  }

  unavailable() {
    const inward = this.margin <= 1 ? ["closer"] : [];
    if (this.margin < this.constants.delta) inward.push("deeper");
    return this.least >= 1 ? [...inward, "farther"] : inward;
  }

  // ----------------------------------------------------------------- motion

  /** The window after a doubling that began at `from`. */
  get next() {
    const { alpha, delta } = this.constants;
    return this.shrunk(this.from, this.end, delta, -alpha);
  }

  step() {
    const { alpha, delta } = this.constants;
    const whole = !this.figure.running || calm.matches;
    if (this.phase === 0) {
      this.from = this.view;
      if (this.margin < delta) {
        this.figure.set({ running: false });
        return 0;
      }
    }
    this.phase = whole ? 1 : Math.min(1, this.phase + 1 / FRAMES);
    if (this.phase > 1 - 1e-9) {
      const { asked } = this;
      this.view = this.next;
      this.rest();
      this.asked = Math.max(0, asked - 1);
      if (asked === 1) this.figure.set({ running: false });
      return 1;
    }
    const turned = Math.cos(Math.PI * clamp((this.phase - TURN) / (1 - TURN), 0, 1));
    const up = alpha ** this.phase;
    const view = this.shrunk(this.from, this.end, delta ** this.phase, up);
    if (turned < 0) [view.dx, view.x] = [-view.dx, 2 * this.end[1] - view.x];
    this.view = view;
    this.squash = Math.max(0.03, Math.abs(turned));
    return 1 / FRAMES;
  }

  reset() {
    this.look(this.model.get("window"));
  }

  changed(trait) {
    const window = this.model.get("window");
    if (trait === "family") this.look(this.constants.homes[this.family]);
    else if (trait === "window" && window.some((value, i) => value !== this.corners[i])) this.look(window);
    else if (trait === "running" && !this.figure.running) this.rest();
  }

  exhibit() {
    this.draw(Infinity);
  }

  // ---------------------------------------------------------------- picture

  /** Count for a while, and come back soon where that was not enough. */
  count(budget) {
    const { attractor, diagram, kind, phase } = this;
    const window = phase > 0 ? this.next : this.view; // on the way the next picture is got ready
    const pixels = (size) => size * Math.min(2, devicePixelRatio);
    const width = pixels(diagram.across(diagram.x.high) - diagram.across(diagram.x.low));
    const height = pixels(Math.abs(diagram.up(diagram.y.high) - diagram.up(diagram.y.low)));
    const key = `${kind} ${Math.round(width)} ${Math.round(height)}`;
    if (key !== this.counting || !same(attractor.window, window)) {
      if (key !== this.counting) attractor.layers = [];
      this.counting = key;
      attractor.begin({ kind, window, width, height, scale: this.home.da / window.da, long: this.long(window.da) });
      this.painted = undefined;
    }
    const before = attractor.counted;
    if (!attractor.done) attractor.work(budget);
    const tones = ["surface", "cold", "critical", "hot"].map((name) => this.pixel(name));
    const colours = this.kept("inks", tones.join(), () => inks(...tones));
    const now = performance.now();
    const fresh = attractor.counted !== before && (attractor.done || now > (this.painted?.at ?? 0) + 90);
    if (attractor.fit && (fresh || this.painted?.colours !== colours)) {
      attractor.paint(colours);
      this.painted = { at: now, colours };
    }
    if (!attractor.done) this.later();
  }

  /** Go on counting when the page has had its turn, with the clock standing still. */
  later() {
    if (this.waiting) return;
    this.waiting = setTimeout(() => {
      this.waiting = 0;
      const { figure } = this;
      if (figure.gone || !figure.visible || figure.running) return;
      this.draw();
      if (this.attractor.done) figure.report();
    }, 4);
  }

  draw(budget = this.figure.running ? WORK.moving : this.attractor.window ? WORK.rest : WORK.first) {
    this.frame();
    this.count(budget);
    this.drawDiagram();
    this.drawRun();
  }

  /** Bring the axes to the window. */
  frame() {
    const { x, y } = this.diagram;
    const { a, x: middle, da, dx } = this.view;
    Object.assign(x, { low: a - da, high: a + da, name: this.symbol });
    const tall = dx / this.squash;
    Object.assign(y, { low: middle - tall, high: middle + tall, name: this.descent ? "w" : "x" });
  }

  get descent() {
    return this.family === "gradient descent";
  }

  get symbol() {
    return this.descent ? "\u03b7" : this.family === "logistic" ? "r" : "a";
  }

  /** The parameter that the reader has chosen. */
  get chosen() {
    return this.view.a + this.view.da * (this.place / 50 - 1);
  }

  get allowed() {
    return this.chosen > 0 && this.chosen <= this.constants.largest[this.family];
  }

  drawDiagram() {
    const { diagram } = this;
    const [a] = this.end;
    diagram.begin();
    this.attractor.draw(diagram, this.kind);
    diagram.vertical(a, { colour: "critical", width: 1.2, dash: [5, 4] });
    if (Math.abs(a - this.view.a) < this.view.da) {
      const y = this.diagram.y.high;
      diagram.text(a, y, `${this.symbol}\u221e`, { colour: "critical", dx: 5, dy: 12 });
    }
    diagram.vertical(this.chosen, { colour: "accent", width: 1.4 });
    if (this.phase === 0) {
      const { a: ca, x: cx, da, dx } = this.next;
      const frame = [-1, 1, 1, -1, -1].map((s, i) => [ca + s * da, cx + (i < 2 || i === 4 ? -1 : 1) * dx]);
      diagram.line(frame, { colour: "ink", width: 1.2 });
    }
  }

  drawRun() {
    const { run, kernels, descent } = this;
    const xs = [];
    if (this.allowed) {
      const first = this.constants.start * kernels.critical_at(this.kind, this.chosen);
      kernels.write_orbit(this.kind, this.chosen, first, STEPS + 1, this.orbit);
      xs.push(...kernels.view("float64", this.orbit, STEPS + 1));
    }
    const wide = xs.some((x) => x < 0);
    if (descent) Object.assign(run.y, { label: "loss", log: true, low: FLOOR, high: 1 });
    else Object.assign(run.y, { label: "x", log: false, low: wide ? -1 : 0, high: 1 });
    const points = xs.map((x, n) => [n, descent ? Math.max(kernels.loss_at(x), FLOOR) : x]);
    run.begin();
    run.line(points, { colour: "ctrl", width: 1 });
    run.clip(() => {
      for (const [n, y] of points) run.dot(n, y, { radius: 2.6 });
    });
  }

  // ------------------------------------------------------------------ words

  /** Digits that tell parameters in the window apart. */
  get digits() {
    return clamp(Math.ceil(-Math.log10(2 * this.view.da)) + 3, 3, 16);
  }

  textOf(trait) {
    return trait === "place" ? `${this.symbol} = ${number(this.chosen, this.digits)}` : undefined;
  }

  /** Period (0 for none) and Lyapunov exponent at the chosen parameter. */
  get found() {
    return this.kept("found", `${this.kind} ${this.chosen} ${this.longest}`, () => {
      if (!this.allowed) return { period: 0, lyapunov: 0 };
      const { kernels, kind, chosen, longest } = this;
      const period = kernels.period_at(kind, chosen, 8 * longest, longest, this.constants.returned);
      return { period, lyapunov: kernels.mean_log_slope(kind, chosen, longest, 2 * longest) };
    });
  }

  /** The longest period that is looked for. */
  get longest() {
    const { longest } = this.constants;
    return longest * Math.max(1, Math.ceil((8 * this.long(this.view.da)) / longest));
  }

  range() {
    const { a, da } = this.view;
    const { digits } = this;
    if (da > 5e-4) return `${number(a - da, digits - 1)} to ${number(a + da, digits - 1)}`;
    return `${number(a, digits - 2)} \u00b1 ${raised(da, 2)}`;
  }

  read() {
    const { period, lyapunov } = this.found;
    const lambda = Math.abs(lyapunov) < 0.01 ? raised(lyapunov, 2) : number(lyapunov, 3);
    return {
      range: this.range(),
      zoom: `${this.scale < 1e4 ? number(this.scale, this.scale < 20 ? 2 : 0) : raised(this.scale, 2)}\u00d7`,
      period: period ? `${period}` : `none \u2264 ${this.longest}`,
      lyapunov: this.allowed ? lambda : "\u2013",
    };
  }

  report() {
    return { window: this.corners, parameter: this.chosen, ...this.found };
  }

  say() {
    const counting = this.attractor.window && !this.attractor.done && !this.figure.running;
    return [this.finding(), ...(counting ? ["Counting orbits \u2026"] : [])].join(" ").trim();
  }

  finding() {
    if (this.margin < this.constants.delta) {
      const left = Math.round(this.margin * this.constants.finest);
      return `The digits of a double end here: ${left} numbers lie across this window. No doubling more can be shown.`;
    }
    const deep = Math.round(Math.log(this.scale) / Math.log(this.constants.delta));
    if (deep < 1 || !this.repeats(deep)) return "";
    const many = deep === 1 ? "One doubling" : `${deep} doublings`;
    return `${many} deep: nearly the same picture, of cycles ${2 ** deep} times as long.`;
  }

  /** Whether the window is the whole diagram after so many doublings. */
  repeats(deep) {
    const [low, high, bottom, top] = this.constants.homes[this.family];
    const [shrink, lower] = [this.constants.delta ** deep, (-this.constants.alpha) ** deep];
    const whole = { a: (low + high) / 2, x: (bottom + top) / 2, ...this.home };
    const { a, x, da, dx } = this.shrunk(whole, this.end, shrink, lower);
    const { view } = this;
    const off = [(view.a - a) / da, (view.da - da) / da, (view.x - x) / dx, (view.dx - dx) / dx];
    return off.every((share) => Math.abs(share) < 1e-3);
  }

  words() {
    const { zoom, period, lyapunov } = this.read();
    const what = { logistic: "the logistic map", sine: "the sine map" }[this.family] ?? "gradient descent";
    const state = this.found.period ? `settles on a cycle of ${period}` : "settles on no cycle";
    const [low, high] = this.corners.slice(2).map((x) => number(x, clamp(this.digits - 2, 2, 12)));
    return (
      `Bifurcation diagram of ${what}: parameters ${this.range()}, heights ${low} to ${high}, magnified ${zoom} ` +
      `across. At ${this.textOf("place")} the orbit ${state}, with a Lyapunov exponent of ${lyapunov}. ${this.say()}`
    );
  }
}

export default widget(BifurcationScene, kernels);
