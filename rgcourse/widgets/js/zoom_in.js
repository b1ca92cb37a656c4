// One spin that becomes a magnet: a rule of three numbers draws lattice in lattice, and is measured.

import kernels from "../zoom_in.wasm";
import { number, withError, write } from "./dom.js";
import { widget } from "./figure.js";
import { Scene } from "./scene.js";

const MAGNET = 0.25; // eta
const NEAR = 2; // errors
const STRAIGHT = 4; // errors
const CONTEXTS = 18;

class ZoomInScene extends Scene {
  constructor(model, kernels) {
    super(model);
    const { largest, measured } = this.constants;
    this.kernels = kernels;
    this.shown = Array.from({ length: largest + 1 }, (_, k) => kernels.allocate("int8", 4 ** k));
    this.others = Array.from({ length: measured + 1 }, (_, k) => kernels.allocate("int8", 4 ** k));
    this.blocked = kernels.allocate("int8", 4 ** (largest - 1));
    this.thresholds = kernels.allocate("uint32", 2 * CONTEXTS);
    this.states = [0, 1].map(() => kernels.allocate("uint32", 8));
    this.lattice = undefined;
    this.panel = this.view();
    this.panel.canvas.classList.add("rgw-touch");
    this.panel.canvas.addEventListener("click", () => this.deeper());
    this.build(this.panels([this.panel], { narrow: false }), this.fall.root);
  }

  // ---------------------------------------------------------------- physics

  begin() {
    this.restart(0);
    this.one();
    for (let k = this.model.get("doublings"); k > 0; k--) this.grow();
    this.measure();
  }

  reset() {
    this.begin();
  }

  restart(which) {
    this.kernels.view("uint32", this.states[which], 8).set(this.model.get("seed_words")[which]);
  }

  /** The thresholds of the rule as the sliders have it. */
  setRule() {
    this.kernels.rule_thresholds(this.fine, this.parent, this.near, this.thresholds);
  }

  one() {
    this.kernels.view("int8", this.shown[0], 1)[0] = 1;
    Object.assign(this, { level: 0, same: undefined });
  }

  /** The next lattice of these, by the rule. */
  double(lattices, level, state) {
    this.kernels.zoom_in_2d(lattices[level], 2 ** (level + 1), this.thresholds, lattices[level + 1], state);
  }

  grow() {
    this.setRule();
    this.double(this.shown, this.level, this.states[0]);
    Object.assign(this, { level: this.level + 1, same: undefined });
  }

  /** What the rule makes of other spins: sums of m^2 at each size, and of the energy, of a batch. */
  addBatch() {
    const { kernels, others, states } = this;
    const { batch, measured } = this.constants;
    const squares = new Float64Array(measured + 1);
    let energy = 0;
    for (let n = 0; n < batch; n++) {
      kernels.view("int8", others[0], 1)[0] = 1;
      squares[0] += 1;
      for (let k = 0; k < measured; k++) {
        this.double(others, k, states[1]);
        squares[k + 1] += (Number(kernels.spin_sum(others[k + 1], 4 ** (k + 1))) / 4 ** (k + 1)) ** 2;
      }
      energy -= Number(kernels.bond_sum_2d(others[measured], 2 ** measured)) / 4 ** measured;
    }
    this.bins.push({ squares: squares.map((x) => x / batch), energy: energy / batch });
  }

  /** The same random numbers for every rule, so that a slider moves the points, not chance. */
  measure() {
    this.setRule();
    this.restart(1);
    this.bins = [];
    while (this.bins.length < this.constants.batches) this.addBatch();
  }

  step() {
    this.setRule();
    this.addBatch();
    return 1;
  }

  changed(trait) {
    if (trait !== "running") this.measure();
  }

  /** [value, error] of a function of the mean bin, each bin left out in turn. */
  estimate(f) {
    const { bins } = this;
    const n = bins.length;
    const sum = bins.reduce((a, b) => ({
      squares: a.squares.map((x, k) => x + b.squares[k]),
      energy: a.energy + b.energy,
    }));
    const without = bins.map((b) =>
      f({
        squares: sum.squares.map((x, k) => (x - b.squares[k]) / (n - 1)),
        energy: (sum.energy - b.energy) / (n - 1),
      }),
    );
    const mean = without.reduce((a, b) => a + b) / n;
    const spread = without.reduce((a, b) => a + (b - mean) ** 2, 0);
    return [f({ squares: sum.squares.map((x) => x / n), energy: sum.energy / n }), Math.sqrt(((n - 1) / n) * spread)];
  }

  /** Minus the slope of log2 <m^2> from one doubling to another. */
  slope(low, high) {
    return this.estimate(({ squares }) => Math.log2(squares[low] / squares[high]) / (high - low));
  }

  /** eta, energy, and by how much the last doubling's slope differs from that two before it. */
  get found() {
    const { measured, from } = this.constants;
    const bend = (s) => Math.log2((s[measured - 1] * s[measured - 2]) / (s[measured] * s[measured - 3]));
    return this.kept("found", `${this.parent} ${this.near} ${this.fine} ${this.bins.length}`, () => ({
      eta: this.slope(from, measured),
      energy: this.estimate(({ energy }) => energy),
      bent: this.estimate(({ squares }) => bend(squares)),
    }));
  }

  // ----------------------------------------------------------------- buttons

  deeper() {
    if (this.level < this.constants.largest) this.grow();
    this.figure.refresh();
  }

  /** Majority votes of the lattice; how many are the spins that it was grown from. */
  block() {
    const { kernels, shown, blocked, level, states } = this;
    const n = 4 ** (level - 1);
    kernels.majority_2d(shown[level], 2 ** level, 2, blocked, states[0]);
    const [old, now] = [kernels.view("int8", shown[level - 1], n), kernels.view("int8", blocked, n)];
    this.same = old.reduce((sum, s, i) => sum + (s === now[i]), 0) / n;
    old.set(now);
    this.level = level - 1;
    this.figure.refresh();
  }

  again() {
    this.one();
    this.figure.refresh();
  }

  trained() {
    this.figure.set(this.constants.trained);
  }

  unavailable() {
    return [...(this.level ? [] : ["block", "again"]), ...(this.level < this.constants.largest ? [] : ["deeper"])];
  }

  exhibit() {
    while (this.level < this.constants.largest) this.grow();
  }

  // ----------------------------------------------------------------- picture

  draw() {
    const { panel, level, shown, kernels } = this;
    this.paint(panel, { values: kernels.view("uint8", shown[level], 4 ** level), n: 2 ** level, most: 1 });
    write(panel.label, `${2 ** level} × ${2 ** level} spins`);
    const { fall } = this;
    const { measured, from } = this.constants;
    const [eta] = this.found.eta;
    const at = (k) => this.estimate(({ squares }) => Math.log2(squares[k]));
    const points = Array.from({ length: measured + 1 }, (_, k) => at(k));
    fall.begin();
    const line = (slope) => (k) => points[measured][0] - slope * (k - measured);
    fall.curve(line(MAGNET), { colour: "critical", width: 1.2, dash: [5, 4], points: 2 });
    fall.curve(line(eta), { colour: "ink", width: 1.4, points: 2, low: from - 1 });
    fall.clip(() => {
      for (const [k, [y, error]] of points.entries()) fall.dot(k, y, { error, radius: 4 });
    });
  }

  // ------------------------------------------------------------------- words

  read() {
    const { eta, energy } = this.found;
    const { bins, constants, same } = this;
    return {
      eta: withError(...eta, 3),
      E: withError(...energy, 3),
      same: same === undefined ? "\u2013" : `${number(100 * same, 1)} %`,
      n: `${constants.batch * bins.length}`,
    };
  }

  /** Whether eta is that of the magnet within its error. */
  get isMagnet() {
    const [eta, error] = this.found.eta;
    return Math.abs(eta - MAGNET) < NEAR * error;
  }

  say() {
    const { eta, energy, bent } = this.found;
    const { true_energy } = this.constants;
    const tree = this.near === 0 && this.fine === 0;
    if (this.parent === 0 && tree) return "Coins only: nothing of the parent survives.";
    if (eta[0] > 1.5)
      return "Little of the parent survives, and \u27e8m\u00b2\u27e9 falls nearly as for coins, with slope \u22122.";
    if (Math.abs(bent[0]) > STRAIGHT * bent[1] + 0.03) return "Not straight yet: the first sizes still count.";
    const start = `Straight: the rule has no length of its own, and \u03b7 = ${number(eta[0], 2)}.`;
    if (!this.isMagnet) return start;
    const off =
      Math.abs(energy[0] - true_energy) < 0.01 ? "Its energy fits, too." : "Its energy is not that of blocked magnets.";
    return `\u2713 \u03b7 is the magnet's within two errors. ${tree ? "But this is a tree, not a magnet. " : ""}${off}`;
  }

  report() {
    const { eta, energy } = this.found;
    return { eta, energy, size: 2 ** this.level };
  }

  words() {
    const { eta, energy } = this.found;
    const side = 2 ** this.level;
    const [parent, near, fine] = [this.parent, this.near, this.fine].map((one) => number(one, 2));
    const rule = `parent ${parent}, coarse neighbours ${near}, drawn ${fine}`;
    return (
      `Rule with ${rule}. One spin has become ${side} by ${side} spins. ` +
      `Of ${this.read().n} lattices grown to 64 by 64 the mean square magnetization falls with ` +
      `\u03b7 = ${withError(...eta, 3)}, the energy is ${withError(...energy, 3)}. ${this.say()}`
    );
  }
}

export default widget(ZoomInScene, kernels);
