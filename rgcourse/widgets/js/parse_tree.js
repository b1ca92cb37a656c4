// A sentence, the tree above it, and what a learner calls its symbols, with a score for each level.

import { clamp, element, fitted, number } from "./dom.js";

const ROW = 46; // pixels from one level to the next
const KINDS = ["cold", "hot", "critical", "ok"]; // of marks, each full and hollow
export const RIGHT = 1 - 1e-9; // of the symbols: all, but for rounding

/** Draws `sentence` of a scene, from the label down, and its `levels`, from the text up. */
export class ParseTree {
  constructor(scene) {
    this.scene = scene;
    this.canvas = element("canvas", { class: "rgw-rows", "aria-hidden": "true" });
  }

  draw() {
    const { canvas } = this;
    const { L, sentence } = this.scene;
    canvas.style.height = `${(L + 1) * ROW}px`;
    const { width, pen } = fitted(canvas);
    const margin = width < 520 ? 62 : 150;
    const place = (l, i) => [((i + 0.5) * (width - margin)) / (1 << l), (l + 0.5) * ROW];
    for (let l = 0; l < L; l++)
      for (const [i, symbol] of sentence[l].entries()) this.drawPair(pen, l, i, symbol, place);
    const room = (width - margin) / (1 << L);
    pen.textAlign = "center";
    sentence[L].forEach((symbol, i) => {
      const [x, y] = place(L, i);
      pen.fillStyle = this.scene.colour("ink");
      if (room > 9) pen.fillText("abcdefgh"[symbol], x, y + 4);
      else pen.fillRect(x - 0.5, y - 4, Math.max(1, room / 3), 8);
    });
    for (let l = 0; l <= L; l++) this.drawScore(pen, l, width - margin + 10, (l + 0.5) * ROW, margin > 100);
  }

  /** The level of symbols l as it was learnt, if it was. */
  level(l) {
    return this.scene.levels[this.scene.L - 1 - l];
  }

  /** A symbol, the lines to its pair, and what the learner calls it. */
  drawPair(pen, l, i, symbol, place) {
    const [x, y] = place(l, i);
    const level = this.level(l);
    const name = level ? level.names[i] : -1;
    const called = name < 0 ? -1 : level.match[name];
    const colour = this.scene.colour(called < 0 ? "ctrl" : KINDS[called % 4]);
    const radius = clamp(0.42 * (place(l, 1)[0] - place(l, 0)[0]), 1, 11);
    Object.assign(pen, { strokeStyle: colour, fillStyle: colour, lineWidth: called < 0 ? 1 : 1.5 });
    for (const child of [2 * i, 2 * i + 1]) {
      const [below, end] = place(l + 1, child);
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(below, end - 9);
      pen.stroke();
    }
    const hollow = called < 0 || called >= 4;
    pen.beginPath();
    pen.arc(x, y, called < 0 ? Math.min(radius, 4) : radius, 0, 2 * Math.PI);
    pen.fillStyle = hollow ? this.scene.colour("surface") : colour;
    pen.fill();
    pen.stroke();
    if (called < 0) return;
    if (radius > 7) {
      pen.fillStyle = hollow ? colour : this.scene.colour("surface");
      pen.textAlign = "center";
      pen.fillText("ABCDEFGH"[called], x, y + 4);
    }
    if (called !== symbol) this.strike(pen, x, y, radius);
  }

  strike(pen, x, y, radius) {
    Object.assign(pen, { strokeStyle: this.scene.colour("ink"), lineWidth: 1.5 });
    pen.beginPath();
    pen.moveTo(x - 1.1 * radius, y + 1.1 * radius);
    pen.lineTo(x + 1.1 * radius, y - 1.1 * radius);
    pen.stroke();
  }

  /** How right a level is: a share, a tick, and a bar for the information kept. */
  drawScore(pen, l, x, y, wide) {
    const level = this.level(l);
    Object.assign(pen, { textAlign: "left", fillStyle: this.scene.colour("muted") });
    if (l === this.scene.L) pen.fillText("text", x, y + 4);
    else if (!level) pen.fillText(this.scene.L - l > this.scene.height ? "not asked" : "\u2026", x, y + 4);
    else {
      const ticked = level.right > RIGHT;
      pen.fillStyle = this.scene.colour(ticked ? "ok" : "ink");
      pen.fillText(`${number(level.right, 2)}${ticked ? ` \u2713` : ""}`, x, y - 2);
      const length = wide ? 110 : 46;
      Object.assign(pen, { strokeStyle: this.scene.colour("ctrl"), lineWidth: 1, fillStyle: this.scene.colour("ink") });
      pen.strokeRect(x + 0.5, y + 5.5, length, 6);
      pen.fillRect(x, y + 5, (length + 1) * level.kept, 7);
    }
  }
}
