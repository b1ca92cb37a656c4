// A measured mean beside an exact curve.

import { element, number, withError, write } from "./dom.js";
import { RunningMean } from "./means.js";

/** y at x on a table with rising x, by straight lines. */
export function interpolate(xs, ys, x) {
  const found = xs.findIndex((known) => known >= x);
  const right = Math.min(xs.length - 1, Math.max(1, found < 0 ? xs.length : found));
  const share = (x - xs[right - 1]) / (xs[right] - xs[right - 1]);
  return ys[right - 1] + share * (ys[right] - ys[right - 1]);
}

/** A small plot against temperature with a line of words: exact curve, mean with its error, last value. */
export class Curve {
  mean = new RunningMean();

  constructor(plot, { name, x, y, critical }) {
    Object.assign(this, { plot, x, y, critical });
    this.text = element("span", { class: "rgw-value-line" });
    const label = element("span", { class: "rgw-label" }, element("b", {}, name), " ", this.text);
    this.root = element("div", {}, label, plot.root);
  }

  /** What was found beside what is exact, in words and digits. */
  describe(T, h) {
    const [mean, error] = this.mean.estimate;
    const found = Number.isNaN(mean) ? "" : `${withError(mean, error, 3)}, `;
    return found + (h === 0 ? `exact ${number(interpolate(this.x, this.y, T), 3)}` : "exact only at h = 0");
  }

  draw(T, h, last) {
    const { plot, x, y } = this;
    plot.begin();
    if (h === 0) {
      plot.vertical(this.critical, { colour: "critical", width: 1, dash: [3, 3] });
      plot.line(x.map((t, i) => [t, y[i]]));
    }
    plot.dot(T, last, { radius: 3, hollow: true });
    const [mean, error] = this.mean.estimate;
    if (!Number.isNaN(mean)) plot.dot(T, mean, { error });
    write(this.text, this.describe(T, h));
  }
}
