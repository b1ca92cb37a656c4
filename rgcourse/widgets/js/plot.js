// A plot that can be touched: axes, lines, dots and words on a canvas, and the way back from the
// pointer to the numbers under it.

import { element, fitted, linspace, number } from "./dom.js";
import { drag } from "./gestures.js";

const MARGIN = { left: 46, right: 14, top: 18, bottom: 34 };

/** Round numbers inside [low, high], about `count` of them. */
export function ticks(low, high, count) {
  const rough = (high - low) / count;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((s) => s * unit >= 0.999 * rough) * unit;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Powers of ten inside [low, high]. */
function decades(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first) / 6));
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => 10 ** (first + i * every));
}

const RAISED = {
  "-": "\u207b",
  0: "\u2070",
  1: "\u00b9",
  2: "\u00b2",
  3: "\u00b3",
  4: "\u2074",
  5: "\u2075",
  6: "\u2076",
  7: "\u2077",
  8: "\u2078",
  9: "\u2079",
};

class Axis {
  /** `low`, `high` in the data's units; `log` for a logarithmic scale. */
  constructor({ label, low, high, log = false }) {
    Object.assign(this, { label, low, high, log });
  }

  share(value) {
    const f = this.log ? Math.log : (v) => v;
    return (f(value) - f(this.low)) / (f(this.high) - f(this.low));
  }

  at(share) {
    if (this.log) return this.low * (this.high / this.low) ** share;
    return this.low + share * (this.high - this.low);
  }

  marks(count) {
    if (this.log) {
      const power = (v) => [...`${Math.round(Math.log10(v))}`].map((c) => RAISED[c]).join("");
      return decades(this.low, this.high).map((v) => [
        v,
        Math.abs(Math.log10(v)) < 2.5 ? `${+v.toPrecision(1)}` : `10${power(v)}`,
      ]);
    }
    const places = ticks(this.low, this.high, count);
    const digits = Math.max(0, Math.ceil(-Math.log10(places[1] - places[0]) - 1e-9));
    return places.map((v) => [v, number(v, digits)]);
  }
}

export class Plot {
  /** `declared` by Python: see `plot` in rgcourse/widgets/_declare.py. `point(x, y, phase)` is called
   *  where the pointer presses, drags ("move") and lets go ("up"). Say the same with a slider or a
   *  key: a pointer is not for everyone. The figure's stage speaks for all that stands on it. */
  constructor({ x, y, drop, size }, point) {
    Object.assign(this, { x: new Axis(x), y: new Axis(y), drop });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.root = element("div", { class: `rgw-plot ${size ? `rgw-${size}` : ""}` }, this.canvas);
    if (drop.length) this.listen(point);
  }

  listen(point) {
    const tell = (event, phase) => {
      const box = this.canvas.getBoundingClientRect();
      const inside = (share) => Math.min(1, Math.max(0, share));
      const across = inside((event.clientX - box.left - MARGIN.left) / (this.width - MARGIN.left - MARGIN.right));
      const up = inside(
        (this.height - MARGIN.bottom - (event.clientY - box.top)) / (this.height - MARGIN.top - MARGIN.bottom),
      );
      point(this.x.at(across), this.y.at(up), phase);
    };
    drag(this.canvas, tell);
  }

  /** Takes note of the size on screen. */
  resize() {
    Object.assign(this, fitted(this.canvas));
    this.family = getComputedStyle(this.canvas).fontFamily;
  }

  across(x) {
    return MARGIN.left + this.x.share(x) * (this.width - MARGIN.left - MARGIN.right);
  }

  up(y) {
    return this.height - MARGIN.bottom - this.y.share(y) * (this.height - MARGIN.top - MARGIN.bottom);
  }

  /** Wipe the canvas and draw the axes; everything else is drawn after it. */
  begin() {
    const { pen, width, height, colour } = this;
    pen.clearRect(0, 0, width, height);
    pen.font = `12px ${this.family}`;
    const [left, right, top, bottom] = [MARGIN.left, width - MARGIN.right, MARGIN.top, height - MARGIN.bottom];
    this.stroke(
      [
        [left, top],
        [left, bottom],
        [right, bottom],
      ],
      { colour: "ctrl", width: 1 },
    );
    pen.fillStyle = colour("muted");
    pen.textBaseline = "alphabetic";
    pen.textAlign = "center";
    for (const [v, text] of this.x.marks(Math.max(2, (right - left) / 80))) {
      this.stroke(
        [
          [this.across(v), bottom],
          [this.across(v), bottom + 4],
        ],
        { colour: "ctrl", width: 1 },
      );
      pen.fillText(text, this.across(v), bottom + 16);
    }
    pen.textAlign = "right";
    for (const [v, text] of this.y.marks(Math.max(2, (bottom - top) / 45))) {
      this.stroke(
        [
          [left - 4, this.up(v)],
          [left, this.up(v)],
        ],
        { colour: "ctrl", width: 1 },
      );
      pen.fillText(text, left - 7, this.up(v) + 4);
    }
    pen.fillText(this.x.label, right, height - 4);
    pen.textAlign = "left";
    pen.fillText(this.y.label, 4, top - 7); // above a tick at the very top
  }

  /** A line through points of the canvas. */
  stroke(points, { colour = "ink", width = 1.6, dash = [] } = {}) {
    const { pen } = this;
    pen.beginPath();
    for (const [x, y] of points) pen.lineTo(x, y);
    Object.assign(pen, { strokeStyle: this.colour(colour), lineWidth: width, lineJoin: "round" });
    pen.setLineDash(dash);
    pen.stroke();
    pen.setLineDash([]);
  }

  /** Draw inside the axes only. */
  clip(paint) {
    const { pen, width, height } = this;
    pen.save();
    pen.beginPath();
    pen.rect(
      MARGIN.left,
      MARGIN.top - 4,
      width - MARGIN.left - MARGIN.right + 4,
      height - MARGIN.top - MARGIN.bottom + 4,
    );
    pen.clip();
    paint();
    pen.restore();
  }

  /** A line through points [x, y] of the data, cut off at the axes. */
  line(points, options) {
    this.clip(() =>
      this.stroke(
        points.map(([x, y]) => [this.across(x), this.up(y)]),
        options,
      ),
    );
  }

  /** The curve of a function over the whole axis, or from `low` to `high`. */
  curve(f, { low = this.x.low, high = this.x.high, points = 101, ...options } = {}) {
    const xs = linspace(low, high, points);
    this.line(
      xs.map((x) => [x, f(x)]),
      options,
    );
  }

  /** Lines across the plot at x, or up it at y: places that a picture is read against. */
  vertical(x, options) {
    this.line(
      [
        [x, this.y.low],
        [x, this.y.high],
      ],
      options,
    );
  }

  horizontal(y, options) {
    this.line(
      [
        [this.x.low, y],
        [this.x.high, y],
      ],
      options,
    );
  }

  /** A dot at a point of the data, `hollow` or full; with `error` a bar of that length each way. */
  dot(x, y, { colour = "accent", radius = 4.5, hollow = false, error } = {}) {
    const { pen } = this;
    if (error)
      this.line(
        [
          [x, y - error],
          [x, y + error],
        ],
        { colour },
      );
    pen.beginPath();
    pen.arc(this.across(x), this.up(y), radius, 0, 2 * Math.PI);
    Object.assign(pen, {
      fillStyle: this.colour(hollow ? "surface" : colour),
      strokeStyle: this.colour(hollow ? colour : "surface"),
      lineWidth: 1.5,
    });
    pen.fill();
    pen.stroke();
  }

  /** An arrow head at the end of a line from one point of the data to another. */
  arrow(from, to, { colour = "muted", size = 5 } = {}) {
    const [x0, y0, x1, y1] = [this.across(from[0]), this.up(from[1]), this.across(to[0]), this.up(to[1])];
    const angle = Math.atan2(y1 - y0, x1 - x0);
    const wing = (turn) => [x1 - size * Math.cos(angle + turn), y1 - size * Math.sin(angle + turn)];
    this.clip(() => this.stroke([wing(0.5), [x1, y1], wing(-0.5)], { colour, width: 1.2 }));
  }

  /** A short arrow from one point of the data towards another, `most` pixels for a long move. */
  towards(from, to, most = 14, slow = most) {
    const [dx, dy] = [this.across(to[0]) - this.across(from[0]), this.up(to[1]) - this.up(from[1])];
    const share = most / (slow + Math.hypot(dx, dy));
    const end = [0, 1].map((i) => from[i] + share * (to[i] - from[i]));
    this.line([from, end], { colour: "ctrl", width: 1 });
    this.arrow(from, end, { colour: "ctrl", size: 4 });
  }

  /** Words beside a point of the data, on a rim that keeps lines away; `dx`, `dy` in pixels. */
  text(x, y, words, { colour = "ink", align = "left", dx = 6, dy = -6 } = {}) {
    const { pen } = this;
    const place = [words, this.across(x) + dx, this.up(y) + dy];
    Object.assign(pen, { fillStyle: this.colour(colour), textAlign: align, font: `550 12px ${this.family}` });
    Object.assign(pen, { strokeStyle: this.colour("surface"), lineWidth: 4, lineJoin: "round" });
    pen.strokeText(...place);
    pen.fillText(...place);
    pen.font = `12px ${this.family}`;
  }
}
