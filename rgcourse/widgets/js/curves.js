// A measured mean beside an exact curve.

import { element, fitted, number } from "./figure.js";

/** y at x on a table with rising x, by straight lines. */
export function interpolate(xs, ys, x) {
  const right = Math.min(xs.length - 1, Math.max(1, xs.findIndex((known) => known >= x)));
  const share = (x - xs[right - 1]) / (xs[right] - xs[right - 1]);
  return ys[right - 1] + share * (ys[right] - ys[right - 1]);
}

/** One small plot against temperature: exact curve, the mean with its error, the last value. */
export class Curve {
  constructor({ name, symbol, x, y, low, high, critical }) {
    Object.assign(this, { name, symbol, x, y, low, high, critical });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.text = element("span", { class: "rgw-value-line" });
    const label = element("span", { class: "rgw-label" }, element("b", {}, name), " ", this.text);
    this.root = element("div", {}, label, this.canvas);
  }

  /** What was found beside what is exact, in words and digits. */
  describe([mean, error], T, h) {
    const bar = error === undefined ? "" : ` ± ${number(error, 3)}`;
    const found = Number.isNaN(mean) ? "" : `${number(mean, 3)}${bar}, `;
    const exact = h === 0 ? `exact ${number(interpolate(this.x, this.y, T), 3)}` : "exact only at h = 0";
    return found + exact;
  }

  /** Takes note of the size on screen. */
  resize() {
    Object.assign(this, fitted(this.canvas));
  }

  draw({ T, h, last, estimate, colour }) {
    const { x, y, low, high } = this;
    const { width, height, pen } = this;
    pen.clearRect(0, 0, width, height);
    const [left, bottom, top, right] = [26, height - 18, 8, width - 8];
    const across = (t) => left + ((t - x[0]) / (x.at(-1) - x[0])) * (right - left);
    const up = (v) => bottom - ((v - low) / (high - low)) * (bottom - top);
    const line = (points, style, thickness, dash = []) => {
      pen.beginPath();
      for (const [t, v] of points) pen.lineTo(t, v);
      Object.assign(pen, { strokeStyle: style, lineWidth: thickness });
      pen.setLineDash(dash);
      pen.stroke();
    };
    line([[left, top], [left, bottom], [right, bottom]], colour("ctrl"), 1);
    pen.fillStyle = colour("muted");
    pen.textAlign = "right";
    for (const v of [low, high]) pen.fillText(number(v, 0), left - 5, up(v) + 4);
    pen.textAlign = "center";
    for (let t = Math.ceil(x[0]); t <= x.at(-1); t++) pen.fillText(`${t}`, across(t), height - 4);
    pen.fillText("T", right, bottom - 5);
    if (h === 0) {
      line([[across(this.critical), top], [across(this.critical), bottom]], colour("critical"), 1, [3, 3]);
      line(x.map((t, i) => [across(t), up(y[i])]), colour("ink"), 1.6);
    }
    const [mean, error] = estimate;
    const at = across(T);
    pen.setLineDash([]);
    this.dot(pen, at, up(last), 3, undefined, colour("accent"));
    if (Number.isNaN(mean)) return;
    if (error !== undefined) line([[at, up(mean - error)], [at, up(mean + error)]], colour("accent"), 1.6);
    this.dot(pen, at, up(mean), 4.5, colour("accent"), colour("surface"));
  }

  dot(pen, x, y, radius, fill, stroke) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    Object.assign(pen, { fillStyle: fill ?? "transparent", strokeStyle: stroke, lineWidth: 1.5 });
    pen.fill();
    pen.stroke();
  }
}
