// Five windows of one lattice at five distances, to be put in order; and how well that goes.

import ising from "../ising.wasm";
import packed from "../packed.wasm";
import packedSimd from "../packed_simd.wasm";
import { element, number, write } from "./dom.js";
import { widget } from "./figure.js";
import { Scene } from "./scene.js";
import { goOn, otherWords, StackMaker } from "./zoomed.js";

const COLOURS = ["cold", "critical", "hot"];
const KEPT = "which-zoom"; // the name of the reader's score in the browser
const SOON = 60; // milliseconds: let the page come first
const PAUSE = 900; // milliseconds to look at what the machine has said
const NOTHING = { values: new Uint8Array(1), n: 1, most: 1 };
const ORDINALS = ["first", "second", "third", "fourth", "fifth"];

/** Numbers below one from a seed of eight words. */
class Dice {
  constructor(words) {
    Object.assign(this, { words, left: [] });
  }

  next() {
    if (!this.left.length) {
      this.words = otherWords(this.words);
      this.left = [...this.words];
    }
    return this.left.pop() / 2 ** 32;
  }

  below(n) {
    return Math.floor(n * this.next());
  }

  shuffled(list) {
    const all = [...list];
    for (let i = all.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [all[i], all[j]] = [all[j], all[i]];
    }
    return all;
  }
}

class WhichScene extends Scene {
  constructor(model, kernels, packing) {
    super(model);
    const { octaves, names } = this.constants;
    this.maker = new StackMaker(packing, kernels, model.get("L"), this.constants);
    this.places = names.map(([key]) => key);
    this.count = octaves + 1;
    this.views = Array.from({ length: this.count }, (_, i) => {
      const view = this.view();
      view.canvas.addEventListener("click", () => this.pick(i));
      view.canvas.classList.add("rgw-point");
      return view;
    });
    this.tally.y.marks = () => this.places.map((key, k) => [2.5 - k, key]);
    const tiles = element("div", { class: "rgw-tiles" }, ...this.views.map(({ root }) => root));
    this.question = element("p", { class: "rgw-ask" });
    this.build(element("div", {}, this.question, tiles, this.tally.root));
    this.scores = { reader: this.kept_score(), machine: this.blank() };
    this.reset();
  }

  // ------------------------------------------------------------------ rounds

  reset() {
    const rounds = Object.values(this.scores.reader).map(([n]) => n);
    const played = rounds.reduce((sum, n) => sum + n, 0);
    this.number = Math.max(this.number ?? 0, played); // so that no round comes twice
    this.scores.machine = this.blank();
    this.upcoming = this.way = undefined;
    this.clear();
  }

  /** Whether all that is to be seen is there. */
  get ready() {
    return Boolean(this.round);
  }

  /** Nothing is shown until the next round is there. */
  clear() {
    Object.assign(this, { round: undefined, picked: [], told: false, drawnRound: undefined });
  }

  /** A lattice at the temperature that is asked for, and what is cut from it; in short pieces. */
  *make() {
    const { maker, temperature, count, places } = this;
    const mixed = this.model.get("seed_words").map((word) => (word + this.number) >>> 0);
    this.number++;
    this.dice = new Dice(otherWords(mixed));
    const { dice } = this;
    const k = temperature === "mystery" ? dice.below(places.length) : places.indexOf(temperature);
    const stack = yield* maker.make(otherWords(dice.words), this.model.get("temperatures")[k]);
    const corners = this.corners();
    const pictures = Array.from({ length: count }, (_, level) => this.cut(stack, level, corners[level]));
    return { k, asked: temperature, pictures: dice.shuffled(pictures) };
  }

  /** Corners of squares of window x 2^level spins that do not overlap, the largest first. */
  corners() {
    const { dice, count, constants, maker } = this;
    const taken = [];
    const near = (a, b, size, other) => {
      const ahead = (((b - a) % maker.L) + maker.L) % maker.L;
      return ahead < size || maker.L - ahead < other;
    };
    for (let level = count - 1; level >= 0; level--) {
      const size = constants.window << level;
      let corner;
      do corner = [0, 1].map(() => dice.below(maker.L >> level) << level);
      while (taken.some(([at, other]) => [0, 1].every((i) => near(corner[i], at[i], size, other))));
      taken.push([corner, size]);
    }
    return taken.reverse().map(([corner]) => corner);
  }

  /** A window, turned, mirrored and reversed as the dice say. */
  cut({ sides, spins }, level, corner) {
    const n = this.constants.window;
    const [side, [top, left]] = [sides[level], corner.map((spin) => spin >> level)];
    const [turned, mirrored, flipped] = [0, 0, 0].map(() => this.dice.below(2));
    const sign = this.dice.below(2) ? 1 : -1;
    const values = new Int8Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const [x, y] = turned ? [j, i] : [i, j];
        const row = ((top + (mirrored ? n - 1 - x : x)) % side) * side;
        values[i * n + j] = sign * spins[level][row + ((left + (flipped ? n - 1 - y : y)) % side)];
      }
    return { level, values, agreement: this.maker.agreement(values, n) };
  }

  /** The next round, made while the reader looks at this one. */
  prepare(delay = SOON) {
    this.waiting ??= setTimeout(() => {
      this.waiting = undefined;
      if (this.figure.gone || !this.figure.visible || this.upcoming) return;
      this.way ??= this.make();
      this.upcoming = goOn(this.way);
      if (!this.upcoming) {
        this.prepare(0);
        return;
      }
      this.way = undefined;
      if (!this.round) this.begin_round();
      this.figure.refresh();
    }, delay);
  }

  begin_round() {
    this.clear();
    this.round = this.upcoming ?? goOn(this.way ?? this.make(), Infinity);
    this.upcoming = this.way = undefined;
    this.left_at = performance.now();
  }

  following() {
    if (this.upcoming) this.begin_round();
    else this.clear();
    this.figure.refresh();
  }

  // ------------------------------------------------------------------ answers

  take() {
    this.pick(this.picture - 1);
  }

  /** The next in the reader's order; one that is in it comes out again. The last goes by itself. */
  pick(i) {
    if (!this.round || this.told) return;
    this.figure.set({ running: false, picture: i + 1 });
    this.picked = this.picked.includes(i) ? this.picked.filter((j) => j !== i) : [...this.picked, i];
    if (this.picked.length === this.count - 1)
      this.picked.push(this.views.findIndex((_, j) => !this.picked.includes(j)));
    if (this.picked.length === this.count) this.tell("reader");
    this.figure.refresh();
  }

  /** A machine that sorts by the agreement of neighbours, which order raises and noise lowers. */
  answer() {
    const rising = this.places[this.round.k] === "below" ? 1 : -1;
    const { pictures } = this.round;
    this.picked = pictures.map((_, i) => i).sort((a, b) => rising * (pictures[a].agreement - pictures[b].agreement));
    this.tell("machine");
  }

  answered() {
    return this.told;
  }

  get hits() {
    return this.picked.filter((i, rank) => this.round.pictures[i].level === rank).length;
  }

  tell(who) {
    this.told = true;
    this.left_at = performance.now();
    const score = this.scores[who];
    const place = this.places[this.round.k];
    const [rounds, hits] = score[place];
    score[place] = [rounds + 1, hits + this.hits];
    if (who === "reader") globalThis.rgKeep?.set(KEPT, score);
  }

  step() {
    if (!this.round || (this.told && this.figure.running && performance.now() - this.left_at < PAUSE)) return 0;
    if (this.told && this.figure.running && !this.upcoming) return 0;
    if (this.told) this.begin_round();
    this.answer();
    return 1;
  }

  // ------------------------------------------------------------------- score

  blank() {
    return Object.fromEntries(this.places.map((key) => [key, [0, 0]]));
  }

  /** What the browser has kept, if it is a score. */
  kept_score() {
    const found = globalThis.rgKeep?.get(KEPT, {}) ?? {};
    const sound = ([n, hits]) => [n, hits].every(Number.isInteger) && hits >= 0 && hits <= this.count * n;
    const good = (pair) => Array.isArray(pair) && pair.length === 2 && sound(pair);
    return Object.fromEntries(this.places.map((key) => [key, good(found[key]) ? found[key] : [0, 0]]));
  }

  forget() {
    globalThis.rgKeep?.set(KEPT, undefined);
    this.scores = { reader: this.blank(), machine: this.blank() };
    this.figure.refresh();
  }

  changed(trait) {
    if (trait !== "temperature") return;
    this.upcoming = this.way = undefined;
    this.clear();
  }

  exhibit() {
    if (!this.round) this.begin_round();
  }

  unavailable() {
    return [!this.told && "following", (this.told || !this.round) && "take"];
  }

  // ----------------------------------------------------------------- picture

  resize() {
    super.resize();
    this.drawnRound = undefined;
  }

  draw() {
    if (!this.upcoming && this.figure.visible) this.prepare();
    const key = JSON.stringify([this.picked, this.told, this.picture, !this.round]);
    if (this.drawnRound?.key === key && this.drawnRound.colour === this.colour) return;
    this.drawnRound = { key, colour: this.colour };
    for (const [i, view] of this.views.entries()) {
      const rank = this.picked.indexOf(i);
      view.root.classList.toggle("rgw-framed", i === this.picture - 1 && !this.told);
      view.root.classList.toggle("rgw-taken", rank >= 0 && !this.told);
      if (!this.round) {
        this.paint(view, NOTHING, "surface", "surface");
        write(view.label, "\u00a0");
        continue;
      }
      const n = this.constants.window;
      const { values, level } = this.round.pictures[i];
      this.paint(view, { values: new Uint8Array(values.buffer), n, most: 1 });
      const said = rank < 0 ? `picture ${i + 1}` : ORDINALS[rank];
      write(view.label, this.told ? `b = ${2 ** level}${rank === level ? " ✓" : `, not ${2 ** rank}`}` : said);
    }
  }

  drawTally() {
    const { tally } = this;
    tally.begin();
    tally.vertical(1, { colour: "ctrl", width: 1.2, dash: [4, 4] });
    for (const [who, shift] of [
      ["machine", -0.2],
      ["reader", 0.12],
    ]) {
      for (const [k, place] of this.places.entries()) {
        const [rounds, hits] = this.scores[who][place];
        if (!rounds) continue;
        const [y, error] = [2.5 - k + shift, 1 / Math.sqrt(rounds)];
        tally.line(
          [
            [1 - error, y],
            [1 + error, y],
          ],
          { colour: COLOURS[k], width: 1.6 },
        );
        tally.dot(hits / rounds, y, { colour: COLOURS[k], hollow: who === "machine" });
      }
    }
  }

  /** Rounds and hits of the reader where this round is, or of all while that is a mystery. */
  get score() {
    const all = Object.values(this.scores.reader);
    if (this.known) return this.scores.reader[this.places[this.round.k]];
    return [0, 1].map((i) => all.reduce((sum, pair) => sum + pair[i], 0));
  }

  get known() {
    return this.round && (this.told || this.round.asked !== "mystery");
  }

  read() {
    this.drawTally();
    write(this.question, this.asked);
    const [rounds, hits] = this.score;
    const error = 1 / Math.sqrt(rounds);
    const off = (hits - rounds) * error;
    return {
      T: this.known ? number(this.model.get("temperatures")[this.round.k], 3) : "?",
      rounds: `${rounds}`,
      mean: rounds ? `${number(hits / rounds, 2)}; chance 1 ± ${number(error, 2)}` : "–",
      off: rounds ? `${off < 0 ? "" : "+"}${number(off, 1)} errors` : "–",
    };
  }

  get asked() {
    if (!this.round) return "A lattice is in the making.";
    if (this.told) return "These they were.";
    return `Pick the ${ORDINALS[this.picked.length]}: b = ${2 ** this.picked.length}.`;
  }

  say() {
    if (!this.told) return "";
    const name = this.constants.names[this.round.k][1];
    return `${this.hits} of ${this.count} in their place, ${name}. Who guesses gets 1 on average.`;
  }

  report() {
    return { scores: structuredClone(this.scores) };
  }

  words() {
    const n = this.constants.window;
    const order = this.picked.map((i) => i + 1).join(", ") || "none yet";
    const agree = this.round?.pictures.map(({ agreement }) => number(agreement, 2)).join(", ");
    const alike = agree ? `Their neighbours agree by ${agree}. ` : "";
    return (
      `Five windows of ${n} by ${n} block spins at five distances, shuffled. ` +
      `${alike}Picked in this order: ${order}. ${this.say() || this.asked}`
    );
  }
}

export default widget(WhichScene, ising, [packed, packedSimd]);
