// What Monte Carlo RG collects of one sector, even or odd operators, and the spectra that follow.

/** The operators of one sector: their tables, sums of each lattice, and bins of each blocking. */
export class Sector {
  constructor(kernels, { terms, labels }, { blockings, bins }) {
    const n = labels.length;
    Object.assign(this, { kernels, n, nBins: bins, nTerms: terms.length, size: kernels.bin_size(n) });
    const reals = (length) => kernels.allocate("float64", length);
    this.terms = kernels.allocate("int32", terms.flat().length);
    kernels.view("int32", this.terms, terms.flat().length).set(terms.flat());
    this.sums = Array.from({ length: blockings + 1 }, () => reals(n));
    this.bins = Array.from({ length: blockings }, () => reals(bins * this.size));
    this.buffers = [this.size, 2 * n * n, n * n, n + 1].map(reals); // total, work, T, coefficients
    [this.roots, this.result] = [2 * n, 3].map(reals);
    this.chosen = kernels.allocate("int32", n);
  }

  clear() {
    for (const bins of this.bins) this.kernels.view("float64", bins, this.nBins * this.size).fill(0);
  }

  measure(level, bits, L) {
    this.kernels.view("float64", this.sums[level], this.n).fill(0);
    this.kernels.sum_operators(bits, 1, L, L, this.terms, this.nTerms, this.sums[level]);
  }

  collect(bin) {
    for (const [k, bins] of this.bins.entries())
      this.kernels.add_sample(this.sums[k], this.sums[k + 1], this.n, bins + 8 * bin * this.size);
  }

  /** Exponent, error and eigenvalues of one blocking for the operators with these numbers. */
  spectrum(k, chosen, filled) {
    const { kernels, n, buffers, roots, result } = this;
    const m = chosen.length;
    if (!filled) return { y: NaN, error: NaN, eigenvalues: [] };
    kernels.view("int32", this.chosen, m).set(chosen);
    kernels.measure_spectrum(this.bins[k], filled, n, this.chosen, m, 2, ...buffers, roots, result);
    const [y, error] = kernels.view("float64", result, 3);
    const parts = kernels.view("float64", roots, 2 * m);
    const eigenvalues = chosen.map((_, i) => [parts[2 * i], parts[2 * i + 1]]).filter(([re]) => !Number.isNaN(re));
    return { y, error, eigenvalues };
  }
}
