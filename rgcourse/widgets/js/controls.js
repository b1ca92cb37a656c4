// Controls of a figure, each built from what Python declares at its trait (rgcourse/widgets/_declare.py).
// All have `root`, their element; `place`, where it stands; `hints`, pairs of keys and what they do;
// `keys`, { key: action }; `show()`, which brings them up to date; and where they have a value `read(text)`.

import { clamp, element, number, write } from "./dom.js";

/** The control that a declaration asks for. */
export function control(figure, declared) {
  const kinds = { slider: Slider, stops: Stops, choice: Choice, toggle: Toggle, button: Button };
  return new kinds[declared.kind](figure, declared);
}

class Control {
  place = "tools";

  constructor(figure, declared) {
    Object.assign(this, { figure, ...declared });
    this.hints = this.keys.length ? [[this.keys, this.hint ?? this.name]] : [];
  }

  get current() {
    return this.figure.model.get(this.trait);
  }

  set(value) {
    this.figure.set({ [this.trait]: value });
  }

  /** The value that a text stands for, as an address has it; undefined where it stands for none. */
  read(text) {
    const option = this.options?.find(([value]) => String(value) === text);
    return option && !this.figure.scene.unavailable().includes(option[0]) ? option[0] : undefined;
  }

  show() {}
}

/** A native slider with its label and its value, which can be clicked and typed over. */
export class Slider extends Control {
  place = "sliders";

  constructor(figure, declared) {
    super(figure, declared);
    const id = `${figure.id}-${this.trait}`;
    const { low: min, high: max, fine: step } = this;
    this.input = element("input", { type: "range", id, min, max, step, input: () => this.drag() });
    this.output = element("output", { for: id, "aria-live": "off" });
    const typed = { "aria-label": `Type a value for ${this.name}`, click: () => this.type() };
    this.value = element("button", { type: "button", class: "rgw-value", ...typed }, this.output);
    this.track = element("span", { class: `rgw-track ${this.heat ? "rgw-heat" : ""}` }, this.input);
    this.root = element(
      "div",
      { class: "rgw-slider" },
      element("label", { for: id }, this.label),
      this.track,
      this.value,
    );
    const [up, down] = this.keys;
    this.keys = {};
    if (down) Object.assign(this.keys, { [up]: () => this.nudge(1), [down]: () => this.nudge(-1) });
    else if (up)
      this.keys[up] = () => this.set(this.current + this.step > this.high ? this.low : this.current + this.step);
    for (const mark of this.marks) this.addMark(mark);
  }

  addMark([at, label, key]) {
    const go = () => this.set(at);
    const place = (at - this.low) / (this.high - this.low);
    const mark = { type: "button", class: "rgw-mark", "aria-label": `Set ${this.name} to ${label}`, click: go };
    const button = element("button", { ...mark, "aria-keyshortcuts": key || undefined }, label);
    for (const node of [this.track, button]) node.style.setProperty("--mark", place);
    this.track.append(button);
    if (!key) return;
    this.keys[key] = go;
    this.hints.push([[key], `${this.name} = ${label}`]);
  }

  /** `value`, or the nearest that the slider has. */
  inside(value) {
    const { low, high, grid } = this;
    const near = grid ? Number((low + Math.round((value - low) / grid) * grid).toFixed(6)) : value;
    return clamp(near, low, high);
  }

  set(value) {
    super.set(this.inside(value));
  }

  read(text) {
    const value = text.trim() ? Number(text) : Number.NaN;
    return Number.isFinite(value) ? this.inside(value) : undefined;
  }

  /** `value` as exactly as dragging resolves it. */
  rounded(value) {
    return Number((Math.round(value / this.fine) * this.fine).toFixed(6));
  }

  drag() {
    const value = Number(this.input.value);
    const caught = this.marks.find(([at]) => Math.abs(value - at) < (this.high - this.low) / 250);
    this.set(caught ? caught[0] : value);
  }

  /** Move by whole steps of the scale, however the value came to lie between two. */
  nudge(steps) {
    const place = this.current / this.step;
    const grid = steps > 0 ? Math.floor(place + 1e-6) : Math.ceil(place - 1e-6);
    this.set(Number(((grid + steps) * this.step).toFixed(6)));
  }

  /** A value in words. */
  say(value) {
    if (this.values) return this.values[Math.round(value - this.low)];
    return this.text.replace("{}", number(value, this.digits));
  }

  show() {
    this.input.value = this.current;
    const text = this.figure.scene.textOf(this.trait, this.current) ?? this.say(this.current);
    this.input.setAttribute("aria-valuetext", text);
    write(this.output, text);
  }

  /** Put a number field in place of the value; Enter takes it, Escape leaves it. */
  type() {
    const { low: min, high: max, current: value } = this;
    const attributes = { type: "number", class: "rgw-field", "aria-label": this.label, min, max, step: "any", value };
    const field = element("input", attributes);
    const close = (take) => {
      if (!field.isConnected || field.closing) return;
      field.closing = true;
      field.replaceWith(this.value);
      if (take && Number.isFinite(field.valueAsNumber)) this.set(field.valueAsNumber);
      this.show();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // or Enter would press the button that gets the focus
      close(event.key === "Enter");
      this.value.focus();
    });
    field.addEventListener("blur", () => close(true));
    this.value.replaceWith(field);
    field.select();
  }
}

/** A slider over some rising numbers, one step from each to the next. Its native input holds the
 *  number of the stop. */
class Stops extends Slider {
  constructor(figure, declared) {
    super(figure, declared);
    Object.assign(this.input, { min: 0, max: this.stops.length - 1, step: 1 });
  }

  /** The stop that is nearest by its ratio. */
  inside(value) {
    const off = this.stops.map((stop) => Math.abs(Math.log(stop / Math.max(value, 1e-9))));
    return this.stops[off.indexOf(Math.min(...off))];
  }

  rounded(value) {
    return value;
  }

  get number() {
    return this.stops.indexOf(this.inside(this.current));
  }

  drag() {
    this.set(this.stops[Number(this.input.value)]);
  }

  nudge(steps) {
    this.set(this.stops[clamp(this.number + steps, 0, this.stops.length - 1)]);
  }

  show() {
    super.show();
    this.input.value = this.number;
  }
}

/** A list to choose from; its key goes round. */
class Choice extends Control {
  constructor(figure, declared) {
    super(figure, declared);
    const change = () => this.set(this.options[this.select.selectedIndex][0]);
    const named = this.label ? {} : { "aria-label": this.name };
    const options = this.options.map(([value, text]) => element("option", { value }, text));
    this.select = element("select", { ...named, change }, ...options);
    this.root = this.label ? element("label", { class: "rgw-choice" }, `${this.label} `, this.select) : this.select;
    this.keys = Object.fromEntries(this.keys.map((key) => [key, () => this.next()]));
  }

  /** The option after the current one that can be chosen now. */
  next() {
    const n = this.options.length;
    const now = this.options.findIndex(([value]) => value === this.current);
    const after = Array.from({ length: n }, (_, i) => (now + 1 + i) % n);
    this.set(this.options[after.find((i) => !this.select?.options[i].disabled)][0]);
  }

  show() {
    const off = this.figure.scene.unavailable();
    this.select.selectedIndex = this.options.findIndex(([value]) => value === this.current);
    this.options.forEach(([value], i) => {
      this.select.options[i].disabled = off.includes(value);
    });
  }
}

/** A box to tick: a choice between two. */
class Toggle extends Control {
  constructor(figure, declared) {
    super(figure, declared);
    const [[off], [on]] = this.options;
    const turn = () => this.set(this.current === on ? off : on);
    this.input = element("input", { type: "checkbox", change: turn });
    this.root = element("label", {}, this.input, ` ${this.label}`);
    this.keys = Object.fromEntries(this.keys.map((key) => [key, turn]));
  }

  show() {
    this.input.checked = this.current === this.options[1][0];
  }
}

/** A button that calls the scene's method of its name. */
class Button extends Control {
  constructor(figure, declared) {
    super(figure, declared);
    const press = () => this.root.disabled || figure.scene[this.trait]();
    this.root = element("button", { type: "button", "aria-keyshortcuts": this.keys[0], click: press }, this.label);
    this.keys = Object.fromEntries(this.keys.map((key) => [key, press]));
  }

  show() {
    this.root.disabled = this.figure.scene.unavailable().includes(this.trait);
  }
}
