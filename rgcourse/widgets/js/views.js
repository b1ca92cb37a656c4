// Pictures of lattices on a stage, and the cell of one that is under the pointer.

import { element } from "./figure.js";
import { Painter } from "./lattice.js";

/** A canvas with its `Painter`, and a line of words below. */
export function view(...words) {
  const [canvas, label] = [element("canvas"), element("span", { class: "rgw-label" }, ...words)];
  return { canvas, label, painter: new Painter(canvas), root: element("div", {}, canvas, label) };
}

/** The number of the cell under the pointer, of side x side on a canvas. */
export function cellUnder(event, side) {
  const box = event.currentTarget.getBoundingClientRect();
  const at = (share) => Math.min(side - 1, Math.max(0, Math.floor(share * side)));
  return at((event.clientY - box.top) / box.height) * side + at((event.clientX - box.left) / box.width);
}
