// Live figures of a page of the book, without a widget manager: each view that a page has is given
// its stored state and the module of its figure.

import { fromBase64 } from "./dom.js";
import figures from "figures";

const VIEW = "script[type='application/vnd.jupyter.widget-view+json']";
const STATE = "script[type='application/vnd.jupyter.widget-state+json']";

/** The state of a figure, as `anywidget` offers it, with nobody at the other end. */
class PageModel {
  constructor({ state, buffers = [] }) {
    this.state = structuredClone(state);
    this.listeners = {};
    for (const { path, data } of buffers) {
      const last = path.at(-1);
      const owner = path.slice(0, -1).reduce((part, key) => part[key], this.state);
      owner[last] = new DataView(fromBase64(data).buffer);
    }
  }

  get(name) {
    return this.state[name];
  }

  set(name, value) {
    if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
    this.state[name] = value;
    for (const listener of this.listeners[`change:${name}`] ?? []) listener();
  }

  save_changes() {}

  on(event, listener) {
    this.listeners[event] = [...(this.listeners[event] ?? []), listener];
  }

  off(event, listener) {
    this.listeners[event] = (this.listeners[event] ?? []).filter((other) => other !== listener);
  }
}

async function start() {
  const { state } = JSON.parse(document.querySelector(STATE).textContent);
  for (const view of document.querySelectorAll(VIEW)) {
    const model = new PageModel(state[JSON.parse(view.textContent).model_id]);
    const el = document.createElement("div");
    view.after(el);
    await figures[model.get("spec").module].render({ model, el });
    // the first figure that is alive: from here on the page may load what is heavy
    performance.mark("rg-alive");
    document.dispatchEvent(new Event("rg-alive"));
  }
}

start();
