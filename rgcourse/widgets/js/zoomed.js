// Lattices in equilibrium with all their block spins, kept as bytes: what cameras look at.

import { SLICE } from "./equilibrium.js";
import { PackedLattice } from "./packed.js";

/** Go on with a generator until that time of the clock: what it returns, if it has come that far. */
export function goOn(way, until = performance.now() + SLICE) {
  for (;;) {
    const { done, value } = way.next();
    if (done) return value;
    if (performance.now() > until) return undefined;
  }
}

/** Makes such stacks, one after the other, in the memory of one lattice: who begins another gives up
 *  the one before. */
export class StackMaker {
  constructor(packing, kernels, L, recipe) {
    this.lattice = new PackedLattice(packing, kernels, L, recipe.octaves, recipe);
    Object.assign(this, { kernels, L, octaves: recipe.octaves });
    this.scratch = kernels.allocate("int8", L * L);
  }

  /** { sides, spins, agreements } of the lattice that belongs to a seed and T, by number of votes: a
   *  second of work, in short pieces. */
  *make(seedWords, T) {
    const { lattice, L, octaves } = this;
    lattice.begin(seedWords);
    yield* lattice.equilibration({ T, h: 0 });
    lattice.zoomOut(octaves);
    yield;
    const sides = Array.from({ length: octaves + 1 }, (_, k) => L >> k);
    const spins = sides.map((_, k) => lattice.spins(k).slice());
    return { sides, spins, agreements: spins.map((values, k) => this.agreement(values, sides[k])) };
  }

  /** The mean of s s' over neighbours; what stands at the rim meets the other rim. */
  agreement(spins, side) {
    this.kernels.view("int8", this.scratch, side * side).set(spins);
    return Number(this.kernels.bond_sum_2d(this.scratch, side)) / (2 * side * side);
  }
}

/** Eight words that have nothing to do with these. */
export function otherWords(words) {
  return words.map((word, i) => {
    let x = (word + 0x9e3779b9 * (i + 1)) >>> 0;
    for (const factor of [0x85ebca6b, 0xc2b2ae35]) x = Math.imul(x ^ (x >>> 15), factor) >>> 0;
    return (x ^ (x >>> 16)) >>> 0;
  });
}

/** For n elements of `size` cells from `left` on, along a ring of `side` cells: the cells under each
 *  and their shares, `most` for each. */
function overlaps(left, size, n, side, most) {
  const [cells, shares] = [new Int32Array(n * most), new Float64Array(n * most)];
  for (let i = 0; i < n; i++) {
    const [from, to] = [left + i * size, left + (i + 1) * size];
    for (let j = 0, cell = Math.floor(from + 1e-9); j < most; j++, cell++) {
      cells[i * most + j] = ((cell % side) + side) % side;
      shares[i * most + j] = Math.max(0, Math.min(cell + 1, to) - Math.max(cell, from)) / size;
    }
  }
  return { cells, shares };
}

/** Add `weight` times the mean spin under each of n x n elements of `size` x `size` spins. */
function addMeans(spins, side, [left, top], size, n, weight, means) {
  const most = Math.ceil(size) + 1;
  const [across, down] = [left, top].map((start) => overlaps(start, size, n, side, most));
  for (let y = 0, e = 0; y < n; y++) {
    for (let x = 0; x < n; x++, e++) {
      let sum = 0;
      for (let j = y * most; j < (y + 1) * most; j++) {
        const row = down.cells[j] * side;
        for (let i = x * most; i < (x + 1) * most; i++)
          sum += down.shares[j] * across.shares[i] * spins[row + across.cells[i]];
      }
      means[e] += weight * sum;
    }
  }
}

/**
 * What a camera of n x n elements sees of a stack, `zoom` octaves out, around `centre` (shares of
 * the lattice): means from -1 to 1. At whole octaves they are the block spins. Between, each element
 * covers a square of its real size, and the coarser votes take over from the finer.
 */
export function expose({ sides, spins }, zoom, centre, n, means = new Float64Array(n * n)) {
  const level = Math.min(Math.floor(zoom), sides.length - 1);
  const part = zoom - level;
  const later = part * part * (3 - 2 * part);
  means.fill(0);
  for (const [k, weight] of [
    [level, 1 - later],
    [level + 1, later],
  ]) {
    if (weight === 0) continue;
    const size = 2 ** (zoom - k);
    const corner = centre.map(
      (share) => (part === 0 ? Math.round(share * sides[k]) : share * sides[k]) - (size * n) / 2,
    );
    addMeans(spins[k], sides[k], corner, size, n, weight, means);
  }
  return means;
}
