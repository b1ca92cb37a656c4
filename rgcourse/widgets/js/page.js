// Live figures of a page of the book, without a widget manager: each view that a page has is given
// its stored state and the module of its figure. A script mounts the figures that it has, and no other.

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

/** Mount one view; two views of one figure share its state. Where that cannot be, its still shows. */
async function mount(view, state, models) {
  const el = document.createElement("div");
  view.after(el);
  try {
    const { model_id: id } = JSON.parse(view.textContent);
    models[id] ??= new PageModel(state[id]);
    await figures[models[id].get("spec").module].render({ model: models[id], el });
    performance.mark("rg-alive");
  } catch (error) {
    view.closest(".rgw-slot")?.classList.add("rgw-failed");
    console.warn("A figure stays a picture:", error);
  }
}

async function start() {
  const { state } = JSON.parse(document.querySelector(STATE).textContent);
  const models = {};
  for (const view of document.querySelectorAll(VIEW)) {
    const module = state[JSON.parse(view.textContent).model_id]?.state.spec?.module;
    if (module && !(module in figures)) continue; // another script has it
    await mount(view, state, models);
    document.dispatchEvent(new Event("rg-alive")); // from here on the page may load what is heavy
  }
}

start();
