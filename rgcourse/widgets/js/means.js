// Running means with their errors.

const BINS = 32;

/** Mean and error of a correlated series: the scatter of the means of ever longer bins. */
export class RunningMean {
  constructor() {
    this.clear();
  }

  /** Start afresh; `memory` is the work after which the series is known to have forgotten, if that
   *  is known. */
  clear(memory = 0) {
    [this.bins, this.length, this.sum, this.count] = [[], 1, 0, 0];
    [this.memory, this.work, this.since] = [memory, 0, undefined];
  }

  /** The next of the series, after so much work. */
  add(x, work = 1) {
    this.sum += x;
    this.work += work;
    if (++this.count < this.length) return;
    this.bins.push(this.sum / this.length);
    [this.sum, this.count] = [0, 0];
    if (this.bins.length === BINS) {
      this.bins = this.bins.filter((_, i) => i % 2).map((odd, i) => (odd + this.bins[2 * i]) / 2);
      this.length *= 2;
    }
    this.judge();
  }

  /** [mean, error]; the error is undefined as long as the series may be too short for it. */
  get estimate() {
    const n = this.bins.length;
    if (n === 0) return [this.count ? this.sum / this.count : NaN, undefined];
    const mean = this.bins.reduce((a, b) => a + b) / n;
    const off = this.bins.map((bin) => bin - mean);
    const pairs = off.flatMap((a, i) => (i % 2 ? [(a + off[i - 1]) / 2] : []));
    return [mean, this.known ? Math.max(errorOf(off), errorOf(pairs)) : undefined];
  }

  /** A series too short for its own memory does not show how far off it is. So there must be
   *  sixteen bins, each as long as the memory where that is known; neighbouring bins must not
   *  resemble each other, and that not by chance: for as long as it took to come about. */
  get known() {
    return this.since !== undefined && this.work >= 2 * this.since;
  }

  judge() {
    const n = this.bins.length;
    const mean = this.bins.reduce((a, b) => a + b) / n;
    const off = this.bins.map((bin) => bin - mean);
    const alike = off.reduce((sum, a, i) => sum + a * (off[i + 1] ?? 0), 0);
    const apart = n >= BINS / 2 && this.work >= n * this.memory && alike < squares(off) / Math.sqrt(n);
    this.since = apart ? (this.since ?? this.work) : undefined;
  }
}

const squares = (off) => off.reduce((sum, a) => sum + a ** 2, 0);

/** Of the mean of independent bins, from how far each is off. */
const errorOf = (off) => Math.sqrt(squares(off) / (off.length - 1) / off.length);
