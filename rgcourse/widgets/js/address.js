// The state of a figure in the address of its page of the book: `#figure-2:T=2.35,level=3` sets these
// controls of the second figure. What an address says beside that is ignored.

import { element, write } from "./dom.js";

const PATTERN = /^#figure-(\d{1,3}):(.*)$/s;

/** Which figure of the page this is, from one; 0 outside the book. */
function place(figure) {
  if (!("content_root" in document.documentElement.dataset)) return 0;
  const slot = figure.el.closest(".rgw-slot");
  return 1 + [...document.querySelectorAll(".rgw-slot")].indexOf(slot);
}

/** The controls that have a value: all but buttons. */
function valued(figure) {
  return figure.controls.filter((control) => control.kind !== "button");
}

/** The end of an address that leads to a figure as it is now. */
function written(figure) {
  const pairs = valued(figure).map(({ trait, current }) => `${trait}=${encodeURIComponent(current)}`);
  return `#figure-${place(figure)}:${pairs.join(",")}`;
}

/** What an address sets in a figure, { trait: value }; undefined where it is not about the figure. */
function found(figure, hash) {
  const [, number, pairs] = hash.match(PATTERN) ?? [];
  if (!number || Number(number) !== place(figure)) return undefined;
  const said = new Map(pairs.split(",").map((pair) => pair.split("=", 2)));
  const values = {};
  for (const control of valued(figure)) {
    const value = control.read(decoded(said.get(control.trait) ?? ""));
    if (value !== undefined) values[control.trait] = value;
  }
  return values;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** Go to the state of the page's address, if it is one of this figure. */
function open(figure) {
  const values = found(figure, location.hash);
  if (!values) return;
  figure.set(values);
  figure.refresh();
  requestAnimationFrame(() => figure.root.scrollIntoView({ block: "start" }));
}

/** In the book a figure follows the address; elsewhere it does nothing. */
export function follow(figure) {
  if (!place(figure)) return;
  const again = ({ target }) => {
    const link = target.closest?.("a[href*='#figure-']");
    if (link && link.href === location.href) open(figure); // the address does not change, the state does
  };
  const changed = () => open(figure);
  globalThis.addEventListener("hashchange", changed);
  document.addEventListener("click", again);
  figure.off.push(() => {
    globalThis.removeEventListener("hashchange", changed);
    document.removeEventListener("click", again);
  });
  open(figure);
}

/** A button that copies the address of the state, or shows it where the browser copies nothing. */
export function copyButton(figure) {
  if (!place(figure)) return undefined;
  const said = element("span", { class: "rgw-reason", role: "status" });
  const copy = async () => {
    history.replaceState(history.state, "", written(figure));
    const copied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    write(said, copied ? "Copied." : "The address of this page now leads here.");
    setTimeout(() => write(said, ""), 4000);
  };
  const button = element("button", { type: "button", class: "rgw-copy", click: copy }, "Copy link to this state");
  return element("span", { class: "rgw-link" }, button, said);
}
