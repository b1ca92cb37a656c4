// Lattices of a field that are looked at from so far that each is one site, and what they become.

import { clamp } from "./dom.js";

const [BIN, BINS] = [50, 64]; // sweeps of a first bin; bins before pairs are joined
const FEWEST = 16; // bins of an error

/** A field on a periodic lattice of b^d sites that is looked at from so far that it is one site. */
export class Far {
  constructor(kernels, { b, d, r, u, seedWords, warmUp, steps }) {
    Object.assign(this, { kernels, b, d, r, u, steps, sites: b ** d });
    this.place = kernels.memoryOf(this.sites, d);
    kernels.view("float64", this.place.field, this.sites).fill(0);
    kernels.view("uint32", this.place.state, 8).set(seedWords);
    kernels.fill_neighbours(b, d, this.place.neighbours);
    Object.assign(this, { bins: [], length: BIN, bin: [0, 0, 0], sweeps: -warmUp, work: 0 });
  }

  /** Some sweeps of all sites, and steps of the mean after each. */
  go(sweeps) {
    const { kernels, sites, d, r, u, steps } = this;
    const { field, neighbours, state, sums } = this.place;
    const width = kernels.proposal_width(r, u, d);
    for (let k = 0; k < sweeps; k++) {
      kernels.metropolis_sweep(field, neighbours, sites, d, r, u, width, state);
      const mean = kernels.shift_field(field, sites, r, u, steps, sums, state);
      if (this.sweeps++ >= 0) this.note(mean);
    }
    this.work += sweeps * sites;
  }

  /** The mean of the field, in the units of the one site that it has become. */
  note(mean) {
    const square = mean ** 2 * this.b ** (this.d - 2);
    const { bin } = this;
    bin[0]++;
    bin[1] += square;
    bin[2] += square ** 2;
    if (bin[0] < this.length) return;
    this.bins.push(bin);
    this.bin = [0, 0, 0];
    if (this.bins.length < BINS) return;
    const joined = (one, other) => one.map((x, i) => x + other[i]);
    this.bins = this.bins.filter((_, i) => i % 2).map((odd, i) => joined(odd, this.bins[2 * i]));
    this.length *= 2;
  }

  /** [u, error] of the one site, from all bins and from all but one; nothing while there are few. */
  coupling(of) {
    const n = this.bins.length;
    if (n < FEWEST) return undefined;
    const all = [0, 1, 2].map((i) => this.bins.reduce((sum, bin) => sum + bin[i], 0));
    const found = (sums) => of(sums[1] / sums[0], sums[2] / sums[0]);
    const without = this.bins.map((bin) => found(all.map((sum, i) => sum - bin[i])));
    const mean = without.reduce((a, b) => a + b) / n;
    const spread = without.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    return [found(all), Math.sqrt((spread * (n - 1)) / n)];
  }
}

/** The power y of u b^y that fits measured couplings best, with its error. */
export function fittedPower(found, u, start) {
  let [y, weight] = [start, 0];
  for (let k = 0; k < 30; k++) {
    let pull = 0;
    weight = 0;
    for (const [b, [value, error]] of found) {
      const expected = u * b ** y;
      const slope = (expected * Math.log(b)) / error;
      pull += (slope * (value - expected)) / error;
      weight += slope ** 2;
    }
    y = clamp(y + clamp(pull / weight, -0.3, 0.3), start - 4, start + 4);
  }
  return [y, weight ** -0.5];
}
