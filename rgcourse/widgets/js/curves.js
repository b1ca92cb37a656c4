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

/** A small plot against temperature with a line of words: exact curve, mean with its error, last
 *  value. With `spread`, the scatter of single lattices along the curve, a mean has that for its
 *  error as long as its series is too short for one of its own: it cannot be worse. */
export class Curve {
  mean = new RunningMean();
  known = "exact"; // what the curve is

  constructor(plot, { name, x, y, critical }) {
    Object.assign(this, { plot, x, y, critical });
    this.text = element("span", { class: "rgw-value-line" });
    const label = element("span", { class: "rgw-label" }, element("b", {}, name), " ", this.text);
    this.root = element("div", {}, label, plot.root);
  }

  /** [mean, error] at T and h; the error is undefined where none can be given. */
  found({ T, h }) {
    const [mean, error] = this.mean.estimate;
    return [mean, error ?? (this.spread && h === 0 ? interpolate(this.x, this.spread, T) : undefined)];
  }

  /** What was found beside what is exact, in words and digits. */
  describe(at) {
    const [mean, error] = this.found(at);
    const found = Number.isNaN(mean) ? "" : `${withError(mean, error, 3)}, `;
    return (
      found + (at.h === 0 ? `${this.known} ${number(interpolate(this.x, this.y, at.T), 3)}` : "exact only at h = 0")
    );
  }

  /** `at` is { T, h } of the lattice; on its way to others it is `unsettled` and means nothing. */
  draw(at, last, unsettled) {
    const { plot, x, y } = this;
    const { T, h } = at;
    plot.begin();
    if (h === 0) {
      plot.vertical(this.critical, { colour: "critical", width: 1, dash: [3, 3] });
      plot.line(x.map((t, i) => [t, y[i]]));
    }
    plot.dot(T, last, { radius: 3, hollow: true });
    const [mean, error] = this.found(at);
    if (!unsettled && !Number.isNaN(mean)) plot.dot(T, mean, { error });
    write(this.text, unsettled ? `still remembers ${remembered(at)}` : this.describe(at));
  }
}

function remembered({ T, h }) {
  return `T = ${number(T, 3)}${h === 0 ? "" : `, h = ${number(h, 2)}`}`;
}
