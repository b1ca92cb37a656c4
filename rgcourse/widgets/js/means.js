// Running means with their errors.

const BINS = 32;

/** Mean and error of a correlated series: the scatter of the means of ever longer bins. */
export class RunningMean {
  constructor() {
    this.clear();
  }

  clear() {
    [this.bins, this.length, this.sum, this.count] = [[], 1, 0, 0];
  }

  add(x) {
    this.sum += x;
    if (++this.count < this.length) return;
    this.bins.push(this.sum / this.length);
    [this.sum, this.count] = [0, 0];
    if (this.bins.length < BINS) return;
    this.bins = this.bins.filter((_, i) => i % 2).map((odd, i) => (odd + this.bins[2 * i]) / 2);
    this.length *= 2;
  }

  /** [mean, error]; the error is undefined until there are eight bins, and while neighbouring bins
   *  resemble each other: a series too short for its own memory does not show how far off it is. */
  get estimate() {
    const n = this.bins.length;
    if (n === 0) return [this.count ? this.sum / this.count : NaN, undefined];
    const mean = this.bins.reduce((a, b) => a + b) / n;
    const off = this.bins.map((bin) => bin - mean);
    const scatter = off.reduce((sum, a) => sum + a ** 2, 0);
    const memory = off.reduce((sum, a, i) => sum + a * (off[i + 1] ?? 0), 0);
    const known = n >= BINS / 4 && memory < (2 * scatter) / Math.sqrt(n);
    return [mean, known ? Math.sqrt(scatter / (n - 1) / n) : undefined];
  }
}
