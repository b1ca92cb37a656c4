// The anatomy that all live figures share: title and readouts, stage, controls, a line to try,
// caption; keyboard, clock, theme, and good manners (off screen, reduced motion, no kernel).

import { decodeBase64, loadKernels } from "./wasm.js";

const FRAME_WORK = 8; // milliseconds of work in one frame, at most
const REPORT_EVERY = 125; // milliseconds between updates of readouts and of Python's traits
const CALM_EVERY = 500; // milliseconds between steps where reduced motion is asked for

export const calm = matchMedia("(prefers-reduced-motion: reduce)");
let figures = 0;

/** An element; attributes that are functions are listeners, children may be text. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

/** Set an element's text where it differs: to write the same text again costs a layout. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A number with a true minus sign. */
export function number(x, digits) {
  return x.toFixed(digits).replace(/^-(?=0\.?0*$)/, "").replace("-", "\u2212");
}

/** Fit a canvas to its size on screen: { width, height, pen }, in pixels of the page. */
export function fitted(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  const pen = canvas.getContext("2d");
  pen.scale(devicePixelRatio, devicePixelRatio);
  pen.font = `12px ${getComputedStyle(canvas).fontFamily}`;
  return { width, height, pen };
}

/**
 * What stands on the stage of a figure, as far as scenes are alike. Each has
 *   stage              its element
 *   readouts           { key: label }, at most four
 *   sliders            the first is the main parameter (see `Slider`)
 *   tools, legend      further controls; the caption where Python gives none
 *   keys               { key: [label, action] } besides those every figure has
 *   parts              plots and pictures, which are told when the size changes
 *   draw()
 *   read()             { key: text } for the readouts
 *   report()           traits for Python
 *   words()            the state in words
 *   say()              a verdict, shown below the controls, where there is one
 *   step()             one update; the share of a sweep it was
 *   updates()          at most this many in a frame
 *   reset()            back to the start
 */
export class Scene {
  keys = {};
  tools = [];
  parts = [];

  /** Traits with these names become properties, and the figure follows them. */
  constructor(model, ...traits) {
    Object.assign(this, { model, traits, controls: [] });
    for (const name of traits) Object.defineProperty(this, name, { get: () => model.get(name) });
  }

  updates() {
    return 1;
  }

  recolour(colour) {
    this.colour = colour;
  }

  resize() {
    for (const part of this.parts) part.resize();
  }

  report() {
    return {};
  }

  /** A control of a trait: `show(value)` brings it up to date. */
  control(trait, show) {
    if (!this.traits.includes(trait)) this.traits.push(trait);
    this.controls.push(() => show(this.model.get(trait)));
  }

  /** A list to choose a trait from, of pairs [value, name]. */
  choice(trait, pairs, attributes) {
    const change = () => this.figure.set({ [trait]: pairs[select.selectedIndex][0] });
    const select = element("select", { ...attributes, change }, ...pairs.map(([value, name]) => element("option", { value }, name)));
    this.control(trait, (value) => (select.value = value));
    return select;
  }
}

export class Figure {
  constructor({ model, el }, scene) {
    Object.assign(this, { model, scene, sweeps: 0, pace: 0, visible: true, pending: 0 });
    this.id = `rgw-${++figures}`;
    scene.figure = this;
    this.off = [];
    this.build();
    el.replaceChildren(this.root);
    this.readColours();
    this.scene.resize();
    this.follow();
    if (calm.matches) this.set({ running: false });
    this.refresh();
    this.observe();
    el.closest(".rgw-slot")?.classList.add("rgw-live");
  }

  // ---------------------------------------------------------------- anatomy

  build() {
    const { scene, model, id } = this;
    this.outputs = {};
    const readouts = element("div", { class: "rgw-readouts" });
    for (const [key, label] of Object.entries(scene.readouts)) {
      this.outputs[key] = element("output", { "aria-live": "off", "data-key": key });
      readouts.append(element("span", {}, element("span", { class: "rgw-key" }, label), " ", this.outputs[key]));
    }
    this.sceneKeys = Object.fromEntries(
      Object.entries(scene.keys).flatMap(([keys, [, ...actions]]) => keys.split(" ").map((key, i) => [key, actions[i]])),
    );
    this.runButton = this.button("Run", () => this.set({ running: !model.get("running") }), "space");
    this.stepButton = this.button("Step", () => this.stepOnce(), "s");
    this.resetButton = this.button("Reset", () => this.reset(), "0");
    this.sliders = scene.sliders.map((spec) => new Slider(this, spec));
    this.locked = element("fieldset", { class: "rgw-sliders" }, ...this.sliders.map((s) => s.root));
    this.verdict = scene.say && element("p", { class: "rgw-reason", role: "status" });
    const tools = [...scene.tools, ...(scene.say ? [this.verdict] : [])];
    const hints = [
      ["space", ["run/pause"]], ["\u2190 \u2192", [scene.sliders[0].name]],
      ...Object.entries(scene.keys).filter(([, [label]]) => label !== scene.sliders[0].name), ["s", ["step"]], ["0", ["reset"]],
    ].flatMap(([keys, [label]]) => [
      element("span", {}, ...keys.split(" ").map((key) => element("kbd", {}, key)), ` ${label}`), " ",
    ]);
    this.root = element(
      "figure",
      { class: "rgw", tabindex: "0", "aria-labelledby": `${id}-title`, "data-lm-suppress-shortcuts": "true", keydown: (e) => this.key(e) },
      element("header", {}, element("p", { class: "rgw-title", id: `${id}-title` }, model.get("title")), readouts),
      scene.stage,
      this.prediction(),
      element("div", { class: "rgw-controls" }, element("div", { class: "rgw-buttons" }, this.runButton, this.stepButton, this.resetButton), this.locked, tools.length ? element("div", { class: "rgw-tools" }, ...tools) : undefined),
      model.get("try_line") ? element("p", { class: "rgw-try" }, element("b", {}, "Try: "), model.get("try_line")) : undefined,
      element("figcaption", {}, element("span", {}, model.get("caption") || scene.legend), " ", element("span", { class: "rgw-keys" }, ...hints)),
    );
  }

  button(label, action, key) {
    return element("button", { type: "button", click: action, "aria-keyshortcuts": key === "space" ? "Space" : key }, label);
  }

  /** A question before the sliders unlock. To skip is always possible. */
  prediction() {
    const [question, ...answers] = this.model.get("predict");
    if (!question || this.model.get("guess")) return undefined;
    this.locked.disabled = true;
    const choose = (guess) => {
      this.set({ guess });
      this.locked.disabled = false;
      const said = guess ? `Your guess: ${guess}. Now see.` : "Skipped. Now see.";
      box.replaceChildren(element("p", { role: "status" }, said));
      this.sliders[0].input.focus();
    };
    const box = element(
      "div",
      { class: "rgw-predict" },
      element("p", {}, element("b", {}, "Predict: "), question),
      ...answers.map((answer) => this.button(answer, () => choose(answer))),
      element("button", { type: "button", class: "rgw-skip", click: () => choose("") }, "Skip"),
    );
    return box;
  }

  // ------------------------------------------------------------------ state

  set(traits) {
    for (const [name, value] of Object.entries(traits)) this.model.set(name, value);
    this.model.save_changes();
  }

  /** Redraw when Python, another view or this figure changes a trait. */
  follow() {
    this.initial = {};
    for (const name of new Set(["running", "level", ...this.sliders.map((s) => s.trait), ...this.scene.traits])) {
      this.initial[name] = this.model.get(name);
      const changed = () => {
        this.scene.changed?.(name);
        this.refresh();
      };
      this.model.on(`change:${name}`, changed);
      this.off.push(() => this.model.off(`change:${name}`, changed));
    }
  }

  get running() {
    return this.model.get("running");
  }

  /** How fast it runs, for a readout. */
  get speed() {
    return this.running ? number(this.pace, 0) : "paused";
  }

  refresh() {
    this.runButton.textContent = this.running ? "Pause" : "Run";
    this.root.dataset.state = this.running ? (this.visible ? "running" : "off-screen") : "paused";
    for (const slider of this.sliders) slider.show();
    for (const show of this.scene.controls) show();
    this.scene.draw();
    this.report();
    this.schedule();
  }

  /** Readouts, the words for screen readers when at rest, and Python. */
  report() {
    for (const [key, text] of Object.entries(this.scene.read())) write(this.outputs[key], text);
    if (this.verdict) write(this.verdict, this.scene.say());
    if (!this.running || !this.spoken) this.scene.stage.setAttribute("aria-label", this.scene.words());
    this.spoken = true;
    this.set({ ...this.scene.report(), sweeps: this.sweeps });
  }

  stepOnce() {
    this.set({ running: false });
    this.sweeps += this.scene.step();
    this.refresh();
  }

  reset() {
    this.sweeps = 0;
    this.set({ ...this.initial, running: this.initial.running && !calm.matches });
    this.scene.reset();
    this.refresh();
  }

  // ------------------------------------------------------------------ clock

  /** Ask for the next frame, if there is to be one: never while paused or out of sight. */
  schedule() {
    if (this.pending || this.gone || !this.running || !this.visible) return;
    this.pending = calm.matches
      ? setTimeout(() => this.frame(), CALM_EVERY)
      : requestAnimationFrame(() => this.frame());
  }

  /** As many updates as fit beside the drawing, at least one. */
  frame() {
    this.pending = 0;
    if (this.gone || !this.running || !this.visible) return;
    const start = performance.now();
    const room = FRAME_WORK - (this.drawing ?? 2);
    const most = calm.matches ? 1 : this.scene.updates();
    let [updates, now, before] = [0, start, start];
    do {
      this.sweeps += this.scene.step();
      updates++;
      [before, now] = [now, performance.now()];
    } while (updates < most && now - start + (now - before) < room);
    this.scene.draw();
    const end = performance.now();
    this.drawing = end - now;
    this.work = end - start;
    if (end - (this.reported ?? 0) > REPORT_EVERY) {
      const seconds = (end - (this.reported ?? end)) / 1000;
      if (seconds > 0 && seconds < 1) this.pace = (this.sweeps - this.counted) / seconds;
      [this.reported, this.counted] = [end, this.sweeps];
      this.report();
    }
    this.schedule();
  }

  // ---------------------------------------------------------------- manners

  observe() {
    this.sight = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      this.refresh();
    });
    this.sight.observe(this.root);
    this.theme = new MutationObserver(() => {
      this.readColours();
      this.refresh();
    });
    this.theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.theme.observe(document.body, { attributeFilter: ["data-jp-theme-light", "class"] });
    this.size = new ResizeObserver(() => {
      this.scene.resize();
      this.refresh();
    });
    this.size.observe(this.scene.stage);
  }

  readColours() {
    const style = getComputedStyle(this.root);
    this.colour = (name) => style.getPropertyValue(`--${name}`).trim();
    this.scene.recolour(this.colour);
  }

  remove() {
    this.gone = true;
    cancelAnimationFrame(this.pending);
    clearTimeout(this.pending);
    for (const observer of [this.sight, this.theme, this.size]) observer.disconnect();
    for (const stop of this.off) stop();
  }

  // --------------------------------------------------------------- keyboard

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (target.matches("select, input:not([type=range])")) return;
    if (event.key === " " && target.matches("button, summary")) return;
    // a slider that has the focus answers for itself, all the others to the main one
    const moved = this.sliders.find((slider) => slider.input === target) ?? this.sliders[0];
    const direction = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const actions = {
      " ": () => this.runButton.click(),
      s: () => this.stepButton.click(),
      0: () => this.resetButton.click(),
      ...this.sceneKeys,
    };
    const action = direction ? () => moved.nudge(direction * (event.shiftKey ? 10 : 1)) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    if (!this.locked.disabled || " s".includes(event.key)) action();
  }
}

/**
 * A native slider with its label and its value, which can be clicked and typed over.
 *   trait, name, label         the trait it sets, and what to call it
 *   low, high, step            range; `step` is what an arrow key moves
 *   text(value)                the value as text
 *   mark: [value, label]       a place worth naming, below the track; the slider catches there
 *   scale: "rgw-heat"          colours the track from cold to hot
 *   fine                       what dragging can resolve, if finer than `step`
 */
class Slider {
  constructor(figure, spec) {
    Object.assign(this, { figure, fine: spec.step, ...spec });
    const id = `${figure.id}-${this.trait}`;
    this.input = element("input", { type: "range", id, min: this.low, max: this.high, step: this.fine, input: () => this.drag() });
    this.output = element("output", { for: id, "aria-live": "off" });
    this.value = element("button", { type: "button", class: "rgw-value", "aria-label": `Type a value for ${this.name}`, click: () => this.type() }, this.output);
    const track = element("span", { class: `rgw-track ${this.scale ?? ""}` }, this.input);
    if (this.mark) {
      const [at, label] = this.mark;
      track.style.setProperty("--mark", (at - this.low) / (this.high - this.low));
      track.append(element("button", { type: "button", class: "rgw-mark", "aria-label": `Set ${this.name} to ${label}`, click: () => this.set(at) }, label));
    }
    this.root = element("div", { class: "rgw-slider" }, element("label", { for: id }, this.label), track, this.value);
  }

  get current() {
    return this.figure.model.get(this.trait);
  }

  set(value) {
    const inside = Math.min(this.high, Math.max(this.low, value));
    this.figure.set({ [this.trait]: inside });
  }

  drag() {
    const value = Number(this.input.value);
    const [at, within] = [this.mark?.[0], (this.high - this.low) / 250];
    this.set(at !== undefined && Math.abs(value - at) < within ? at : value);
  }

  /** Move by whole steps of the scale, however the value came to lie between two. */
  nudge(steps) {
    const place = this.current / this.step;
    const grid = steps > 0 ? Math.floor(place + 1e-6) : Math.ceil(place - 1e-6);
    this.set(Number(((grid + steps) * this.step).toFixed(6)));
  }

  show() {
    this.input.value = this.current;
    const text = this.text(this.current);
    this.input.setAttribute("aria-valuetext", text);
    write(this.output, text);
  }

  /** Put a number field in place of the value; Enter takes it, Escape leaves it. */
  type() {
    const field = element("input", { type: "number", class: "rgw-field", "aria-label": this.label, min: this.low, max: this.high, step: "any", value: this.current });
    const close = (take) => {
      if (!field.isConnected || field.closing) return;
      field.closing = true;
      field.replaceWith(this.value);
      if (take && Number.isFinite(field.valueAsNumber)) this.set(field.valueAsNumber);
      this.show();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === "Escape") {
        event.preventDefault(); // or Enter would press the button that gets the focus
        close(event.key === "Enter");
        this.value.focus();
      }
    });
    field.addEventListener("blur", () => close(true));
    this.value.replaceWith(field);
    field.select();
  }
}

/** `render` of a widget whose scene is made of the model and the kernels of these families, each
 *  one name or two: "plain faster", see `loadKernels`. */
export function renders(SceneOfIt, ...families) {
  const load = (names) => loadKernels(...names.split(" ").map((name) => decodeBase64(WASM_BASE64[name])));
  return (context) => mount(context, async (model) => new SceneOfIt(model, ...(await Promise.all(families.map(load)))));
}

/** Mount a figure; where that fails, say so in a sentence and leave the still in its place. */
export async function mount(context, make) {
  try {
    const figure = new Figure(context, await make(context.model));
    context.el.figure = figure;
    return () => figure.remove();
  } catch (error) {
    const sentence = `This figure cannot run here (${error.message}).`;
    context.el.replaceChildren(element("p", { class: "rgw-error", role: "alert" }, sentence));
    console.warn(error);
    return undefined;
  }
}
