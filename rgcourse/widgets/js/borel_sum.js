// A divergent series summed by a reader who says where its Borel transform is singular.

import kernels from "../resummation.wasm";
import { clamp, element, linspace, number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const SYMBOLS = { integral: "⟨φ²⟩", nu: "ν", eta: "η", omega: "ω" };
const DIGITS = { integral: 4, nu: 4, eta: 4, omega: 3 };
const RINGS = [0.1, 0.2, 0.35, 0.5, 0.7, 0.9]; // of equal |w|
const STEP = 0.05; // between places of the trail
const CROSS = 4; // pixels
const TOO_FAR = 1.5; // times the true distance: what the bet asks for
const LATE = 8; // orders, by which it is seen

class BorelScene extends SteppedScene {
  frames = 50; // of the clock for one more order
  found = new Map();
  trails = new Map();
  seen = new Set(); // series whose envelope has been open

  constructor(model, kernels) {
    super(model);
    const { nodes, scanned } = this.constants;
    const terms = this.figureOrders + 1;
    const sizes = { c: terms, nodes: 3 * nodes, scratch: 3 * terms, value: scanned, change: scanned, result: 4 };
    this.kernels = kernels;
    this.buffers = Object.fromEntries(Object.entries(sizes).map(([k, n]) => [k, kernels.allocate("float64", n)]));
    this.build(element("div", {}, this.plane.root, this.trail.root), this.orders.root);
  }

  /** The highest order of any series. */
  get figureOrders() {
    return this.model.get("spec").controls.find(({ trait }) => trait === "order").high;
  }

  get series() {
    return this.constants.series[this.quantity];
  }

  get known() {
    return this.series.first + this.series.c.length - 1;
  }

  /** Orders in use: those that are known, at most. */
  get terms() {
    return Math.min(this.order, this.known);
  }

  get digits() {
    return DIGITS[this.quantity];
  }

  get truth() {
    return this.series.truth;
  }

  // ---------------------------------------------------------------- sums

  /** nu is one over what its series sums to. */
  as(value, error = 0) {
    return this.series.inverse ? [1 / value, error / value ** 2] : [value, error];
  }

  /** The coefficients up to the order in use, ready to be summed at 1: { n, a, factor }. */
  load(place) {
    const { c, x, first } = this.series;
    const used = c.slice(0, this.terms - first + 1).map((ck, k) => ck * x ** k);
    this.kernels.view("float64", this.buffers.c, used.length).set(used);
    return { n: used.length - 1, a: x / place, factor: x ** first };
  }

  /** Mapped sums of all orders, from `first` on, with the singularity at -place. */
  sums(place = this.place) {
    const { kernels, buffers, constants } = this;
    const { n, a, factor } = this.load(place);
    kernels.borel_nodes(constants.b, a, buffers.nodes);
    kernels.borel_sums(buffers.c, n, a, constants.b, constants.lam, buffers.nodes, buffers.scratch);
    const all = kernels.view("float64", buffers.scratch, 3 * (n + 1));
    return Array.from(all.subarray(2 * (n + 1)), (f) => this.as(factor * f)[0]);
  }

  /** The sum of the last order, how far off the two before it are, and how far off the truth. */
  result(place = this.place) {
    const [before, last, sum] = this.sums(place).slice(-3);
    const moved = Math.max(Math.abs(sum - last), Math.abs(sum - before));
    return { sum, moved, off: Math.abs(sum - this.truth) };
  }

  /** What the error rule makes of a singularity there: { value, error }. */
  get rule() {
    const { kernels, buffers, found } = this;
    const key = `${this.quantity} ${this.terms} ${this.place.toFixed(3)}`;
    if (!found.has(key)) {
      const { n, a, factor } = this.load(this.place);
      kernels.borel_scan(buffers.c, n, a, buffers.nodes, buffers.scratch, buffers.value, buffers.change);
      kernels.borel_choice(buffers.value, buffers.change, buffers.result);
      const [f, off] = kernels.view("float64", buffers.result, 2);
      const [value, error] = this.as(factor * f, factor * off);
      found.set(key, { value, error });
    }
    return found.get(key);
  }

  /** [order, value] of the plain sum. */
  get plain() {
    const { c, x, first } = this.series;
    let sum = 0;
    return c.slice(0, this.terms - first + 1).map((ck, k) => {
      sum += ck * x ** (first + k);
      return [first + k, this.as(sum)[0]];
    });
  }

  /** [order, value] of the Padé approximants that have no pole on the path. */
  get pade() {
    return Object.entries(this.series.pade)
      .map(([order, [value]]) => [Number(order), value])
      .filter(([order, value]) => order <= this.terms && value !== null);
  }

  /** Poles of the approximant of the order in use. */
  get poles() {
    return this.series.pade[this.terms][1];
  }

  // --------------------------------------------------------------- the hand

  /** Places that the reader has been at with this series and order: Map of place to result. */
  get visited() {
    const key = `${this.quantity} ${this.terms}`;
    if (!this.trails.has(key)) this.trails.set(key, new Map());
    return this.trails.get(key);
  }

  /** The one of them where the last orders moved the sum least: [place, result]. */
  get quietest() {
    return [...this.visited].reduce((a, b) => (b[1].moved < a[1].moved ? b : a));
  }

  /** Note the places from the last one to this. */
  visit() {
    const { visited, place } = this;
    const from = this.held ? (this.last ?? place) : place;
    const n = Math.max(2, Math.round(Math.abs(place - from) / STEP) + 1);
    for (const at of linspace(from, place, n)) {
      const key = at.toFixed(2);
      if (!visited.has(key)) visited.set(key, this.result(Number(key)));
    }
    this.last = place;
  }

  pointed(name, x, y, phase) {
    this.held = phase === "move";
    super.pointed(name, name === "orders" ? x : -x, y, phase);
  }

  drop(traits) {
    this.figure.set({ ...traits, running: false });
  }

  changed(trait) {
    if (trait === "quantity") {
      this.late = false;
      if (this.opened) this.figure.set({ opened: false });
    }
    if (trait === "opened" && this.opened) {
      this.late = this.seen.has(this.quantity);
      this.seen.add(this.quantity);
    }
    if ((trait === "place" || trait === "order") && this.opened) this.late = true;
  }

  reset() {
    for (const past of [this.trails, this.seen]) past.clear();
    this.late = false;
  }

  advance() {
    const order = this.terms < this.known ? this.terms + 1 : this.figure.sliders[1].low;
    this.figure.set({ order, running: this.running && order < this.known });
  }

  // ---------------------------------------------------------------- picture

  draw() {
    this.visit();
    this.drawPlane();
    this.drawTrail();
    this.drawOrders();
  }

  /** Points of the plane with the same |w|, for a map whose singularity is at -place. */
  ring(size, place) {
    return linspace(0, 2 * Math.PI, 181).map((angle) => {
      const [u, v] = [1 - size * Math.cos(angle), -size * Math.sin(angle)]; // 1 - w
      const [p, q] = [u * u - v * v, 2 * u * v];
      const scale = (4 * place) / (p * p + q * q);
      const [re, im] = [1 - u, -v];
      return [scale * (re * p + im * q), scale * (im * p - re * q)]; // 4 place w / (1 - w)²
    });
  }

  /** |w| of a place on the negative axis, where the map's own singularity is farther out. */
  rim(at, place) {
    const root = Math.sqrt(1 - at / place);
    return (1 - root) / (1 + root);
  }

  drawPlane() {
    const { plane: plot, place, opened } = this;
    const { singularity } = this.series;
    const [left, right] = [plot.x.low, plot.x.high];
    const along = (a, b, options) =>
      plot.line(
        [
          [a, 0],
          [b, 0],
        ],
        options,
      );
    plot.begin();
    plot.vertical(0, { colour: "rule", width: 1 });
    for (const size of RINGS) plot.line(this.ring(size, place), { colour: "ctrl", width: 0.8 });
    along(left, -place, { colour: "accent", width: 4 });
    along(0, right, { colour: "ink", width: 3 });
    if (opened && singularity < place * 0.999)
      plot.line(this.ring(this.rim(singularity, place), place), { colour: "hot", width: 1.6 });
    plot.clip(() => {
      for (const [re, im] of this.poles) this.cross(re, im);
      if (opened) {
        plot.dot(-singularity, 0, { colour: "critical", radius: 6, hollow: true });
        plot.text(-singularity, 0, "theory", { colour: "critical", dx: -4, dy: 22 });
      }
      plot.dot(-place, 0, { radius: 6 });
    });
    plot.text(left, 0, "your cut", { colour: "accent", dx: 4, dy: -9 });
    plot.text(right, 0, "path", { align: "right", dx: -2, dy: -9 });
  }

  /** A pole of a Padé approximant, red on the path. */
  cross(re, im) {
    const { plane: plot } = this;
    const [x, y] = [plot.across(re), plot.up(im)];
    const colour = Math.abs(im) < 1e-3 && re > 0 ? "hot" : "cold";
    for (const side of [-1, 1])
      plot.stroke(
        [
          [x - CROSS, y - side * CROSS],
          [x + CROSS, y + side * CROSS],
        ],
        { colour, width: 1.8 },
      );
  }

  drawTrail() {
    const { trail: plot, opened, place } = this;
    [plot.y.low, plot.y.high] = this.series.views[1];
    plot.begin();
    const inside = (y) => clamp(y, plot.y.low, plot.y.high);
    if (opened) plot.vertical(-this.series.singularity, { colour: "critical", width: 1, dash: [4, 3] });
    for (const [at, { moved, off }] of this.visited) {
      if (opened) plot.dot(-Number(at), inside(off), { colour: "ok", radius: 2 });
      plot.dot(-Number(at), inside(moved), { colour: "muted", radius: 2 });
    }
    plot.dot(-place, inside(this.result().moved), { radius: 4 });
    if (opened) plot.text(plot.x.high, plot.y.low, "off the truth", { colour: "ok", align: "right", dx: -2 });
  }

  drawOrders() {
    const { orders: plot, series, quantity, opened, truth, terms } = this;
    const [low, high] = series.views[0];
    Object.assign(plot.y, { label: SYMBOLS[quantity], low, high });
    plot.x.high = this.known + 1;
    plot.begin();
    plot.vertical(terms, { colour: "rule", width: 1 });
    if (opened) {
      plot.horizontal(truth, { colour: "ok", width: 1.4, dash: [2, 3] });
      plot.text(plot.x.low, truth, "envelope", { colour: "ok", dx: 4 });
    }
    const { plain, pade, rule } = this;
    const mine = this.sums().map((f, k) => [series.first + k, f]);
    this.drawSums(plain, { colour: "hot", width: 1.4, dash: [6, 4] });
    this.drawSums(mine, { colour: "ink", width: 1.4 });
    plot.clip(() => {
      for (const [order, f] of pade) this.square(order, f);
      plot.dot(...mine.at(-1));
      plot.dot(terms + 0.4, rule.value, { colour: "critical", hollow: true, radius: 5, error: rule.error });
    });
  }

  /** Sums on the plot are dots with lines between them, those that are off it triangles at its rim. */
  drawSums(sums, style) {
    const { orders: plot } = this;
    const { low, high } = plot.y;
    const inside = (f) => f >= low && f <= high;
    for (const [k, [order, f]] of sums.entries()) {
      if (k && inside(f) && inside(sums[k - 1][1])) plot.line(sums.slice(k - 1, k + 1), style);
      if (inside(f)) plot.dot(order, f, { colour: style.colour, radius: 3 });
      else this.off(order, f > high, style.colour);
    }
  }

  off(order, above, colour) {
    const { pen, y } = this.orders;
    const beside = colour === "hot" ? -4 : 4; // those of two sums stand side by side
    const [across, up] = [this.orders.across(order) + beside, this.orders.up(above ? y.high : y.low)];
    const tip = above ? -6 : 6;
    pen.beginPath();
    for (const [dx, dy] of [
      [-4, 0],
      [4, 0],
      [0, tip],
    ])
      pen.lineTo(across + dx, up + dy - tip);
    pen.fillStyle = this.colour(colour);
    pen.fill();
  }

  square(order, f) {
    const { orders: plot } = this;
    const [x, y] = [plot.across(order - 0.15), plot.up(f)];
    plot.pen.fillStyle = plot.colour("cold");
    plot.pen.fillRect(x - 3, y - 3, 6, 6);
  }

  // ------------------------------------------------------------------ words

  read() {
    const { digits, opened, truth } = this;
    const { sum, moved } = this.result();
    const { value, error } = this.rule;
    return {
      sum: number(sum, digits),
      moved: number(moved, digits + 1),
      rule: `${number(value, digits)} ± ${number(error, digits)}`,
      truth: opened ? number(truth, digits) : "closed",
    };
  }

  /** How the error that the reader saw compares with the one there is. */
  get judgement() {
    const { sum, moved, off } = this.result();
    const { digits } = this;
    if (!Number.isFinite(sum)) return "There is no sum.";
    const said = `Off by ${number(off, digits + 1)}, and the last orders moved it by ${number(moved, digits + 1)}`;
    return off <= moved
      ? `✓ ${said}: an honest error.`
      : `${said}: too sure, by a factor of ${number(off / moved, 1)}.`;
  }

  say() {
    if (this.opened) return (this.late ? "You have looked, so this choice proves nothing. " : "") + this.judgement;
    const limit = this.order > this.known ? `Six loops are known. ` : "";
    const [place, { moved }] = this.quietest;
    const where =
      this.visited.size > 1 ? `Quietest so far: y = −${place}, moved by ${number(moved, this.digits + 1)}.` : "";
    return limit + where;
  }

  /** A singularity has been assumed far beyond the true one, and the orders have come in. */
  answered() {
    const far = this.place >= TOO_FAR * this.series.singularity;
    return this.quantity === "integral" && far && this.terms >= LATE;
  }

  report() {
    const { value, error } = this.rule;
    return { estimate: [value, error] };
  }

  words() {
    const { sum, moved, rule, truth } = this.read();
    const name = this.quantity === "integral" ? "the integral" : `the exponent ${this.quantity}`;
    const traps = this.poles.filter(([re, im]) => Math.abs(im) < 1e-3 && re > 0).length;
    const envelope = this.opened ? `says ${truth}` : "is closed";
    return (
      `Series of ${name} to order ${this.terms}, singularity assumed at y = −${number(this.place, 2)}. ` +
      `The sum is ${sum}, and the last two orders moved it by ${moved}. The error rule says ${rule}. ` +
      `The Padé approximant has ${traps ? "a pole" : "no pole"} on the path. The envelope ${envelope}. ${this.say()}`
    );
  }
}

export default widget(BorelScene, kernels);
