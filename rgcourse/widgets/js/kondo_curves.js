// Curves of many impurities, to be dragged sideways until they lie on one of them: how far each had
// to go is what tells it from the others.

import { clamp, fromBase64, number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const ONE = 0.015; // of the full height: curves that are less apart are one
const PARTED = 0.02; // of it: there they have parted
const STRIDES = [0.3, 0.03, 0.01]; // decades, by which the curve in hand looks for its place
const GRASP = 40; // pixels from a curve: it is taken in hand
const QUANTITIES = ["entropy", "t_chi"];
const LABELS = { entropy: "S / ln 2", t_chi: "4Tχ" };
const SAID = { entropy: "S", t_chi: "Tχ" };

class CurvesScene extends SteppedScene {
  frames = 4; // of the clock for one stride

  constructor(model) {
    super(model);
    this.numbers = fromBase64(model.get("curves"), Uint16Array);
    for (const name of ["names", "lowest", "inverse", "temperatures"]) this[name] = model.get(name);
    this.reset();
    const [x, y] = [this.law.x, this.law.y];
    const laws = model.get("laws");
    [x.low, x.high] = [Math.floor(laws[0][0]) - 1, Math.ceil(laws.at(-1)[0]) + 1];
    y.high = Math.ceil(Math.max(...laws.flatMap(([, ...lg]) => lg)) + 0.7);
  }

  get hand() {
    return this.curve;
  }

  // ---------------------------------------------------------------- curves

  /** Stored values of one quantity, 0 or 1, of curve k. */
  values(k, i) {
    const { points } = this.constants;
    return this.numbers.subarray((2 * k + i) * points, (2 * k + i + 1) * points);
  }

  /** Temperature of point n of curve k. */
  at(k, n) {
    const { points, highest } = this.constants;
    return this.lowest[k] * (highest / this.lowest[k]) ** (n / (points - 1));
  }

  /** Value of curve k at T, at its ends what it has there; the band edge is not used. */
  value(k, i, T) {
    const { points, highest, edge, unit } = this.constants;
    const inside = clamp(T, this.lowest[k], edge);
    const place = (Math.log(inside / this.lowest[k]) / Math.log(highest / this.lowest[k])) * (points - 1);
    const n = Math.min(points - 2, Math.floor(place));
    const [a, b] = this.values(k, i).subarray(n, n + 2);
    return (a + (place - n) * (b - a)) / unit;
  }

  /** [T, gap] between the curve in hand, moved, and the thick one, at all of its temperatures. */
  gaps(i = this.chosen, shift = this.shift) {
    const { unit } = this.constants;
    return Array.from(this.values(this.hand, i), (y, n) => {
      const T = this.at(this.hand, n);
      return [T, Math.abs(y / unit - this.value(0, i, T * 10 ** shift))];
    });
  }

  /** The largest gap that counts, of the full height. */
  left(i, shift) {
    return Math.max(...this.gaps(i, shift).map(([T, gap]) => (T <= this.constants.edge ? gap : 0)));
  }

  /** The area between both curves, by which a place is looked for. */
  area(shift) {
    return this.gaps(this.chosen, shift).reduce((sum, [T, gap]) => sum + (T <= this.constants.edge ? gap : 0), 0);
  }

  /** The temperature from which on the two have parted, if there is one. */
  get parting() {
    return this.gaps().find(([, gap]) => gap > PARTED)?.[0];
  }

  get chosen() {
    return QUANTITIES.indexOf(this.quantity);
  }

  /** Whether it lies on the thick one: in the quantity shown, and in the other. */
  get lies() {
    return [this.chosen, 1 - this.chosen].map((i) => this.left(i) < ONE);
  }

  // --------------------------------------------------------------- the hand

  changed(trait) {
    if (trait === "curve") this.figure.set({ shift: this.shifts[this.hand] });
    if (trait === "shift") this.shifts[this.hand] = this.shift;
    this.laid[this.hand] = this.lies.every(Boolean);
  }

  /** Pixels from a point of the plot to curve k, as it lies now. */
  distance(k, x, y) {
    const { plot } = this;
    const [px, py] = [plot.across(x), plot.up(y)];
    return Math.min(...this.points(k).map(([T, v]) => Math.hypot(plot.across(T) - px, plot.up(v) - py)));
  }

  /** Take the nearest curve, and drag it: from where it was, by as much as the pointer has moved. */
  pointed(_plot, x, y, phase) {
    if (phase === "down") {
      const apart = this.names.map((_, k) => (k ? this.distance(k, x, y) : Number.POSITIVE_INFINITY));
      const nearest = apart.indexOf(Math.min(...apart));
      if (apart[nearest] < GRASP) this.figure.set({ curve: nearest, running: false });
      this.grip = Math.log10(x) - this.shift;
      return;
    }
    const { low, high } = this.figure.sliders[1];
    const shift = clamp(Number((Math.log10(x) - this.grip).toFixed(2)), low, high);
    if (shift !== this.shift) this.figure.set({ shift, running: false });
  }

  /** One stride to where less is left between the curves; none is found at its place. */
  advance() {
    const { low, high } = this.figure.sliders[1];
    const now = this.area(this.shift);
    for (const stride of STRIDES) {
      const tries = [-stride, stride].map((step) => clamp(Number((this.shift + step).toFixed(2)), low, high));
      const better = tries.find((shift) => this.area(shift) < now - 1e-9);
      if (better !== undefined) return this.figure.set({ shift: better });
    }
    return this.figure.set({ running: false });
  }

  /** Whether no small move makes the gap smaller. */
  get placed() {
    const { low, high } = this.figure.sliders[1];
    const now = this.area(this.shift);
    return [-0.02, 0.02].every((step) => this.area(clamp(this.shift + step, low, high)) >= now);
  }

  reset() {
    this.shifts = this.names.map(() => 0);
    this.shifts[this.hand] = this.shift;
    this.laid = this.names.map(() => false);
  }

  // ---------------------------------------------------------------- picture

  /** Points [T, value] of curve k where it lies now. */
  points(k) {
    const { unit } = this.constants;
    const moved = 10 ** this.shifts[k];
    return Array.from(this.values(k, this.chosen), (y, n) => [this.at(k, n) * moved, y / unit]);
  }

  draw() {
    this.drawCurves();
    this.drawLaw();
  }

  drawCurves() {
    const { plot, names, hand, constants, quantity } = this;
    plot.y.label = LABELS[quantity];
    plot.begin();
    plot.horizontal(1, { colour: "rule", width: 1, dash: [3, 3] });
    const order = names.map((_, k) => k).filter((k) => k && k !== hand);
    for (const k of [...order, 0, hand]) {
      const style = { colour: k === hand ? "accent" : k ? "ctrl" : "ink", width: k === hand ? 2.2 : k ? 1 : 4 };
      const points = this.points(k);
      const inside = points.filter((_, n) => this.at(k, n) <= constants.edge);
      plot.line(inside, style);
      plot.line(points.slice(inside.length - 1), { ...style, width: 1.2, dash: [1, 3] });
    }
    this.name(0, "ink");
    this.name(hand, "accent");
  }

  /** The name of a curve beside it, half way up. */
  name(k, colour) {
    const { plot } = this;
    const points = this.points(k);
    const [x, y] = points.find(([, v]) => v > (k ? 0.5 : 0.25)) ?? points[0];
    const right = plot.across(x) > plot.width - 110;
    plot.text(clamp(x, plot.x.low, plot.x.high), y, this.names[k], {
      colour,
      align: right ? "right" : "left",
      dx: right ? -8 : 8,
      dy: 4,
    });
  }

  drawLaw() {
    const { law: plot, inverse, shifts, laid, hand } = this;
    const laws = this.model.get("laws");
    plot.begin();
    for (const [i, dash] of [
      [1, [2, 3]],
      [2, [6, 4]],
    ])
      plot.line(
        laws.map((row) => [row[0], row[i]]),
        { colour: "muted", width: 1.2, dash },
      );
    const [x, one, two] = laws[0];
    plot.text(x, one, "one loop", { colour: "muted", dx: 4, dy: 16 });
    plot.text(x, two, "two loops", { colour: "muted", dx: 12, dy: -2 });
    plot.dot(inverse[0], 0, { colour: "ink", radius: 4 });
    plot.clip(() => {
      for (const [k, x] of inverse.entries())
        if (k && x && (shifts[k] || k === hand))
          plot.dot(x, -shifts[k], { colour: k === hand ? "accent" : "ok", hollow: !laid[k], radius: 4 });
    });
  }

  // ------------------------------------------------------------------ words

  textOf(trait) {
    return trait === "curve" ? this.names[this.hand] : undefined;
  }

  /** lg of the T_K ratio that two loops of scaling give the curve in hand; undefined without g. */
  get loops() {
    const x = this.inverse[this.hand];
    const laws = this.model.get("laws");
    if (!x) return undefined;
    const place = ((x - laws[0][0]) / (laws.at(-1)[0] - laws[0][0])) * (laws.length - 1);
    const n = Math.min(laws.length - 2, Math.floor(place));
    return laws[n][2] + (place - n) * (laws[n + 1][2] - laws[n][2]);
  }

  read() {
    const { shift, loops } = this;
    return {
      ratio: power(10 ** -shift),
      loops: loops === undefined ? "–" : power(10 ** loops),
      left: `${number(100 * this.left(this.chosen), 1)} %`,
    };
  }

  say() {
    const { hand, quantity, temperatures, parting } = this;
    if (!this.shift) return "";
    const [here, there] = this.lies;
    const [shown, other] = [SAID[quantity], SAID[QUANTITIES[1 - this.chosen]]];
    if (here && there) {
      const ratio = power(temperatures[hand] / temperatures[0]);
      const end = number(this.value(hand, this.chosen, this.constants.edge), 2);
      const edge = parting ? ` Beyond they part, at T = ${number(parting, 2)} D.` : "";
      const far = `up to D/100, where ${LABELS[quantity]} is ${end}`;
      return `✓ One curve, in S and in Tχ, ${far}. From Tχ = 0.0701 the T_K ratio is ${ratio}.${edge}`;
    }
    if (here) return `It lies on the thick one in ${shown}, and not in ${other}.`;
    if (!this.placed) return "";
    return `No shift does better, and ${this.read().left} is left: in ${shown} this is another curve.`;
  }

  answered() {
    return this.laid.some(Boolean);
  }

  words() {
    const { names, hand, shift, quantity } = this;
    const { ratio, loops, left } = this.read();
    const what = quantity === "entropy" ? "Entropy" : "T chi";
    return (
      `${what} of ${names.length} impurities against T. Thick: ${names[0]}. In hand: ${names[hand]}, moved by ` +
      `${number(shift, 2)} decades, a T_K ratio of ${ratio}; two loops say ${loops}. Left over: ${left}. ${this.say()}`
    );
  }
}

/** A number in two digits and a power of ten. */
function power(x) {
  return x < 1000 && x > 0.1 ? `${+x.toPrecision(2)}` : x.toExponential(1).replace("e+", "e").replace("-", "\u2212");
}

export default widget(CurvesScene);
