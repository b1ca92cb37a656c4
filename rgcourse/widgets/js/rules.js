// A rule for block spins on paper: the states of a block with what each becomes, and a bar of what is kept.

import { element, fitted, number } from "./dom.js";

const TALL = 12; // pixels of letters
const ROOM = 20; // above each row of tiles, for the name of its group
const PARTS = { block: 44, arrow: 20, output: 28 }; // of a tile, where there is room for it
const COLUMNS = 4;
const COIN = ["surface", "ink", "\u00bd"]; // fill, letter and sign of a state that a coin decides

/** A canvas that knows its size and the colours of the theme. */
class Drawing {
  constructor(size) {
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.root = element("div", { class: `rgw-plot ${size}` }, this.canvas);
  }

  resize() {
    Object.assign(this, fitted(this.canvas));
    this.family = getComputedStyle(this.canvas).fontFamily;
  }

  begin() {
    this.pen.clearRect(0, 0, this.width, this.height);
    this.pen.font = `${TALL}px ${this.family}`;
  }

  box(x, y, width, height, fill, stroke = "ctrl", thick = 1) {
    const { pen, colour } = this;
    if (fill) pen.fillStyle = colour(fill);
    if (fill) pen.fillRect(x, y, width, height);
    if (!stroke) return;
    Object.assign(pen, { strokeStyle: colour(stroke), lineWidth: thick });
    pen.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  }

  words(text, x, y, { colour = "muted", align = "left", weight = 400, size = TALL } = {}) {
    const { pen } = this;
    Object.assign(pen, {
      fillStyle: this.colour(colour),
      textAlign: align,
      font: `${weight} ${size}px ${this.family}`,
    });
    pen.fillText(text, x, y);
  }

  line(x0, y0, x1, y1, colour, width = 1, dash = []) {
    const { pen } = this;
    pen.beginPath();
    pen.moveTo(x0, y0);
    pen.lineTo(x1, y1);
    Object.assign(pen, { strokeStyle: this.colour(colour), lineWidth: width });
    pen.setLineDash(dash);
    pen.stroke();
    pen.setLineDash([]);
  }
}

/** The states of a block in groups, four a row, each with the spin that it becomes. */
export class Tiles extends Drawing {
  /** `groups`: pairs of a name and states; `spins` of each state; `press(place)` for a click. */
  constructor(groups, spins, press) {
    super("rgw-tall");
    Object.assign(this, { groups, spins, order: groups.flatMap(([, states]) => states) });
    this.canvas.style.cursor = "pointer";
    this.canvas.addEventListener("click", (event) => {
      const box = this.canvas.getBoundingClientRect();
      const column = Math.floor(((event.clientX - box.left) / box.width) * COLUMNS);
      const row = Math.floor(((event.clientY - box.top) / box.height) * this.rows);
      const place = row * COLUMNS + column;
      if (this.order[place] !== undefined) press(place);
    });
  }

  get rows() {
    return this.order.length / COLUMNS;
  }

  /** Corner and size of a tile. */
  cell(place) {
    const [width, height] = [this.width / COLUMNS, this.height / this.rows];
    return { x: (place % COLUMNS) * width, y: Math.floor(place / COLUMNS) * height, width, height };
  }

  /** Where the output of a tile is drawn: corner and side. */
  output(place) {
    const { x, y, width, height } = this.cell(place);
    const { block, arrow, output } = PARTS;
    const scale = Math.min(1, (width - 12) / (block + arrow + output), (height - ROOM - 8) / block);
    const left = x + 6;
    const middle = y + ROOM + (height - ROOM - 4) / 2;
    return {
      left,
      middle,
      scale,
      x: left + scale * (block + arrow),
      y: middle - (scale * output) / 2,
      side: scale * output,
    };
  }

  draw(rule, chosen) {
    this.begin();
    let place = 0;
    for (const [name, states] of this.groups) {
      const { x, y } = this.cell(place);
      this.words(name, x + 6, y + TALL + 2);
      for (const state of states) this.tile(place++, state, rule[state]);
    }
    const { x, y, width, height } = this.cell(chosen);
    this.box(x + 1, y + ROOM - 2, width - 6, height - ROOM, undefined, "accent", 2);
  }

  tile(place, state, up) {
    const { left, middle, scale, x, y, side } = this.output(place);
    const half = (scale * PARTS.block) / 2;
    this.spins[state].forEach((spin, i) => {
      const tone = spin > 0 ? "up" : "down";
      this.box(left + (i % 2) * half, middle - half + Math.floor(i / 2) * half, half, half, tone);
    });
    const [from, to] = [left + 2 * half + 3, x - 3];
    this.line(from, middle, to, middle, "muted");
    for (const wing of [-4, 4]) this.line(to - 4, middle + wing, to, middle, "muted");
    const [fill, colour, sign] = up === 0.5 ? COIN : up ? ["up", "down", "+"] : ["down", "up", "\u2212"];
    this.box(x, y, side, side, fill);
    this.words(sign, x + side / 2, middle + 6, { align: "center", weight: 700, size: 16, colour });
  }
}

const STRIP = 16; // pixels
const [TOP, BELOW] = [22, 70]; // of the strips
const BEYOND = 0.5; // of the stretch between the marks, shown on each side

/** What is kept, as a bar from nothing to all there is, and magnified where it matters. */
export class Bar extends Drawing {
  constructor() {
    super("rgw-small");
  }

  /** Ends of the magnified stretch. */
  ends({ majority, best }) {
    const reach = BEYOND * (best - majority);
    return [majority - reach, best + reach];
  }

  /** Where on the canvas a value stands, in the whole bar or in the magnified one. */
  across(value, low, high) {
    return ((value - low) / (high - low)) * this.width;
  }

  draw({ kept, majority, best, all }) {
    this.begin();
    const { width } = this;
    const [low, high] = this.ends({ majority, best });
    this.words("kept, of all that the block knows", 0, TOP - 8);
    this.strip(TOP, kept, 0, all);
    this.strip(BELOW, kept, low, high);
    this.line(this.across(low, 0, all), TOP + STRIP, 0, BELOW, "ctrl", 1, [3, 3]);
    this.line(this.across(high, 0, all), TOP + STRIP, width, BELOW, "ctrl", 1, [3, 3]);
    const marks = [
      [majority, "majority", "ink"],
      [best, "best of all rules", "ok"],
    ];
    for (const [value, name, colour] of marks) {
      this.mark(TOP, this.across(value, 0, all), colour);
      const x = this.across(value, low, high);
      this.mark(BELOW, x, colour);
      this.words(`${name} ${number(value, 4)}`, x, BELOW + STRIP + 18, { colour, align: "center", weight: 550 });
    }
    if (kept < low) this.words("\u25c2 yours", 4, BELOW + 12, { colour: "accent", weight: 550 });
  }

  strip(y, value, low, high) {
    const filled = Math.max(0, Math.min(this.width, this.across(value, low, high)));
    if (filled) this.box(0, y, filled, STRIP, "accent", "");
    this.box(0, y, this.width, STRIP);
  }

  mark(y, x, colour) {
    for (const [tone, width] of Object.entries({ surface: 4, [colour]: 2 }))
      this.line(x, y - 3, x, y + STRIP + 3, tone, width);
  }
}
