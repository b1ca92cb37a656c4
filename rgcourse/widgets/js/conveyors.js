// What the two conveyors are made of: lattices and their reader, the network, and bars.

import { element, fitted } from "./dom.js";

export const SHORT = ["T", "E", "±", "D"]; // the truths of a lattice, below their bars
export const STAGES = 3; // of each lane

/** Bars from 0 to 1, each with its error, and a mark where it stood before. */
export class Bars {
  constructor() {
    this.canvas = element("canvas", {
      "aria-hidden": "true",
      style: "display: block; width: 100%; height: 4.6rem; aspect-ratio: auto; outline: none; margin-top: 0.4rem",
    });
  }

  resize() {
    Object.assign(this, fitted(this.canvas));
  }

  draw(shares, before, chosen) {
    const { pen, width, height, colour } = this;
    const [room, base] = [width / SHORT.length, height - 16];
    const up = (share) => base - Math.max(0, Math.min(1, share)) * (base - 3);
    pen.clearRect(0, 0, width, height);
    pen.textAlign = "center";
    for (const [i, name] of SHORT.entries()) {
      const [left, wide] = [(i + 0.15) * room, 0.7 * room];
      const [share, error] = shares[i];
      pen.fillStyle = colour("rule");
      pen.fillRect(left, up(1), wide, base - up(1));
      pen.fillStyle = colour(i === chosen ? "accent" : "ctrl");
      pen.fillRect(left, up(share), wide, base - up(share));
      pen.fillStyle = colour("ink");
      pen.fillRect(left + wide / 2 - 0.75, up(share + error), 1.5, up(share - error) - up(share + error));
      if (before) pen.fillRect(left - 2, up(before[i][0]) - 1, wide + 4, 2);
      pen.fillText(name, left + wide / 2, height - 3);
    }
  }
}

/** The lattices, the votes and the reader, in the memory of their kernels. */
export class Lattices {
  constructor(kernels, constants) {
    Object.assign(this, { kernels, constants });
    const { L, temperatures, scales, features, batch } = constants;
    this.sites = L * L;
    const reals = (length) => kernels.allocate("float64", length);
    this.chains = temperatures.map((T) => this.chain(T));
    this.labels = kernels.allocate("int32", this.sites + 8);
    [this.state, this.coinState] = [0, 1].map(() => kernels.allocate("uint32", 8));
    this.size = constants.fitted + constants.examined;
    this.pool = kernels.allocate("int8", this.size * this.sites);
    this.truths = reals(4 * this.size);
    this.batch = kernels.allocate("int8", batch * this.sites);
    this.batchTruths = reals(4 * batch);
    this.scales = reals(4);
    kernels.view("float64", this.scales, 4).set(scales);
    [this.features, this.square, this.misses] = [features, features * (features + 1), 4 * this.size].map(reals);
    this.shares = reals(8);
    this.maps = kernels.allocate("float32", this.sites);
    this.channels = kernels.allocate("float32", this.sites);
    this.stages = [0, 1, 2, 3].map((k) => kernels.allocate("float32", this.sites >> (2 * k)));
    this.coins = [1, 2, 3].map((k) => kernels.allocate("int8", this.sites >> (2 * k)));
  }

  chain(T) {
    const { kernels, sites } = this;
    const [spins, threshold] = [kernels.allocate("int8", sites), kernels.allocate("uint32", 2)];
    kernels.bond_threshold(1 / T, threshold);
    return { T, spins, threshold };
  }

  sweep(chain, n, state = this.state) {
    for (let k = 0; k < n; k++)
      this.kernels.swendsen_wang_sweep_2d(chain.spins, this.constants.L, chain.threshold, this.labels, state);
  }

  /** Equilibrated chains, and the lattices that readers are fitted to and examined on. */
  fill(seedWords) {
    const { kernels, constants, sites } = this;
    kernels.view("uint32", this.state, 8).set(seedWords);
    for (const chain of this.chains) {
      kernels.view("int8", chain.spins, sites).fill(1);
      this.sweep(chain, constants.warm_up);
    }
    for (let i = 0; i < this.size; i++)
      this.take(i, constants.sweeps.pool, this.pool + i * sites, this.truths + 32 * i);
    this.start = kernels.view("uint32", this.state, 8).slice();
    this.spins = this.chains.map(({ spins }) => kernels.view("int8", spins, sites).slice());
  }

  /** Back to where the pool was full. */
  rewind() {
    this.kernels.view("uint32", this.state, 8).set(this.start);
    for (const [k, { spins }] of this.chains.entries()) this.kernels.view("int8", spins, this.sites).set(this.spins[k]);
  }

  take(i, sweeps, lattice, truths) {
    const chain = this.chains[i % this.chains.length];
    this.sweep(chain, sweeps);
    this.kernels.take_lattice(chain.spins, this.constants.L, chain.T, this.scales, lattice, truths, this.state);
  }

  /** The fresh lattices of one step of training. */
  draw(step) {
    const { batch, sweeps } = this.constants;
    for (let i = 0; i < batch; i++)
      this.take(step * batch + i, sweeps.batch, this.batch + i * this.sites, this.batchTruths + 32 * i);
  }

  /** Three times halved, by votes or averages, what is in the first stage; in `coins` the ties. */
  halve(votes) {
    for (let k = 0; k < STAGES; k++)
      this.kernels.halve(this.stages[k], this.constants.L >> k, votes, this.coins[k], this.stages[k + 1]);
  }

  flipCoins(state, k) {
    this.kernels.draw_coins(this.coins[k], this.sites >> (2 * k + 2), state);
  }

  /** Readers for so many layers: sums, coefficients, misses. */
  readers(n) {
    const { kernels, constants } = this;
    const f = constants.features;
    return Array.from({ length: n }, () => ({
      sums: kernels.allocate("float64", f * (f + 4)),
      reader: kernels.allocate("float64", 4 * f),
      misses: kernels.allocate("float64", 4 * constants.examined),
    }));
  }

  clear(readers) {
    const f = this.constants.features;
    for (const { sums } of readers) this.kernels.view("float64", sums, f * (f + 4)).fill(0);
  }

  /** Show lattice i of the pool to a reader, as side x side sites at `maps`. */
  lesson({ sums, reader, misses }, i, maps, side) {
    const { kernels, constants, truths, features } = this;
    kernels.read_features(maps, 0, side, features);
    if (i < constants.fitted) kernels.add_lesson(features, truths + 32 * i, sums);
    if (i === constants.fitted - 1) kernels.fit_reader(sums, constants.ridge, reader, this.square);
    const at = i - constants.fitted;
    if (at >= 0) kernels.examine_reader(features, truths + 32 * i, reader, misses + 32 * at);
  }

  /** [share, error] of the four truths, and the variance of each channel. */
  result({ sums, misses }) {
    const { kernels, constants } = this;
    const { fitted, examined, squares } = constants;
    kernels.read_shares(misses, this.truths + 32 * fitted, examined, this.shares);
    const pairs = kernels.view("float64", this.shares, 8);
    const first = kernels.view("float64", sums, constants.features);
    return {
      shares: SHORT.map((_, t) => [pairs[2 * t], pairs[2 * t + 1]]),
      means: squares.map((_, c) => first[1 + c] / fitted),
      variances: squares.map((at, c) => first[at] / fitted - (first[1 + c] / fitted) ** 2),
    };
  }

  /** What is read from the lattice and its three blockings. */
  readBlocks(votes) {
    const { kernels, constants } = this;
    this.blockReaders ??= this.readers(STAGES + 1);
    this.clear(this.blockReaders);
    kernels.view("uint32", this.coinState, 8).set(this.start);
    for (let i = 0; i < this.size; i++) {
      const spins = kernels.view("int8", this.pool + i * this.sites, this.sites);
      kernels.view("float32", this.stages[0], this.sites).set(spins);
      for (let k = 0; k < STAGES; k++) this.flipCoins(this.coinState, k);
      this.halve(votes);
      for (const [k, reader] of this.blockReaders.entries()) {
        const side = constants.L >> (k + 1);
        kernels.in_channels(this.stages[k], side, this.channels);
        this.lesson(reader, i, this.channels, side);
      }
    }
    return this.blockReaders.map((reader) => this.result(reader));
  }
}

/** The network and its training, in the memory of its kernels. */
export class Network {
  constructor(kernels, constants) {
    Object.assign(this, { kernels, constants });
    const { L, channels, n_hidden, batch } = constants;
    const n = channels.length;
    this.channels = kernels.allocate("int32", n);
    kernels.view("int32", this.channels, n).set(channels);
    this.size = kernels.n_weights(this.channels, n, n_hidden);
    this.layers = Array.from({ length: STAGES }, (_, k) => {
      const side = L >> (k + 2);
      return { at: kernels.maps_before(this.channels, k + 2, L), side, length: side * side * channels[k + 1] };
    });
    const maps = this.layers.at(-1).at + this.layers.at(-1).length;
    const floats = { weights: this.size, frozen: this.size, gradient: this.size, memory: 2 * this.size, maps };
    Object.assign(floats, { slopes: maps, units: channels.at(-1) + n_hidden });
    for (const [name, length] of Object.entries(floats)) this[name] = kernels.allocate("float32", length);
    this.powers = kernels.allocate("float64", 2);
    this.lattices = kernels.allocate("int8", batch * L * L);
    this.truths = kernels.allocate("float64", 4 * batch);
    this.order = kernels.allocate("int32", batch);
    this.state = kernels.allocate("uint32", 8);
  }

  get shape() {
    const { L, channels, n_hidden, leak } = this.constants;
    return [this.channels, channels.length, n_hidden, L, leak];
  }

  begin(seedWords) {
    const { kernels, size } = this;
    kernels.view("uint32", this.state, 8).set(seedWords);
    kernels.draw_weights(this.weights, ...this.shape.slice(0, 3), this.state);
    for (const name of ["gradient", "memory"]) kernels.view("float32", this[name], size).fill(0);
    kernels.view("float32", this.memory, 2 * size).fill(0);
    kernels.view("float64", this.powers, 2).fill(1);
  }

  /** One step towards a truth of the lattices of a batch; the loss before it. */
  train({ kernels: from, batch: lattices, batchTruths, sites }, task, shuffle, rate) {
    const { kernels, constants } = this;
    const { batch } = constants;
    kernels.view("int8", this.lattices, batch * sites).set(from.view("int8", lattices, batch * sites));
    kernels.view("float64", this.truths, 4 * batch).set(from.view("float64", batchTruths, 4 * batch));
    return kernels.train_step(
      ...[this.lattices, this.truths + 8 * task, 4, this.order, batch, shuffle ? 1 : 0, this.weights, ...this.shape],
      ...[this.maps, this.units, this.slopes, this.gradient, this.memory, this.powers, rate, this.state],
    );
  }

  /** Keep the weights as they are, for a reader that takes its time. */
  freeze() {
    const { kernels, size } = this;
    kernels.view("float32", this.frozen, size).set(kernels.view("float32", this.weights, size));
  }

  /** Fill all maps for a lattice. */
  look(spins, weights = this.weights) {
    this.kernels.view("float32", this.maps, spins.length).set(spins);
    this.kernels.predict(weights, ...this.shape, this.maps, this.units);
  }

  values(k) {
    const { at, length } = this.layers[k];
    return this.kernels.view("float32", this.maps + 4 * at, length);
  }
}
