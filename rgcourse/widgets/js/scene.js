// What stands on the stage of a figure. A scene has the physics and the picture; all that Python
// declares (controls, readouts, plots, constants, legend) is there before its constructor begins.

import { element } from "./dom.js";
import { calm } from "./figure.js";
import { Painter, pixel } from "./lattice.js";
import { Plot } from "./plot.js";

/**
 * A subclass has, beside what it needs for its physics,
 *   draw()          the picture
 *   read()          { key: text } for the readouts
 *   words()         the state in a sentence or two, for those who do not see it
 *   step()          one update; the share of a sweep it was
 *   reset()         back to the start
 * and where it wants to
 *   begin()         called once, when the figure and its traits are there
 *   changed(trait)  a trait has a new value
 *   say()           a verdict, shown below the controls
 *   answered()      whether the reader has seen what the figure's prediction asked for
 *   report()        traits for Python
 *   unavailable()   names of buttons and values of choices that cannot be used now
 *   textOf(trait, value)   what a slider shows, if not what is declared
 *   lattice         see `Settling`: the clock leads it to where `lattice.equilibrate` has said
 *   settled()       it has arrived there
 *   stays           traits that a reset leaves as they are
 *   exhibit()       go to the state of the still image, where the first frame shows little
 *   updates         at most this many in a frame
 *   tools           elements beside the declared controls
 */
export class Scene {
  tools = [];
  stays = [];
  parts = [];
  updates = 1;

  constructor(model) {
    const { controls, plots, constants, follows } = model.get("spec");
    Object.assign(this, { model, constants });
    this.plots = plots.map(([name, declared]) => {
      const plot = new Plot(declared, (x, y, phase) => this.pointed(name, x, y, phase));
      this.parts.push(plot);
      this[name] = plot;
      return plot;
    });
    this.traits = [...controls.filter(({ kind }) => kind !== "button").map(({ trait }) => trait), ...follows];
    for (const name of this.traits)
      if (!(name in this)) Object.defineProperty(this, name, { get: () => model.get(name) });
    this.build(...this.plots.map((plot) => plot.root));
  }

  // ------------------------------------------------------------------ stage

  /** Make the stage of these elements; two stand side by side where there is room. */
  build(...children) {
    const pair = children.length === 2 ? " rgw-pair" : "";
    this.stage = element("div", { class: `rgw-stage${pair}`, role: "img" }, ...children);
  }

  /** A picture of a lattice with a line of words below: { canvas, label, painter, root }. */
  view(...words) {
    const [canvas, label] = [element("canvas"), element("span", { class: "rgw-label" }, ...words)];
    const painter = new Painter(canvas);
    this.parts.push(painter);
    return { canvas, label, painter, root: element("div", {}, canvas, label) };
  }

  /** Views side by side. */
  panels(views, { narrow = true } = {}) {
    const kind = `rgw-panels${narrow ? " rgw-three" : ""}`;
    return element("div", { class: kind, style: `--panels: ${views.length}` }, ...views.map(({ root }) => root));
  }

  resize() {
    for (const part of this.parts) part.resize();
  }

  recolour(colour) {
    [this.colour, this.pixels] = [colour, {}];
    for (const part of this.parts) part.colour = colour;
  }

  /** A colour of the palette as one pixel of an image. */
  pixel(name) {
    this.pixels[name] ??= pixel(this.colour(name));
    return this.pixels[name];
  }

  /** Draw a lattice of spins, or what `values` holds, in the two tones of spins. */
  paint(view, picture, up = "up", down = "down") {
    view.painter.draw(picture, this.pixel(up), this.pixel(down));
  }

  /** Draw whole numbers from -most to most by their signs: red above zero, blue below. */
  paintSigns(view, { values, n, most }) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.length);
    view.painter.draw({ values: bytes, n, most }, this.pixel("hot"), this.pixel("cold"), this.pixel("bg"));
  }

  /** What is worth keeping until `key` changes. */
  kept(name, key, make) {
    this.drawn ??= {};
    if (this.drawn[name]?.key !== key) this.drawn[name] = { key, value: make() };
    return this.drawn[name].value;
  }

  // ---------------------------------------------------------------- pointer

  /** The pointer at (x, y) of a plot: the traits that the plot names for its axes. */
  pointed(name, x, y, phase) {
    const traits = {};
    this[name].drop.forEach((trait, i) => {
      const slider = this.figure.sliders.find((s) => s.trait === trait);
      if (slider) traits[trait] = slider.inside(slider.rounded([x, y][i]));
    });
    this.drop(traits, phase);
  }

  drop(traits) {
    this.figure.set(traits);
  }

  // ------------------------------------------------------------ equilibrium

  /** Whether the lattice is still on its way to what the controls say. */
  get unsettled() {
    return this.lattice?.unsettled ?? false;
  }

  /** Go on with that until a time of the clock; true where there is a new lattice to be seen. */
  settle(until) {
    const there = this.lattice.settle(until);
    if (there) this.settled();
    return there;
  }

  // --------------------------------------------------------------- defaults

  changed() {}

  settled() {}

  exhibit() {}

  report() {
    return {};
  }

  say() {
    return "";
  }

  answered() {
    return this.figure.sweeps > 0;
  }

  unavailable() {
    return [];
  }

  textOf() {
    return undefined;
  }
}

/**
 * A scene that moves in steps, slower than the screen: descents, walks through a table. Once in so
 * many `frames` of the clock it makes a step, `advance()`; where the last run is `done`, it starts
 * anew with `begin()`.
 */
export class SteppedScene extends Scene {
  frames = 1;
  phase = 0;

  /** Whether the clock takes whole steps: for the step button, and for readers who want it calm. */
  get whole() {
    return !this.figure.running || calm.matches;
  }

  step() {
    if (this.done) this.begin();
    const share = this.whole ? 1 : 1 / this.frames;
    this.phase += share;
    if (this.phase > 1 - 1e-9) {
      this.phase = 0;
      this.advance();
    }
    return share;
  }

  begin() {
    this.phase = 0;
  }

  reset() {
    this.begin();
  }
}

/**
 * A plane of couplings: a point waits in it, and its flow takes it away. `starts` are the traits of
 * the waiting point, `plane` the plot. A subclass has `arrive()`, called when a flow has ended, and
 * may keep the flows that have ended in `drops`.
 */
export class FlowScene extends SteppedScene {
  drops = [];

  get start() {
    return this.starts.map((trait) => this.model.get(trait));
  }

  /** Where the flow is now. */
  get now() {
    return this.path.at(-1);
  }

  begin() {
    super.begin();
    this.path = [this.start];
  }

  changed(trait) {
    if (this.model.get("spec").controls.some((c) => c.trait === trait)) this.begin();
  }

  reset() {
    this.drops = [];
    this.begin();
  }

  /** On paper the flow has come to its end. */
  exhibit() {
    while (!this.done) this.advance();
  }

  /** A point under the pointer; let go, it flows, for calm readers at once to its end. */
  drop(traits, phase) {
    this.figure.set({ ...traits, running: false });
    if (phase !== "up") return;
    if (calm.matches) while (!this.done) this.advance();
    else this.figure.set({ running: true });
    this.figure.refresh();
  }

  /** Keep a flow that has ended, each start once, and come to rest. */
  arrive(drop) {
    const same = (old) => old.start.every((x, i) => x === this.start[i]) && old.kind === drop?.kind;
    if (drop && !this.drops.some(same)) this.drops.push({ start: this.start, path: this.path, ...drop });
    this.figure.set({ running: false });
  }

  /** Short arrows over the plane: from each point towards `after(point)`. */
  arrows(xs, ys, after, ...sizes) {
    for (const x of xs) for (const y of ys) this.plane.towards([x, y], after([x, y]), ...sizes);
  }

  /** The waiting point, its flow, and where it is now; `stations` is the radius of what is between. */
  drawFlow(points = this.path, { stations = 0 } = {}) {
    const { plane } = this;
    plane.line(points, { colour: "accent", width: 1.8 });
    plane.clip(() => {
      const dot = ([x, y], options) => plane.dot(x, y, options);
      if (stations) for (const point of this.path.slice(1)) dot(point, { radius: stations });
      dot(points[0], { hollow: true, radius: 6 });
      if (points.length > 1) dot(points.at(-1));
    });
  }

  /** Flows that have ended: full blue starts where `cold`, hollow red ones else, or a colour of their own. */
  drawDrops(cold) {
    for (const drop of this.drops) {
      const [colour, [x, y]] = [drop.colour ?? (cold(drop) ? "cold" : "hot"), drop.start];
      this.plane.line(drop.path, { colour, width: 0.8 });
      this.plane.dot(x, y, { colour, hollow: !cold(drop), radius: 4 });
    }
  }
}
