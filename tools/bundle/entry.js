// The one script of a page with live figures: Jupyter's HTML widget manager and anywidget,
// bundled, so that the page needs no RequireJS and no CDN.

import * as base from "@jupyter-widgets/base";
import { HTMLManager } from "@jupyter-widgets/html-manager/lib/htmlmanager";
import { renderWidgets } from "@jupyter-widgets/html-manager/lib/libembed";
import anywidget from "anywidget-amd";

const modules = { anywidget: anywidget(base) };

function loader(name) {
  if (name in modules) return Promise.resolve(modules[name]);
  return Promise.reject(new Error(`the book bundles no widget module ${name}`));
}

async function start() {
  await renderWidgets(() => new HTMLManager({ loader }));
  document.dispatchEvent(new Event("rg-alive")); // what waits for the first figure may come
}

if (document.readyState === "complete") start();
else addEventListener("load", start);
