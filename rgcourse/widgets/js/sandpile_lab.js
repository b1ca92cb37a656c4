// A sandpile under the reader's hand, its avalanches as they spread, and how often each size occurs.

import kernels from "../sandpile.wasm";
import { number, write } from "./dom.js";
import { calm, widget } from "./figure.js";
import { cellUnder } from "./lattice.js";
import { Scene } from "./scene.js";

const BINS = 26; // of sizes, each twice as wide as the one before
const HEIGHTS = 4; // tones of the picture
const SLOW = 60; // steps that are drawn one by one; longer avalanches go faster and faster
const PATIENCE = 3; // milliseconds of grains that are not drawn
const STILL = 300; // steps of the avalanche in the still

class SandpileScene extends Scene {
  constructor(model, kernels) {
    super(model);
    Object.assign(this, { kernels, alone: false });
    const { largest } = this.constants;
    const [framed, sites] = [(largest + 2) ** 2, largest ** 2];
    for (const name of ["heights", "topplings", "times"]) this[name] = kernels.allocate("int32", framed);
    this.lists = kernels.allocate("int32", 4 * sites);
    this.totals = kernels.allocate("float64", 4);
    this.record = kernels.allocate("float64", 4);
    this.state = kernels.allocate("uint32", 8);
    this.bytes = new Uint8Array(sites);
    this.pile = this.view();
    this.pile.canvas.classList.add("rgw-touch");
    this.pile.canvas.addEventListener("click", (event) => this.point(cellUnder(event, this.L)));
    this.build(this.panels([this.pile], { narrow: false }), this.sizes.root);
  }

  // ---------------------------------------------------------------- physics

  begin() {
    const { kernels, state, heights, topplings, lists, L } = this;
    kernels.view("uint32", state, 8).set(this.model.get("seed_words"));
    kernels.draw_pile(heights, topplings, lists, L, state);
    this.settle();
  }

  /** A new pile is there: nothing topples, nothing has been counted. */
  settle() {
    this.kernels.view("int32", this.topplings, (this.L + 2) ** 2).fill(0);
    this.kernels.view("float64", this.totals, 4).fill(0);
    Object.assign(this, { front: 0, here: 0, task: "", dropped: 0, sum: 0, last: 0, burnt: undefined });
    this.counts = new Float64Array(BINS);
  }

  reset() {
    this.begin();
  }

  changed(trait) {
    if (trait === "L") this.begin();
    if (trait === "running" && !this.running) this.alone = false;
  }

  total(k) {
    return this.kernels.view("float64", this.totals, 4)[k];
  }

  /** The site where the next grain of the reader falls. */
  get site() {
    const at = (percent) => Math.min(this.L - 1, Math.floor((percent / 100) * this.L));
    return at(this.down) * this.L + at(this.across);
  }

  dropOn(site) {
    this.finish();
    const { kernels, heights, topplings, lists, totals, L } = this;
    kernels.clear_counts(topplings, lists, L, totals);
    Object.assign(this, { here: 0, burnt: undefined, task: "grain" });
    this.front = Number(kernels.drop_grain(heights, lists, L, site, 4));
    if (this.front === 0) this.rest();
  }

  /** One step of the avalanche: all unstable sites topple at once. */
  topple() {
    const { kernels, heights, topplings, lists, totals, L, here, front } = this;
    this.front = Number(kernels.topple_front(heights, topplings, lists, L, here, front, totals));
    this.here = 1 - here;
    if (this.front === 0) this.rest();
  }

  /** The avalanche is over. */
  rest() {
    const { task } = this;
    this.task = "";
    if (task === "grain") this.count(this.total(0));
    if (task === "double") {
      this.fill((height) => 6 - height);
      this.relax("identity");
    }
    if (task === "identity") {
      const { kernels, topplings, lists, L, totals } = this;
      kernels.clear_counts(topplings, lists, L, totals);
      this.task = "there";
    }
  }

  finish() {
    while (this.front > 0) this.topple();
  }

  count(size) {
    this.last = size;
    this.dropped += 1;
    this.sum += size;
    if (size > 0) this.counts[Math.floor(Math.log2(size))] += 1;
  }

  step() {
    if (this.ended) return 0; // in this frame: a grain of the reader's own is not followed by others
    this.updates = 1;
    if (this.fast && this.task === "grain") this.finish();
    else if (this.front > 0) {
      this.topple();
      this.updates = this.task === "grain" ? Math.max(1, Math.floor(this.total(2) / SLOW)) : Infinity;
      if (this.front === 0 && this.alone) {
        this.ended = true;
        queueMicrotask(() => (this.ended = false));
        this.figure.set({ running: false });
      }
    } else if (this.fast) this.hurry();
    else this.dropOn(this.kernels.random_site(this.L, this.state));
    return 1;
  }

  /** Grains that are counted and not drawn. */
  hurry() {
    const { kernels, heights, topplings, lists, L, record, totals, state } = this;
    const start = performance.now();
    while (performance.now() - start < PATIENCE) {
      kernels.drop_grains(heights, topplings, lists, L, 0, 1, record, totals, state);
      this.count(kernels.view("float64", record, 4)[0]);
    }
    this.burnt = undefined;
  }

  /** Whether every site burns; unknown while sites topple. */
  get burns() {
    if (this.front > 0) return undefined;
    const { kernels, heights, times, lists, L } = this;
    this.burnt ??= Number(kernels.burn(heights, times, lists, L));
    return this.burnt === L * L;
  }

  /** Grains on all sites anew, from what is there. */
  fill(change) {
    const pile = this.kernels.view("int32", this.heights, (this.L + 2) ** 2);
    for (let row = 1; row <= this.L; row++)
      for (let i = row * (this.L + 2) + 1; i <= row * (this.L + 2) + this.L; i++) pile[i] = change(pile[i]);
  }

  // ----------------------------------------------------------------- buttons

  /** The reader's grain: drawn as it spreads, for calm readers at once. */
  drop_one() {
    this.alone ||= !this.running;
    this.dropOn(this.site);
    this.show();
  }

  empty() {
    this.settle();
    this.fill(() => 0);
    this.figure.refresh();
  }

  /** Double the full pile, let it come to rest, take it from the double, let that come to rest. */
  identity() {
    const { identity_side } = this.constants;
    if (this.L > identity_side) this.figure.set({ L: identity_side });
    this.settle();
    this.fill(() => 6);
    this.alone = true;
    this.relax("double");
    this.show();
  }

  relax(task) {
    const { kernels, heights, topplings, lists, totals, L } = this;
    kernels.clear_counts(topplings, lists, L, totals);
    this.task = task;
    this.here = 0;
    this.front = Number(kernels.find_unstable(heights, lists, L, 4));
  }

  /** Let the avalanche run before the reader's eyes. */
  show() {
    if (calm.matches) this.finish();
    else if (this.front > 0) this.figure.set({ running: true });
    this.figure.refresh();
  }

  point(cell) {
    const percent = (place) => (100 * (place + 0.5)) / this.L;
    this.figure.set({ across: percent(cell % this.L), down: percent(Math.floor(cell / this.L)) });
    this.drop_one();
  }

  /** On paper: many grains have fallen, and a long avalanche is on its way. */
  exhibit() {
    const { kernels, constants } = this;
    for (let k = 0; k < constants.first_grains; k++) {
      this.dropOn(kernels.random_site(this.L, this.state));
      this.finish();
    }
    for (let k = 0; k < constants.first_grains && !(this.front > 0); k++) {
      this.dropOn(kernels.random_site(this.L, this.state));
      while (this.front > 0 && this.total(2) < STILL) this.topple();
    }
  }

  // ----------------------------------------------------------------- picture

  draw() {
    const { L, bytes, kernels } = this;
    const [heights, topplings] = ["heights", "topplings"].map((name) => kernels.view("int32", this[name], (L + 2) ** 2));
    for (let row = 0, k = 0; row < L; row++)
      for (let i = (row + 1) * (L + 2) + 1, end = i + L; i < end; i++, k++)
        bytes[k] = topplings[i] > 0 ? -2 - Math.min(2, heights[i]) : Math.min(3, heights[i]);
    const { painter } = this.pile;
    const colours = ["ink", "accent", "surface"].map((name) => this.pixel(name));
    painter.draw({ values: bytes.subarray(0, L * L), n: L, most: HEIGHTS }, ...colours);
    this.ring(painter);
    const size = this.front > 0 ? this.total(0) : this.last;
    write(this.pile.label, `${L} × ${L} sites, ${Math.round(this.dropped)} grains fallen, last: ${size} topplings`);
    this.drawSizes();
  }

  /** Where the reader's grain falls. */
  ring({ context, canvas }) {
    const [x, y] = [this.across, this.down].map((percent) => (percent / 100) * canvas.width);
    const radius = Math.max(6, canvas.width / 50);
    for (const [colour, width] of [
      ["surface", 3],
      ["critical", 1.5],
    ]) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      Object.assign(context, { strokeStyle: this.colour(colour), lineWidth: (width * canvas.width) / 400 });
      context.stroke();
    }
  }

  drawSizes() {
    const { sizes, counts, dropped } = this;
    sizes.begin();
    for (let k = 0; k < BINS; k++) {
      if (!counts[k]) continue;
      const middle = 2 ** k * Math.SQRT2;
      sizes.clip(() => sizes.dot(middle, counts[k] / 2 ** k / dropped, { radius: 3.5 }));
    }
  }

  say() {
    if (this.task === "double" || this.task === "identity") return "The identity is on its way.";
    if (this.front > 0) return "";
    if (this.task === "there") return "\u2713 This is the identity: added to any recurrent pile, it gives that pile back.";
    return this.burns ? "" : "Not all of it burns: the stationary state has left this pile behind.";
  }

  get mean() {
    return this.dropped ? this.sum / this.dropped : 0;
  }

  read() {
    const size = this.front > 0 ? this.total(0) : this.last;
    const burns = this.front > 0 ? "\u2013" : this.burns ? "yes" : "no";
    const mean = this.dropped ? number(this.mean, 1) : "\u2013";
    return { size: `${size}`, mean, exact: number(this.constants.exact[this.L], 1), burns };
  }

  report() {
    return { grains: this.dropped, size: this.last, mean: this.mean, recurrent: this.burns === true };
  }

  words() {
    const { L, dropped, last } = this;
    const now = this.front > 0 ? `An avalanche is on its way, ${this.total(0)} topplings so far.` : "Nothing topples.";
    const burns = this.front > 0 ? "" : this.burns ? " All of it burns: it is recurrent." : " Not all of it burns.";
    return (
      `Sandpile of ${L} by ${L} sites. ${dropped} grains have fallen, with ${number(this.mean, 1)} topplings each; ` +
      `the mean is ${number(this.constants.exact[L], 1)}, exactly. The last had ${last}. ${now}${burns}`
    );
  }
}

export default widget(SandpileScene, kernels);
