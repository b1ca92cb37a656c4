// Couplings of a field at the Gaussian fixed point: which of them grow, in which dimension.

import { element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";
import { SteppedScene } from "./steps.js";

const TERMS = GIVEN.terms; // name, fields, gradients
const [LOW, HIGH] = GIVEN.d;
const MOST = GIVEN.zoom; // of the decimal logarithm of b
const [DOWN, UP] = GIVEN.y;
// where, on the axis of d, each line has its name, and how many pixels lower
const NAMED = [[4.4, -8], [5.3, -1], [5.05, 0], [4.5, 0], [1.1, -2]];
const ROOM = 0.6; // for the names, in decades right of the last b
const FRAMES = 180; // of the clock from b = 1 to b = 100
const LOOK = {
  relevant: { colour: "ink" },
  marginal: { colour: "critical", width: 2.4 },
  irrelevant: { colour: "muted", dash: [5, 4] },
};

const kind = (y) => (Math.abs(y) < GIVEN.slight ? "marginal" : y > 0 ? "relevant" : "irrelevant");

class CountingScene extends SteppedScene {
  constructor(model, kernels) {
    super(model, "d", "zoom");
    this.kernels = kernels;
    this.exponentPlot = new Plot({
      x: { label: "dimension d", low: LOW, high: HIGH },
      y: { label: "exponent y", low: DOWN, high: UP },
      drop: (d) => this.figure.set({ d: snapped(d) }),
    });
    this.couplingPlot = new Plot({
      x: { label: "zoom factor b", low: 1, high: 10 ** (MOST + ROOM), log: true },
      y: { label: "coupling", low: GIVEN.coupling[0], high: GIVEN.coupling[1], log: true },
    });
    this.parts = [this.exponentPlot, this.couplingPlot];
    this.stage = element("div", { class: "rgw-stage rgw-pair", role: "img" }, this.exponentPlot.root, this.couplingPlot.root);
    this.sliders = [
      { trait: "d", name: "d", label: "Dimension d", low: LOW, high: HIGH, step: 0.1, fine: 0.05, text: (d) => number(d, 2), mark: [4, "d = 4"] },
      { trait: "zoom", name: "zoom", label: "Zoom out", low: 0, high: MOST, step: 0.1, fine: 0.01, text: (z) => `b = ${(10 ** z).toPrecision(2).replace("1.0e+2", "100")}` },
    ];
    this.readouts = { relevant: "relevant", marginal: "marginal", irrelevant: "irrelevant" };
    this.legend =
      "Left: the exponent y of five couplings against the dimension; press there to choose one. Right: the couplings, all 1 at b = 1, " +
      "as one zooms out at the Gaussian fixed point (rgcourse.field_theory.coupling_dimension, compiled). " +
      "Full lines grow, dashed lines fade, violet ones keep their size.";
  }

  /** The exponent of each term in d dimensions. */
  exponents(d = this.d) {
    return TERMS.map(([, power, derivatives]) => this.kernels.power_counting(d, power, derivatives));
  }

  step() {
    const from = this.zoom >= MOST ? 0 : this.zoom;
    const share = this.whole ? MOST / 10 : MOST / FRAMES;
    const zoom = Math.min(MOST, from + share);
    this.figure.set({ zoom });
    if (zoom >= MOST) this.figure.set({ running: false });
    return 1 / FRAMES;
  }

  draw() {
    const y = this.exponents();
    this.drawExponents(y);
    this.drawCouplings(y);
  }

  drawExponents(y) {
    const { exponentPlot: plot, d } = this;
    plot.begin(this.colour);
    plot.line([[LOW, 0], [HIGH, 0]], { colour: "rule", width: 1 });
    const [first, last] = [this.exponents(LOW), this.exponents(HIGH)];
    TERMS.forEach(([name], k) => {
      const look = LOOK[kind(y[k])];
      plot.line([[LOW, first[k]], [HIGH, last[k]]], look);
      const [at, dy] = NAMED[k];
      plot.text(at, this.exponents(at)[k], name, { colour: look.colour, dx: 5, dy: dy - 4 });
    });
    plot.line([[d, DOWN], [d, UP]], { colour: "accent", width: 1.2 });
    plot.clip(() => y.forEach((value) => value >= DOWN && value <= UP && plot.dot(d, value, { radius: 4 })));
  }

  drawCouplings(y) {
    const { couplingPlot: plot, kernels, d } = this;
    plot.begin(this.colour);
    plot.line([[1, 1], [10 ** (MOST + ROOM), 1]], { colour: "rule", width: 1 });
    const b = 10 ** this.zoom;
    const ends = TERMS.map(([name, power, derivatives], k) => {
      const end = kernels.after_zoom(1, d, power, derivatives, b);
      plot.line([[1, 1], [b, end]], LOOK[kind(y[k])]);
      const share = end < GIVEN.coupling[0] ? Math.log(2 * GIVEN.coupling[0]) / Math.log(end) : 1; // where it leaves the plot
      return { name, x: b ** share, end: end ** share, colour: LOOK[kind(y[k])].colour };
    });
    if (this.zoom < 0.25) return; // too close together to be named
    let above = -Infinity; // where the last name stands, in pixels from the top
    for (const { name, x, end, colour } of ends.sort((one, other) => other.end - one.end)) {
      const at = Math.max(plot.up(end), above + 13);
      plot.text(x, end, name, { colour, dy: at - plot.up(end) - 4 });
      above = at;
    }
  }

  say() {
    const [, , four, six] = this.exponents();
    if (kind(six) === "marginal") return "✓ d = 3: φ⁶ keeps its size, and φ⁴ still grows.";
    if (kind(four) === "marginal") return "d = 4: φ⁴ keeps its size, at this order. What decides is the next one.";
    return four > 0 ? "" : "Above four dimensions φ and φ² alone grow: the free field, and Landau's exponents.";
  }

  read() {
    const y = this.exponents();
    const names = (wanted) => TERMS.filter((_, k) => kind(y[k]) === wanted).map(([name]) => name).join(" ") || "none";
    return { relevant: names("relevant"), marginal: names("marginal"), irrelevant: names("irrelevant") };
  }

  report() {
    return { exponents: this.exponents() };
  }

  words() {
    const said = this.exponents().map((y, k) => `${TERMS[k][0]} ${kind(y)}, y = ${number(y, 2)}`);
    return `Couplings of a field in d = ${number(this.d, 2)} dimensions, zoomed out by ${(10 ** this.zoom).toPrecision(3)}: ${said.join("; ")}.`;
  }
}

/** A dimension in steps of 0.05. */
function snapped(d) {
  return Number((Math.round(d * 20) / 20).toFixed(2));
}

const render = renders(CountingScene, "fields");

export default { render };
