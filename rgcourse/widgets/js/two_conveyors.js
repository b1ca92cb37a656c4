// One lattice goes down two lanes: block spins, and a network that trains here.

import conveyors from "../conveyors.wasm";
import training from "../training.wasm";
import { Bars, Lattices, Network, SHORT, STAGES } from "./conveyors.js";
import { element, number, write } from "./dom.js";
import { widget } from "./figure.js";
import { paintable } from "./gestures.js";
import { cellUnder } from "./lattice.js";
import { Scene } from "./scene.js";

const SHADES = 127; // from nothing to the most that a picture shows
const SMOOTH = 10; // steps of training in a point of the curve

class ConveyorsScene extends Scene {
  updates = 4;

  constructor(model, conveyors, training) {
    super(model);
    const { L } = this.constants;
    this.L = L;
    this.lattices = new Lattices(conveyors, this.constants);
    this.net = new Network(training, this.constants);
    this.readers = this.lattices.readers(STAGES);
    this.shown = this.lattices.chain(this.T);
    this.shownState = conveyors.allocate("uint32", 8);
    this.names = this.constants.truths.map(([, name]) => name);
    this.place();
    this.lattices.fill(model.get("seed_words")[0]);
    this.blocks = {};
    this.reset();
  }

  place() {
    const one = () => {
      const view = this.view("");
      view.bars = new Bars();
      this.parts.push(view.bars);
      view.root.append(view.bars.canvas);
      return view;
    };
    const lane = (words, views) => {
      const title = element("span", { class: "rgw-label", style: "margin: 0.75rem 0 0.25rem" }, words);
      return { title, root: element("div", {}, title, this.panels(views)) };
    };
    this.views = Array.from({ length: 1 + 2 * STAGES }, one);
    const [spins, ...rest] = this.views;
    this.lanes = [lane("", rest.slice(0, STAGES)), lane("", rest.slice(STAGES))];
    const top = element("div", { class: "rgw-pair" }, this.panels([spins], { narrow: false }), this.losses.root);
    spins.root.style.maxWidth = "22rem";
    const lanes = element("div", { class: "rgw-pair" }, ...this.lanes.map(({ root }) => root));
    this.build(element("div", {}, top, lanes));
    this.tools.push(paintable(spins.canvas, (event, phase) => this.brush(cellUnder(event, this.L), phase)));
  }

  get chosen() {
    return this.constants.truths.findIndex(([name]) => name === this.task);
  }

  get done() {
    return this.count >= this.constants.steps;
  }

  // --------------------------------------------------------------- training

  reset() {
    this.begun();
    this.newShown(true);
  }

  /** An untrained network, and the lattices of training from the beginning. */
  begun() {
    this.count = 0;
    this.curve = [];
    this.sum = 0;
    this.loss = NaN;
    this.lattices.rewind();
    this.net.begin(this.model.get("seed_words")[1]);
    this.untrained ??= this.readAll();
    this.network = this.untrained;
    this.readAt = 0;
    this.newRound();
  }

  step() {
    if (this.done) this.begun();
    const { steps, rate, probed } = this.constants;
    this.lattices.draw(this.count);
    const left = 1 - this.count / steps;
    this.loss = this.net.train(this.lattices, this.chosen, this.shuffle, rate * left);
    this.count++;
    this.sum += this.loss / SMOOTH;
    if (this.count % SMOOTH === 0) {
      this.curve.push([this.count - SMOOTH / 2, this.sum]);
      this.sum = 0;
    }
    this.probe(probed);
    if (this.done) {
      this.network = this.readAll();
      this.readAt = this.count;
      this.figure.set({ running: false });
    }
    return 1;
  }

  newRound() {
    this.net.freeze();
    this.lattices.clear(this.readers);
    [this.next, this.roundOf] = [0, this.count];
  }

  /** Show the next `n` lattices of the pool to the readers of the network's layers. */
  probe(n) {
    const { lattices, net } = this;
    for (let k = 0; k < n && this.next < lattices.size; k++, this.next++) {
      net.look(lattices.kernels.view("int8", lattices.pool + this.next * lattices.sites, lattices.sites), net.frozen);
      for (const [layer, reader] of this.readers.entries()) {
        const values = net.values(layer);
        lattices.kernels.view("float32", lattices.maps, values.length).set(values);
        lattices.lesson(reader, this.next, lattices.maps, net.layers[layer].side);
      }
    }
    if (this.next < lattices.size) return;
    this.network = this.readers.map((reader) => lattices.result(reader));
    this.readAt = this.roundOf;
    this.newRound();
  }

  /** What is read from the network as it is now. */
  readAll() {
    this.newRound();
    this.probe(this.lattices.size);
    return this.network;
  }

  /** What is read from the lattice and its blockings, kept for each rule. */
  get blocking() {
    this.blocks[this.rule] ??= this.lattices.readBlocks(this.rule === "votes" ? 1 : 0);
    return this.blocks[this.rule];
  }

  changed(trait) {
    if (trait === "task" || trait === "shuffle") this.begun();
    if (trait === "T") this.newShown(true);
  }

  // ------------------------------------------------------ the lattice shown

  newShown(again = false) {
    const { lattices, shown, shownState, L } = this;
    const { kernels } = lattices;
    if (again) {
      kernels.view("uint32", shownState, 8).set(this.model.get("seed_words")[2]);
      kernels.view("int8", shown.spins, L * L).fill(1);
      kernels.bond_threshold(1 / this.T, shown.threshold);
    }
    lattices.sweep(shown, this.constants.warm_up, shownState);
    for (let k = 0; k < STAGES; k++) lattices.flipCoins(shownState, k);
    this.ties = lattices.coins.map((at, k) => kernels.view("int8", at, (L * L) >> (2 * k + 2)).slice());
    this.clean = kernels.view("int8", shown.spins, L * L).slice();
  }

  get spins() {
    return this.lattices.kernels.view("int8", this.shown.spins, this.L ** 2);
  }

  get painted() {
    const { spins, clean } = this;
    return spins.reduce((sum, spin, i) => sum + (spin !== clean[i]), 0);
  }

  fresh() {
    this.spins.set(this.clean);
    this.newShown();
    this.figure.refresh();
  }

  wipe() {
    this.spins.set(this.clean);
    this.figure.refresh();
  }

  /** The corner of a patch in the middle. */
  get corner() {
    return ((this.L - this.constants.patch) / 2) * (this.L + 1);
  }

  plant() {
    this.lattices.kernels.plant(this.shown.spins, this.L, this.corner, 1);
    this.figure.refresh();
  }

  flip() {
    const { spins, L, corner } = this;
    const { patch } = this.constants;
    for (let i = 0; i < patch * patch; i++) spins[corner + Math.floor(i / patch) * L + (i % patch)] *= -1;
    this.figure.refresh();
  }

  /** The first spin of a stroke is turned, and the stroke goes on in its colour, two spins wide. */
  brush(site, phase) {
    const { spins, L } = this;
    if (phase === "down") this.stroke = -spins[site];
    const [x, y] = [Math.floor(site / L), site % L];
    for (const i of [x, (x + 1) % L]) for (const j of [y, (y + 1) % L]) spins[i * L + j] = this.stroke;
    this.figure.refresh();
  }

  /** What all stages of both lanes hold for a lattice: the lattice, three blockings, three layers. */
  stagesOf(spins) {
    const { lattices, net, L } = this;
    const { kernels } = lattices;
    kernels.view("float32", lattices.stages[0], L * L).set(spins);
    for (const [k, ties] of this.ties.entries()) kernels.view("int8", lattices.coins[k], ties.length).set(ties);
    lattices.halve(this.rule === "votes" ? 1 : 0);
    const blocks = lattices.stages.map((at, k) => kernels.view("float32", at, (L * L) >> (2 * k)).slice());
    net.look(spins);
    return [...blocks, ...net.layers.map((_, k) => net.values(k).slice())];
  }

  /** How each stage has changed: the mean square, in units of that of two unrelated lattices. */
  changes(now, before) {
    const known = [...this.blocking, ...this.network];
    return now.map((values, k) => {
      const square = values.reduce((sum, value, i) => sum + (value - before[k][i]) ** 2, 0);
      const variance = known[k].variances.reduce((sum, v) => sum + v, 0) / 4;
      return variance > 0 ? square / values.length / (2 * variance) : 0;
    });
  }

  // ---------------------------------------------------------------- drawing

  draw() {
    const [{ L, views, chosen, painted }, now] = [this, this.stagesOf(this.spins)];
    const known = [...this.blocking, ...this.network];
    const compared = painted > 0 && this.difference;
    const before = painted > 0 ? this.stagesOf(this.clean) : now;
    this.change = this.changes(now, before);
    for (const [k, view] of views.entries()) {
      const n = k > STAGES ? 2 * this.net.layers[k - STAGES - 1].side : L >> k;
      const cells = this.arranged(k, now[k]);
      if (k > 0 && compared) {
        const deviations = known[k].variances.map((v) => Math.sqrt(Math.max(v, 1e-12)));
        const old = this.arranged(k, before[k]);
        const share = (cell, i) => Math.abs(cell - old[i]) / (2 * deviations[this.channel(k, i, n)]);
        this.paintShares(view, cells.map(share), n, "accent", "surface");
      } else if (k > STAGES) {
        const { means, variances } = known[k];
        const share = (cell, i) => {
          const c = this.channel(k, i, n);
          return 0.5 + (cell - means[c]) / (4 * Math.sqrt(Math.max(variances[c], 1e-12)));
        };
        this.paintShares(view, cells.map(share), n, "ink", "bg");
      } else
        this.paintShares(
          view,
          cells.map((cell) => (cell + 1) / 2),
          n,
          "up",
          "down",
        );
      const untrained = k > STAGES ? this.untrained[k - STAGES - 1].shares : undefined;
      view.bars.draw(known[k].shares, untrained, chosen);
      write(view.label, painted > 0 ? `changed ${number(this.change[k], 3)}` : this.capacity(k, n));
    }
    const rule = this.rule === "votes" ? "votes of 2 × 2 blocks" : "averages of 2 × 2 blocks";
    const asked = `${this.names[chosen]}${this.shuffle ? ", labels shuffled" : ""}`;
    write(this.lanes[0].title, `Lane 1: ${rule}`);
    write(this.lanes[1].title, `Lane 2: network asked for ${asked} (step ${this.readAt})`);
    this.drawLosses();
  }

  capacity(k, n) {
    if (k > STAGES) return `4 × ${(n / 2) ** 2} numbers`;
    return `${n * n} ${k === 0 ? "spins" : this.rule === "votes" ? "bits" : "numbers"}`;
  }

  /** The cells of a picture; of a network's layer its four maps, two beside two. */
  arranged(k, values) {
    if (k <= STAGES) return values;
    const { side } = this.net.layers[k - STAGES - 1];
    const n = 2 * side;
    return Float32Array.from({ length: n * n }, (_, i) => {
      const [x, y] = [Math.floor(i / n), i % n];
      return values[((x % side) * side + (y % side)) * 4 + this.channel(k, i, n)];
    });
  }

  /** The channel of a cell: of a single map its place in the block that the reader sees. */
  channel(k, i, n) {
    const [x, y] = [Math.floor(i / n), i % n];
    return k > STAGES ? 2 * Number(x >= n / 2) + Number(y >= n / 2) : 2 * (x % 2) + (y % 2);
  }

  paintShares(view, shares, n, up, down) {
    const values = Uint8Array.from(shares, (share) => Math.round(SHADES * Math.max(0, Math.min(1, share))));
    this.paint(view, { values, n, most: SHADES }, up, down);
  }

  drawLosses() {
    const { losses: plot, curve } = this;
    plot.begin();
    plot.horizontal(1, { colour: "critical", width: 1, dash: [4, 4] });
    plot.text(plot.x.high, 1, "knows nothing", { colour: "critical", align: "right", dx: -2, dy: -5 });
    plot.line(curve, { width: 1.8 });
    if (curve.length) plot.dot(...curve.at(-1));
  }

  get top() {
    const [block, layer] = [this.blocking[STAGES].shares, this.network[STAGES - 1].shares];
    return { blocks: block[this.chosen], network: layer[this.chosen] };
  }

  read() {
    const { blocks, network } = this.top;
    return {
      step: `${this.count}`,
      loss: Number.isNaN(this.loss) ? "–" : number(this.curve.at(-1)?.[1] ?? this.loss, 2),
      blocks: number(blocks[0], 2),
      network: number(network[0], 2),
    };
  }

  say() {
    if (this.painted) {
      const shown = (from) => [0, 1, 2].map((k) => number(this.change[from + k], 3)).join(", ");
      const spins = number(this.change[0], 3);
      return (
        `Changed, of 1 for an unrelated lattice: ${spins} of the spins; ` +
        `blocks ${shown(1)}; network ${shown(STAGES + 1)}.`
      );
    }
    if (!this.done) return "";
    const left = (shares) => shares.map(([share], t) => `${SHORT[t]} ${number(share, 2)}`).join(", ");
    const [blocks, network] = [this.blocking[STAGES], this.network[STAGES - 1]];
    return `In 16 numbers: blocks ${left(blocks.shares)}; network ${left(network.shares)}.`;
  }

  report() {
    const flat = (stages) => stages.flatMap(({ shares }) => shares.map(([share]) => share));
    return {
      steps: this.count,
      loss: Number.isNaN(this.loss) ? 0 : this.loss,
      block_shares: flat(this.blocking),
      network_shares: flat(this.network),
    };
  }

  words() {
    const { names, network } = this;
    const list = (stages) =>
      names.map((name, t) => `${name} ${stages.map(({ shares }) => number(shares[t][0], 2)).join(", ")}`).join("; ");
    const [spins, ...blocks] = this.blocking;
    const asked = `${names[this.chosen]}${this.shuffle ? " with shuffled labels" : ""}`;
    return (
      `Lattice of ${this.L} by ${this.L} spins at T = ${number(this.T, 3)}, ${this.painted} spins painted. ` +
      `Step ${this.count} of ${this.constants.steps}, the network is asked for the ${asked}. Share of the variance ` +
      `that can be read, from the spins: ${list([spins])}. From 256, 64 and 16 ${this.rule}: ${list(blocks)}. ` +
      `From 256, 64 and 16 numbers of the network at step ${this.readAt}: ${list(network)}. ${this.say()}`
    );
  }

  /** On paper the network has been trained. */
  exhibit() {
    while (!this.done) this.step();
  }
}

export default widget(ConveyorsScene, conveyors, training);
