// The anatomy that all live figures share: title and readouts, stage, controls, a line to try,
// caption; keyboard, clock, theme, and good manners (off screen, reduced motion, no kernel).

import { copyButton, follow } from "./address.js";
import { control } from "./controls.js";
import { element, number, write } from "./dom.js";
import { SLICE } from "./equilibrium.js";
import { pin } from "./pin.js";
import { Prediction } from "./prediction.js";
import { loadKernels } from "./wasm.js";

const FRAME_WORK = 8; // milliseconds of work in one frame, at most
const REPORT_EVERY = 125; // milliseconds between updates of readouts and of Python's traits
const CALM_EVERY = 500; // milliseconds between steps where reduced motion is asked for

export const calm = matchMedia("(prefers-reduced-motion: reduce)");
/** A name of its own on the page, whichever script made the others. */
function freshName() {
  globalThis.rgwFigures = (globalThis.rgwFigures ?? 0) + 1;
  return `rgw-${globalThis.rgwFigures}`;
}

export class Figure {
  constructor({ model, el }, scene) {
    Object.assign(this, { model, scene, el, sweeps: 0, pace: 0, visible: true, pending: 0, off: [] });
    this.id = freshName();
    scene.figure = this;
    scene.begin?.();
    this.build();
    el.replaceChildren(this.root);
    this.readColours();
    scene.resize();
    this.follow();
    if (calm.matches) this.set({ running: false });
    this.refresh();
    this.observe();
    this.off.push(pin(this));
    el.closest(".rgw-slot")?.classList.add("rgw-live");
    follow(this);
  }

  // ---------------------------------------------------------------- anatomy

  build() {
    const { scene, model, id } = this;
    const { readouts, legend, controls } = model.get("spec");
    this.outputs = {};
    const shown = readouts.map(([key, label]) => {
      this.outputs[key] = element("output", { "aria-live": "off", "data-key": key });
      return element("span", {}, element("span", { class: "rgw-key" }, label), " ", this.outputs[key]);
    });
    this.runButton = this.button("Run", () => this.set({ running: !this.running }), "Space");
    this.stepButton = this.button("Step", () => this.stepOnce(), "s");
    this.resetButton = this.button("Reset", () => this.reset(), "0");
    this.controls = controls.map((declared) => control(this, declared));
    this.sliders = this.controls.filter(({ place }) => place === "sliders");
    const tools = [...this.controls.filter(({ place }) => place === "tools").map(({ root }) => root), ...scene.tools];
    this.locked = element("fieldset", { class: "rgw-sliders" }, ...this.sliders.map(({ root }) => root));
    this.lockedTools = element("fieldset", { class: "rgw-lock" }, ...tools);
    this.verdict = element("p", { class: "rgw-reason", role: "status" });
    this.bet = new Prediction(this);
    const title = element("p", { class: "rgw-title", id: `${id}-title` }, model.get("title"));
    const attributes = {
      class: "rgw",
      tabindex: "0",
      "aria-labelledby": `${id}-title`,
      "data-lm-suppress-shortcuts": "true",
    };
    const tried = model.get("try_line");
    this.root = element(
      "figure",
      { ...attributes, keydown: (event) => this.key(event) },
      element("header", {}, title, element("div", { class: "rgw-readouts" }, ...shown)),
      scene.stage,
      this.bet.root,
      element(
        "div",
        { class: "rgw-controls" },
        element("div", { class: "rgw-buttons" }, this.runButton, this.stepButton, this.resetButton),
        this.locked,
        element("div", { class: "rgw-tools" }, this.lockedTools, copyButton(this), this.verdict),
      ),
      tried ? element("p", { class: "rgw-try" }, element("b", {}, "Try: "), tried) : undefined,
      element("figcaption", {}, element("span", {}, model.get("caption") || legend), " ", this.keyboardHelp()),
    );
    this.bet.lock();
  }

  button(label, action, key) {
    return element("button", { type: "button", click: action, "aria-keyshortcuts": key }, label);
  }

  /** The keys, each once: every one belongs to a button, a slider, a list or a box. */
  keyboardHelp() {
    const hints = [
      [["space"], "run/pause"],
      [["\u2190", "\u2192"], this.sliders[0].name],
      ...this.controls.flatMap(({ hints }) => hints),
      [["s"], "step"],
      [["0"], "reset"],
    ];
    const shown = hints.map(([keys, what]) =>
      element("span", {}, ...keys.map((key) => element("kbd", {}, key)), ` ${what}`),
    );
    return element("span", { class: "rgw-keys" }, ...shown.flatMap((hint) => [hint, " "]));
  }

  // ------------------------------------------------------------------ state

  set(traits) {
    for (const [name, value] of Object.entries(traits)) this.model.set(name, value);
    this.model.save_changes();
  }

  /** Redraw when Python, another view or this figure changes a trait. */
  follow() {
    this.initial = {};
    for (const name of this.scene.traits) {
      this.initial[name] = this.model.get(name);
      const changed = () => {
        this.scene.changed(name);
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
    this.scene.draw();
    for (const control of this.controls) control.show();
    this.report();
    this.schedule();
  }

  /** Readouts, the words for screen readers when at rest, and Python. */
  report() {
    for (const [key, text] of Object.entries(this.scene.read())) write(this.outputs[key], text);
    write(this.verdict, this.scene.say());
    this.bet.follow();
    if (!this.running || !this.spoken) this.scene.stage.setAttribute("aria-label", this.scene.words());
    this.spoken = true;
    this.set({ ...this.scene.report(), sweeps: this.sweeps });
  }

  stepOnce() {
    this.set({ running: false });
    while (this.scene.unsettled) this.scene.settle(Number.POSITIVE_INFINITY); // a step from there on
    this.sweeps += this.scene.step();
    this.refresh();
  }

  reset() {
    this.sweeps = 0;
    const kept = Object.fromEntries(this.scene.stays.map((name) => [name, this.model.get(name)]));
    this.set({ ...this.initial, ...kept, running: this.initial.running && !calm.matches });
    this.scene.reset();
    this.refresh();
  }

  // ------------------------------------------------------------------ clock

  /** Whether there is to be another frame: never out of sight, and while paused only for a lattice
   *  that is on its way to the temperature of the slider. */
  get awake() {
    return !this.gone && this.visible && (this.running || this.scene.unsettled);
  }

  schedule() {
    if (this.pending || !this.awake) return;
    const [next, pause] = [() => this.frame(), this.scene.unsettled ? 0 : CALM_EVERY];
    this.pending = calm.matches ? setTimeout(next, pause) : requestAnimationFrame(next);
  }

  /** Bring the scene to what its controls say, until a time of the clock. What lies on the way is
   *  not drawn: clusters that turn over sixty times a second would flicker. */
  settle(until) {
    if (this.scene.settle(until)) this.refresh();
    else this.schedule();
  }

  /** As many updates as fit beside the drawing, at least one. */
  frame() {
    this.pending = 0;
    if (!this.awake) return;
    const start = performance.now();
    if (this.scene.unsettled) {
      this.settle(start + SLICE);
      return;
    }
    const room = FRAME_WORK - (this.drawing ?? 2);
    const most = calm.matches ? 1 : this.scene.updates;
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
    this.sight = new IntersectionObserver((entries) => {
      this.visible = entries.at(-1).isIntersecting; // a page that was busy hands over several, the oldest first
      this.refresh();
    });
    this.sight.observe(this.root);
    this.theme = new MutationObserver(() => {
      this.readColours();
      this.refresh();
    });
    this.theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.theme.observe(document.body, { attributeFilter: ["data-jp-theme-light", "class"] });
    const redraw = () => {
      this.scene.resize();
      this.refresh();
    };
    this.size = new ResizeObserver(redraw);
    this.size.observe(this.scene.stage);
    document.fonts?.addEventListener("loadingdone", redraw); // what was drawn before has other letters
    this.off.push(() => document.fonts?.removeEventListener("loadingdone", redraw));
    this.followPixels(redraw);
  }

  /** Redraw when a pixel of the page becomes more or fewer of the screen: zoom, another screen. */
  followPixels(redraw) {
    const now = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    const changed = () => {
      if (this.gone) return;
      redraw();
      this.followPixels(redraw);
    };
    now.addEventListener("change", changed, { once: true });
  }

  readColours() {
    const style = getComputedStyle(this.root);
    this.scene.recolour((name) => style.getPropertyValue(`--${name}`).trim());
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
    const actions = Object.assign({}, ...this.controls.map(({ keys }) => keys), {
      " ": () => this.runButton.click(),
      s: () => this.stepButton.click(),
      0: () => this.resetButton.click(),
    });
    const action = direction ? () => moved.nudge(direction * (event.shiftKey ? 10 : 1)) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    if (!this.bet.open || " s".includes(event.key)) action();
  }
}

/** The module of a widget whose scene is made of the model and the kernels of these WebAssembly
 *  files; a pair stands for the plain and the faster file of the same kernels, see `loadKernels`. */
export function widget(SceneOfIt, ...files) {
  const make = async (model) =>
    new SceneOfIt(model, ...(await Promise.all(files.map((file) => loadKernels(...[file].flat())))));
  return { render: (context) => mount(context, make) };
}

/** Why a figure cannot run, for its reader. */
function reason(error) {
  const forbidden = !globalThis.WebAssembly || error instanceof WebAssembly.CompileError;
  return forbidden
    ? "this browser does not run WebAssembly, or its settings forbid it. The picture shows the figure at rest."
    : `${error.message}.`;
}

/** Mount a figure; where that fails, say so in a sentence and leave the still in its place. */
async function mount(context, make) {
  try {
    const figure = new Figure(context, await make(context.model));
    context.el.figure = figure;
    return () => figure.remove();
  } catch (error) {
    const sentence = `This figure cannot run here: ${reason(error)}`;
    context.el.closest(".rgw-slot")?.classList.add("rgw-failed");
    context.el.replaceChildren(element("p", { class: "rgw-error", role: "alert" }, sentence));
    console.warn(error);
    return undefined;
  }
}
