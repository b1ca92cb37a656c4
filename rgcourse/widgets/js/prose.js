// Running text on a canvas: broken into lines, each word in a colour and a cut of its own, opened at
// two places at once.

import { element, fitted } from "./dom.js";

const SIZE = 17; // of the letters
const LEADING = 25;
const HEAD = 24; // above each opening, for its heading
const MARGIN = 8;
const STRETCH = 400; // words that are broken into lines together
const CUTS = ["400", "650", "italic 400"];

export class Prose {
  /** `press(word)` is called where the pointer presses, with the number of the word there. */
  constructor(press) {
    this.canvas = element("canvas", { "aria-hidden": "true", class: "rgw-touch" });
    this.root = element("div", { class: "rgw-prose" }, this.canvas);
    this.canvas.addEventListener("click", (event) => {
      const box = this.canvas.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const found = this.places.find((p) => x < p.x + p.width && x >= p.x && y < p.y + 6 && y >= p.y + 6 - LEADING);
      if (found) press(found.word);
    });
  }

  /** Takes note of the size on screen; letters may have become others. */
  resize() {
    Object.assign(this, fitted(this.canvas), { measured: new Map() });
    const style = getComputedStyle(this.canvas);
    [this.family, this.plain] = [style.fontFamily, getComputedStyle(this.root).fontFamily];
  }

  font(cut) {
    return `${CUTS[cut]} ${SIZE}px ${this.family}`;
  }

  widthOf(label, cut) {
    const key = cut + label;
    if (!this.measured.has(key)) {
      this.pen.font = this.font(cut);
      this.measured.set(key, this.pen.measureText(label).width);
    }
    return this.measured.get(key);
  }

  get space() {
    return this.widthOf(" ", 0) + 2;
  }

  /** The first words of the lines around a word: those from the start of its stretch to `rows` on. */
  lines({ length, label, cut }, at, rows) {
    const [room, { space }] = [this.width - 2 * MARGIN, this];
    const starts = [at - (at % STRETCH)];
    let [x, after] = [0, 0];
    for (let word = starts[0]; word < length && after <= rows; word++) {
      const width = this.widthOf(label(word), cut(word));
      if (x > 0 && x + width > room) {
        if (word > at) after++;
        starts.push(word);
        x = 0;
      }
      x += width + space;
    }
    return after > rows ? starts : [...starts, length];
  }

  begin() {
    this.pen.clearRect(0, 0, this.width, this.height);
    [this.places, this.headings] = [[], []];
  }

  /** Lines around a word in the upper (0) or lower (1) half, with a heading, the word in a box. */
  open(half, heading, at, text) {
    const { pen, height, width, colour, space } = this;
    const top = (half * height) / 2;
    const rows = Math.max(1, Math.floor((height / 2 - HEAD) / LEADING));
    const lines = this.lines(text, at, rows);
    const first = Math.max(0, lines.findLastIndex((start) => start <= at) - 1);
    this.headings.push([heading, top + 14]);
    pen.fillStyle = colour("rule");
    pen.fillRect(MARGIN, top + HEAD - 4, width - 2 * MARGIN, 1);
    let found;
    for (let row = 0; row < Math.min(rows, lines.length - 1 - first); row++) {
      const y = top + HEAD + (row + 0.75) * LEADING;
      for (let word = lines[first + row], x = MARGIN; word < lines[first + row + 1]; word++) {
        const [label, cut] = [text.label(word), text.cut(word)];
        Object.assign(pen, { font: this.font(cut), fillStyle: text.colour(word) });
        pen.fillText(label, x, y);
        const place = { word, x, y, width: this.widthOf(label, cut) };
        this.places.push(place);
        if (word === at) found = place;
        x += place.width + space;
      }
    }
    this.frame(found);
    return found;
  }

  frame({ x, y, width }) {
    Object.assign(this.pen, { strokeStyle: this.colour("accent"), lineWidth: 1.5 });
    this.pen.strokeRect(x - 2.5, y - 17, width + 5, 23);
  }

  /** An arc from below one place to above another, under the headings. */
  arc(from, to) {
    const { pen } = this;
    const [x0, y0, x1, y1] = [from.x + from.width / 2, from.y + 6, to.x + to.width / 2, to.y - 17];
    const bend = Math.min(60, (y1 - y0) / 2);
    pen.beginPath();
    pen.moveTo(x0, y0);
    pen.bezierCurveTo(x0, y0 + bend, x1, y1 - bend, x1, y1);
    Object.assign(pen, { strokeStyle: this.colour("accent"), lineWidth: 1.5 });
    pen.stroke();
    Object.assign(pen, { fillStyle: this.colour("muted"), textAlign: "left", font: `12px ${this.plain}` });
    Object.assign(pen, { strokeStyle: this.colour("surface"), lineWidth: 5, lineJoin: "round" });
    for (const [heading, y] of this.headings) {
      pen.strokeText(heading, MARGIN, y);
      pen.fillText(heading, MARGIN, y);
    }
  }
}
