// Curves of many impurities: slide the axis from T to T / T_K and watch them become one.

import { fromBase64, number } from "./dom.js";
import { widget } from "./figure.js";
import { SteppedScene } from "./scene.js";

const STEP = 0.1; // of the power, for one press of Step
const FRAMES = 12; // of the clock for that much
const ONE = 0.05; // decades: curves that are spread less are one

class CurvesScene extends SteppedScene {
  constructor(model) {
    super(model);
    this.couplings = model.get("couplings");
    this.T_K = model.get("temperatures");
    this.numbers = fromBase64(model.get("curves"), Uint16Array);
  }

  /** Index of the curve drawn thick. */
  get chosen() {
    const away = this.couplings.map((J) => Math.abs(J - this.J));
    return away.indexOf(Math.min(...away));
  }

  /** Decades over which the curves pass half of their entropy. */
  get spread() {
    const places = this.model.get("halves").map((T, k) => Math.log10(T) - this.power * Math.log10(this.T_K[k]));
    return Math.max(...places) - Math.min(...places);
  }

  step() {
    const { whole } = this;
    const share = whole ? 1 : 1 / FRAMES;
    const power = Math.min(1, (this.power >= 1 ? 0 : this.power) + STEP * share);
    this.figure.set({ power: Number(power.toFixed(6)), running: this.running && power < 1 });
    return share;
  }

  /** Points [x, y] of one curve on the axis of now: its entropy (i = 0) or t_chi (1). */
  points(k, i) {
    const { points, lowest, highest, unit } = this.constants;
    const [low, shift] = [lowest * this.T_K[k], this.T_K[k] ** this.power];
    const values = this.numbers.subarray((2 * k + i) * points, (2 * k + i + 1) * points);
    return Array.from(values, (y, n) => [(low * (highest / low) ** (n / (points - 1))) / shift, y / unit]);
  }

  draw() {
    const { power, T_K, chosen } = this;
    const { points, lowest, highest } = this.constants;
    const label = power === 0 ? "T (D)" : power === 1 ? "T / T_K" : `T / T_K^${number(power, 2)}`;
    const low = Math.min(...T_K.map((t) => (lowest * t) / t ** power));
    const high = Math.max(...T_K.map((t) => highest / t ** power));
    const n = Math.round((Math.log(1 / lowest) / Math.log(highest / (lowest * T_K[chosen]))) * (points - 1)); // at T_K
    this.plots.forEach((plot, i) => {
      Object.assign(plot.x, { label, low, high });
      plot.begin();
      plot.horizontal(i ? 0.25 : 1, { colour: "rule", width: 1, dash: [3, 3] });
      T_K.forEach((_, k) => {
        if (k !== chosen) plot.line(this.points(k, i), { colour: "ctrl", width: 1 });
      });
      const thick = this.points(chosen, i);
      plot.line(thick, { colour: "accent", width: 2.2 });
      plot.dot(...thick[n]);
    });
  }

  textOf(trait) {
    return trait === "J" ? number(this.couplings[this.chosen], 2) : undefined;
  }

  answered() {
    return this.spread < ONE;
  }

  say() {
    const { spread, power } = this;
    if (spread < ONE) return "✓ One curve: T_K was the only thing that told these impurities apart.";
    return power === 0 ? `The same shape at temperatures ${number(spread, 1)} decades apart.` : "";
  }

  read() {
    const T_K = this.T_K[this.chosen].toExponential(2).replace("-", "\u2212");
    return { J: number(this.couplings[this.chosen], 2), T_K, spread: `${number(this.spread, 2)} decades` };
  }

  words() {
    const { J, T_K, spread } = this.read();
    return (
      `Entropy and T chi of ${this.couplings.length} Kondo impurities against T over T_K to the power ` +
      `${number(this.power, 2)}. Thick: J = ${J}, T_K = ${T_K}. The curves are spread over ${spread}. ${this.say()}`
    );
  }
}

export default widget(CurvesScene);
