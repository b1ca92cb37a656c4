// Answers to exercises, checked where they are asked: `book/_theme/self_checks.py` writes the forms,
// the package's own validator judges, and nothing leaves the reader's machine. What was answered is
// kept under "answers": { "decimation/three-at-a-time": "0.22" } and judged anew when it is shown.

import { element, fromBase64, write } from "./dom.js";
import { readTyped } from "./typed.js";
import { loadKernels } from "./wasm.js";
import bytes from "../answers.wasm";

const RIGHT = 0;
const SOME = -10;
const SAID = { "-2": "not yet", "-3": "no error", "-4": "too sure", "-5": "too vague", "-6": "too far" };
const COUNT = -1;
const MOST = 304; // numbers in an answer: more than its characters

const filled = (text, ...parts) => text.replace(/\{(\d)\}/g, (_, k) => parts[k]);

/** The answers that are kept, whatever else has been written there by hand. */
function kept() {
  const all = globalThis.rgKeep.get("answers", {});
  return all && typeof all === "object" && !Array.isArray(all) ? all : {};
}

class SelfCheck {
  constructor(form, kernels, words, changed) {
    const { check: name, sealed, n, mistakes } = form.dataset;
    Object.assign(this, { form, kernels, words, changed, name, n: Number(n), mistakes: JSON.parse(mistakes) });
    this.sealed = fromBase64(sealed, BigUint64Array);
    this.numbers = kernels.allocate("uint64", this.sealed.length);
    this.given = kernels.allocate("float64", MOST);
    this.input = form.querySelector("input[type=text]");
    this.radios = [...form.querySelectorAll("input[type=radio]")];
    this.said = form.querySelector("output");
    form.querySelector(".rg-self-hint code").textContent = `selfcheck("${name}", ...)`;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer();
    });
    this.show();
  }

  typed() {
    return this.input ? this.input.value.trim() : (this.radios.find(({ checked }) => checked)?.value ?? "");
  }

  answer() {
    const answer = this.typed();
    const all = { ...kept(), [this.name]: answer || undefined };
    globalThis.rgKeep.set("answers", all);
    this.show();
    this.changed();
  }

  /** The kept answer and the verdict on it. */
  show() {
    const answer = kept()[this.name];
    const text = typeof answer === "string" ? answer : "";
    if (text && this.input) this.input.value = text;
    for (const radio of this.radios) radio.checked = radio.value === text;
    this.right = false;
    if (text || this.form.contains(document.activeElement)) this.say(text);
    this.form.classList.toggle("rg-self-right", this.right);
  }

  say(text) {
    try {
      const { values, error } = this.input ? readTyped(text) : this.chosen(text);
      const code = this.judge(values, error);
      this.right = code === RIGHT;
      write(this.said, this.verdict(code, values.length));
      this.input?.setAttribute("aria-invalid", "false");
    } catch (problem) {
      write(this.said, problem.message);
      this.input?.setAttribute("aria-invalid", "true");
    }
  }

  chosen(text) {
    const place = this.radios.findIndex(({ value }) => value === text);
    if (place < 0) throw new Error(this.words.choose);
    return { values: [place], error: undefined };
  }

  /** The package's verdict. What is right is uncovered in the kernel's memory, and covered no more. */
  judge(values, error) {
    const given = error === undefined ? values : [...values, error];
    this.kernels.view("uint64", this.numbers, this.sealed.length).set(this.sealed);
    this.kernels.view("float64", this.given, given.length).set(given);
    this.kernels.unseal(this.numbers, this.sealed.length);
    return this.kernels.judge(this.numbers, this.given, given.length, error === undefined ? 0 : 1);
  }

  verdict(code, count) {
    if (code === RIGHT) return this.words.right;
    if (code > 0) return filled(this.words.known, this.mistakes[code - 1]);
    if (code <= SOME) return filled(this.words.some, SOME - code, this.n);
    const asked = this.n === 1 ? this.words.one : filled(this.words.many, this.n);
    if (code === COUNT) return filled(this.words.count, asked, count);
    return this.words[SAID[code]];
  }
}

/** How many are right, below the heading of the exercises. */
function tally(checks) {
  const heading = checks[0].form.closest("section")?.querySelector("h2, h3");
  if (!heading) return () => {};
  const line = element("p", { class: "rg-self-count" });
  heading.after(line);
  return () => write(line, `${checks.filter(({ right }) => right).length} of ${checks.length} answered here`);
}

async function start() {
  const forms = [...document.querySelectorAll("form.rg-self")];
  const words = JSON.parse(document.querySelector("script.rg-self-words").textContent);
  const kernels = await loadKernels(bytes);
  let count = () => {};
  const checks = forms.map((form) => new SelfCheck(form, kernels, words, () => count()));
  count = tally(checks);
  count();
  const again = () => {
    for (const check of checks) check.show();
    count();
  };
  addEventListener("storage", again); // the same page in another window
  addEventListener("pageshow", (event) => event.persisted && again());
}

start();
