// Noise on a picture, the cutoff that moves with it, and filters that try to undo it.

import kernels from "../waves.wasm";
import { clamp, element, number, withError, write } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const GREYS = 2.6; // standard deviations from the middle to either end
const GRAB = 14; // pixels: so near to the line of the noise, that is taken
const LEVEL = 0.02; // of an error: two filters are alike
const CLOSE = 1.005; // of the best: the valley is flat
const LABELS = { picture: "picture", noisy: "with noise", out: "filtered", missing: "what is missing" };
const LINES = { noisy: ["muted", 1.2], picture: ["cold", 1.8], out: ["accent", 2.2] };

class CutoffScene extends SteppedScene {
  frames = 6; // of the clock for one noise

  constructor(model, kernels) {
    super(model);
    this.kernels = kernels;
    const { L, shells, memory, K } = this.constants;
    this.n = L * L;
    const room = { noise: this.n, memory, line: 2 * L, roots: 2 * L, counts: shells, factors: shells };
    for (const name of ["picture", "noisy", "out"])
      Object.assign(room, { [name]: this.n, [`${name}Waves`]: this.n, [`${name}Powers`]: shells });
    this.at = Object.fromEntries(Object.keys(room).map((name) => [name, kernels.allocate("float64", room[name])]));
    this.spins = kernels.allocate("int8", this.n);
    this.labels = kernels.allocate("int32", this.n + 8);
    this.bond = kernels.allocate("uint32", 2);
    this.states = [0, 1].map(() => kernels.allocate("uint32", 8));
    kernels.fill_roots(L, this.at.roots);
    kernels.bond_threshold(K, this.bond);
    this.grey = new Uint8Array(this.n);
    this.views = Object.entries(LABELS).map(([name, words]) => Object.assign(this.view(words), { name }));
    this.spectrum.root.style.marginTop = "0.5rem";
    this.build(element("div", {}, this.panels(this.views, { narrow: false }), this.spectrum.root));
  }

  // ---------------------------------------------------------------- physics

  begin() {
    super.begin();
    this.restart(0);
    this.kernels.view("int8", this.spins, this.n).fill(1);
    this.newPicture(this.constants.warm);
  }

  restart(which) {
    this.kernels.view("uint32", this.states[which], 8).set(this.model.get("seed_words")[which]);
  }

  numbers(name, length = this.n) {
    return this.kernels.view("float64", this.at[name], length);
  }

  /** From sites to waves, or back. */
  transform(from, to) {
    this.numbers(to).set(this.numbers(from));
    this.kernels.hartley_2d(this.constants.L, this.at.roots, this.at[to], this.at.line);
  }

  /** The waves of a picture, and the power of its shells. */
  analyse(name) {
    const { at } = this;
    this.transform(name, `${name}Waves`);
    this.kernels.shell_powers(this.constants.L, at[`${name}Waves`], at.counts, at[`${name}Powers`]);
  }

  newPicture(sweeps) {
    const { kernels, at, n, spins, source } = this;
    const { L, slope, discs } = this.constants;
    const [state] = this.states;
    if (source === "Gaussian") {
      kernels.fill_gaussian(n, at.pictureWaves, 1, state);
      kernels.colour_waves(L, slope, at.pictureWaves);
      this.transform("pictureWaves", "picture");
    } else if (source === "discs") kernels.drop_discs(L, ...discs, at.picture, state);
    else {
      for (let k = 0; k < sweeps; k++) kernels.swendsen_wang_sweep_2d(spins, L, this.bond, this.labels, state);
      this.numbers("picture").set(kernels.view("int8", spins, n));
    }
    kernels.standardize(n, at.picture);
    this.analyse("picture");
    this.measure();
  }

  /** The same noise for all strengths and filters, so that a slider moves the picture, not chance. */
  measure() {
    this.restart(1);
    this.errors = [];
    this.advance();
  }

  /** Other noise, and what the filter makes of it. */
  advance() {
    const { kernels, at, n, noise, filter } = this;
    const { L, limit } = this.constants;
    kernels.fill_gaussian(n, at.noise, 1, this.states[1]);
    kernels.add_noise(n, noise, at.picture, at.noise, at.noisy);
    this.analyse("noisy");
    this.bestSharp = this.expectedOf("sharp_factors", this.ofShells("best_cut", noise));
    this.best = this.expected = this.expectedOf("wiener_factors", noise, at.picturePowers);
    if (filter === "sharp") this.expected = this.expectedOf("sharp_factors", this.cut);
    if (filter === "thresholds") kernels.keep_large(L, limit * noise, at.noisy, at.memory, at.out);
    else {
      kernels.filter_waves(L, at.factors, at.noisyWaves, at.outWaves);
      this.transform("outWaves", "out");
    }
    this.analyse("out");
    this.errors.push(kernels.mean_square(n, at.picture, at.out));
  }

  /** What a kernel says of noise and the shells of the picture. */
  ofShells(kernel, noise, ...more) {
    return this.kernels[kernel](this.constants.shells, noise, this.at.counts, this.at.picturePowers, ...more);
  }

  /** The expected error of the factors that a kernel fills in. */
  expectedOf(kernel, ...parameters) {
    this.kernels[kernel](this.constants.shells, ...parameters, this.at.factors);
    return this.ofShells("expected_error", this.noise, this.at.factors);
  }

  /** Where the filter ends, to be seen and to be dragged. */
  get edge() {
    return this.filter === "sharp" ? this.cut : this.ofShells("cutoff", this.noise);
  }

  changed(trait) {
    if (trait === "cut" && this.filter !== "sharp") this.figure.set({ filter: "sharp" });
    else if (trait === "source") this.begin();
    else if (trait !== "running") this.measure();
  }

  another() {
    this.newPicture(this.constants.between);
    this.figure.refresh();
  }

  // ---------------------------------------------------------------- pointer

  /** Near its line the noise is taken, elsewhere the cutoff, which moves the noise if it is soft. */
  pointed(_name, x, y, phase) {
    const { spectrum: plot } = this;
    const off = [plot.up(y) - plot.up(this.noise ** 2), plot.across(x) - plot.across(this.edge)].map(Math.abs);
    if (phase === "down") this.onNoise = off[0] < Math.min(GRAB, off[1]);
    const hand = this.filter === "sharp" && !this.onNoise ? "cut" : "noise";
    const slider = this.figure.sliders.find(({ trait }) => trait === hand);
    const goal = hand === "cut" ? x : this.onNoise ? Math.sqrt(y) : this.noiseFor(x, slider);
    this.figure.set({ [hand]: slider.inside(slider.rounded(goal)) });
  }

  /** The noise whose cutoff is at k, by halving. */
  noiseFor(k, { low, high }) {
    for (let i = 0; i < 20; i++) {
      const middle = Math.sqrt(low * high);
      if (this.ofShells("cutoff", middle) > k) low = middle;
      else high = middle;
    }
    return high;
  }

  // ---------------------------------------------------------------- picture

  draw() {
    const [picture, noisy, out] = ["picture", "noisy", "out"].map((name) => this.numbers(name));
    const shown = { picture, noisy, out, missing: out.map((x, i) => picture[i] - x) };
    for (const view of this.views) {
      const scale = 127.5 / GREYS / (view.name === "noisy" ? Math.hypot(1, this.noise) : 1);
      shown[view.name].forEach((x, i) => {
        this.grey[i] = clamp(127.5 + scale * x, 0, 255);
      });
      this.paint(view, { values: this.grey, n: this.constants.L, most: 255 });
    }
    write(this.views[1].label, `with noise, σ = ${number(this.noise, 2)}`);
    this.drawSpectrum();
  }

  drawSpectrum() {
    const { spectrum: plot, edge, noise, filter } = this;
    plot.begin();
    plot.clip(() => {
      Object.assign(plot.pen, { globalAlpha: 0.12, fillStyle: this.colour("critical") });
      plot.pen.fillRect(plot.across(edge), 0, plot.width, plot.up(plot.y.low));
      plot.pen.globalAlpha = 1;
    });
    for (const [name, [colour, width]] of Object.entries(LINES)) {
      const powers = [...this.numbers(`${name}Powers`, this.constants.shells)];
      const points = powers.map((power, k) => [k, Math.max(power, 1e-9)]);
      plot.line(points.slice(1, -3), { colour, width }); // the last have a few waves each
    }
    plot.horizontal(noise ** 2, { colour: "critical", width: 1.4, dash: [6, 4] });
    plot.vertical(edge, { colour: "accent", width: 1.4, dash: [2, 3] });
    plot.text(1, noise ** 2, "σ²", { colour: "critical", dy: 14 });
    const place = edge > 9 ? { align: "right", dx: -6 } : {};
    const name = `${filter === "sharp" ? "cut" : "k*"} = ${number(edge, 0)}`;
    plot.text(edge, plot.y.high, name, { colour: "accent", dy: 14, ...place });
  }

  // ------------------------------------------------------------------ words

  /** [mean, its error from the third noise on] of the measured error. */
  get found() {
    const { errors } = this;
    const n = errors.length;
    const mean = errors.reduce((a, b) => a + b) / n;
    const spread = errors.reduce((a, b) => a + (b - mean) ** 2, 0);
    return [mean, n > 2 ? Math.sqrt(spread / n / (n - 1)) : undefined];
  }

  read() {
    return {
      error: withError(...this.found, 4),
      expected: this.filter === "thresholds" ? "–" : number(this.expected, 4),
      best: number(this.best, 4),
      cutoff: number(this.ofShells("cutoff", this.noise), 1),
    };
  }

  say() {
    const { filter, best, expected, source } = this;
    const [error] = this.found;
    const share = (one) => `${number(100 * Math.abs(one / best - 1), 0)} % ${one > best ? "more" : "less"} error`;
    if (filter === "Wiener")
      return "Waves beyond k* are weaker than the noise, and fade. No other factors for the shells leave less error.";
    if (filter === "sharp" && expected > CLOSE * this.bestSharp)
      return `Cut here: ${share(expected)} than Wiener's. Another place is better.`;
    if (filter === "sharp") return `✓ No sharp cutoff does much better. It leaves ${share(expected)} than Wiener's.`;
    if (Math.abs(error / best - 1) < LEVEL) return "Thresholds and Wiener's filter are level here.";
    if (error < best) return `✓ Thresholds leave ${share(error)} than Wiener's: edges are not in the spectrum.`;
    const why = source === "Gaussian" ? " Nothing beats it on a Gaussian field." : "";
    return `Thresholds leave ${share(error)} than Wiener's.${why}`;
  }

  report() {
    const { errors, expected, best } = this;
    return { errors, expected, best, cutoff: this.ofShells("cutoff", this.noise) };
  }

  words() {
    const { error, expected, best, cutoff } = this.read();
    const cut = this.filter === "sharp" ? ` at ${this.cut}` : "";
    return (
      `Picture: ${this.source}. Noise σ = ${number(this.noise, 2)}, filter: ${this.filter}${cut}. Waves up to ` +
      `k = ${cutoff} are stronger than the noise. Error, mean of ${this.errors.length}: ${error}, expected ` +
      `${expected}, with Wiener's filter ${best}. ${this.say()}`
    );
  }
}

export default widget(CutoffScene, kernels);
