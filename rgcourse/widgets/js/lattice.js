// One square lattice in WebAssembly memory: updates, measurements, block spins; and its picture.

import { Settling } from "./equilibrium.js";

export const COORDINATION = 4;
const JOURNEY = 2; // warm-ups from any lattice to any temperature, and for the largest

export class Lattice extends Settling {
  quick = true;

  /** A lattice of side L that can be zoomed out `levels` times; `recipe` says how it starts: see
   *  `RECIPE` in rgcourse/widgets/_lattice.py. */
  constructor(kernels, L, levels, recipe) {
    super();
    Object.assign(this, { kernels, L, recipe });
    this.sites = L * L;
    this.steps = [kernels.allocate("int8", this.sites)];
    for (let k = 1; k <= levels; k++) this.steps.push(kernels.allocate("int8", this.sites >> (2 * k)));
    this.labels = kernels.allocate("int32", this.sites + 8);
    this.siteThresholds = kernels.allocate("uint32", 4 * (COORDINATION + 1));
    this.bondThreshold = kernels.allocate("uint32", 2);
    this.state = kernels.allocate("uint32", 8);
    this.coins = kernels.allocate("uint32", 8);
  }

  /** The equilibrated lattice that belongs to a seed (eight words of 32 bits), T and h. */
  start(seedWords, T, h) {
    this.restore(new Int8Array(this.sites).fill(1), seedWords);
    this.arrive({ T, h }, this.recipe.warm_up);
  }

  /** Clusters need no field: from the lattice without it, turned to its side, single spins go on. */
  *equilibration({ T, h }, sweeps = JOURNEY * this.recipe.warm_up) {
    this.set(T, 0);
    for (let k = 0; k < sweeps; k++) {
      this.swendsenWang();
      yield;
    }
    if (h === 0) return;
    if (this.magnetization() * h < 0) this.turn();
    this.set(T, h);
    for (let k = 0; k < this.recipe.field_warm_up; k++) {
      this.heatBath();
      yield;
    }
  }

  /** Every spin the other way round. */
  turn() {
    const spins = this.kernels.view("int8", this.steps[0], this.sites);
    for (let i = 0; i < spins.length; i++) spins[i] = -spins[i];
  }

  /** Go on from given spins with a generator of its own. */
  restore(spins, seedWords) {
    this.seedWords = seedWords;
    this.kernels.view("uint32", this.state, 8).set(seedWords);
    this.kernels.view("int8", this.steps[0], this.sites).set(spins);
  }

  set(T, h) {
    this.kernels.heat_bath_thresholds(1 / T, h, COORDINATION, this.siteThresholds);
    this.kernels.bond_threshold(1 / T, this.bondThreshold);
  }

  /** Each update returns the share of the lattice it has dealt with. */
  heatBath() {
    this.kernels.local_sweep_2d(this.steps[0], this.L, this.siteThresholds, this.state);
    return 1;
  }

  wolff() {
    const { kernels, steps, L, bondThreshold, labels, state } = this;
    return Number(kernels.wolff_cluster_2d(steps[0], L, bondThreshold, labels, state)) / this.sites;
  }

  swendsenWang() {
    const { kernels, steps, L, bondThreshold, labels, state } = this;
    kernels.swendsen_wang_sweep_2d(steps[0], L, bondThreshold, labels, state);
    return 1;
  }

  /** -<s s'> per site, and the mean spin of the lattice or of its block spins. */
  energy() {
    return -Number(this.kernels.bond_sum_2d(this.steps[0], this.L)) / this.sites;
  }

  magnetization(level = 0) {
    const sites = this.sites >> (2 * level);
    return Number(this.kernels.spin_sum(this.steps[level], sites)) / sites;
  }

  /** Let 2 x 2 blocks vote, `levels` times. The coins for ties start afresh: a lattice that
   *  stands still gives the same picture again. */
  zoomOut(levels) {
    for (let k = 0; k < levels; k++) {
      this.kernels.view("uint32", this.coins, 8).set(this.seedWords);
      this.kernels.majority_2d(this.steps[k], this.L >> k, 2, this.steps[k + 1], this.coins);
    }
  }

  spins(level) {
    return this.kernels.view("int8", this.steps[level], this.sites >> (2 * level));
  }

  /** What a `Painter` draws: n x n bytes, 1 for up and 255 (a spin of -1) for down. */
  picture(level) {
    const { length } = this.spins(level);
    return { values: this.kernels.view("uint8", this.steps[level], length), n: this.L >> level, most: 1 };
  }
}

/** Draws square lattices on a canvas, one picture element a spin or a sum of spins. */
export class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.sheet = document.createElement("canvas");
  }

  /** Takes note of the size on screen; asked for at each drawing, it would cost a layout. */
  resize() {
    this.side = this.canvas.clientWidth * devicePixelRatio;
  }

  /** A picture of spins, or with the colour `zero` of bytes from -most to most, by their signs.
   *  Repeats each spin until the picture is as large as on screen, so that the browser only ever
   *  scales down: scaled up by a broken number, some spins would be wider than others. */
  draw({ values, n, most }, up, down, zero) {
    const repeat = Math.max(1, Math.ceil(this.side / n - 0.01));
    if (this.n !== n) {
      this.n = this.sheet.width = this.sheet.height = n;
      this.image = new ImageData(n, n);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    if (this.shaded !== `${most} ${up} ${down} ${zero}`) {
      this.shaded = `${most} ${up} ${down} ${zero}`;
      this.shades = shades(up, down, most, zero);
    }
    const { pixels, shades: colours } = this;
    for (let i = 0; i < pixels.length; i++) pixels[i] = colours[values[i]];
    if (this.canvas.width !== n * repeat) this.canvas.width = this.canvas.height = n * repeat;
    if (repeat === 1) {
      this.context.putImageData(this.image, 0, 0);
      return;
    }
    this.sheet.getContext("2d").putImageData(this.image, 0, 0);
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(this.sheet, 0, 0, n * repeat, n * repeat);
  }

  /** A line around the cells, of side x side, for which `inside` holds. */
  outline(side, inside, colour) {
    const { context, canvas } = this;
    const cell = canvas.width / side;
    const width = Math.max(2, canvas.width / 120);
    const has = (x, y) => Math.min(x, y) >= 0 && Math.max(x, y) < side && inside(y * side + x);
    context.fillStyle = colour;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        if (!has(x, y)) continue;
        if (!has(x - 1, y)) context.fillRect(x * cell, y * cell, width, cell);
        if (!has(x + 1, y)) context.fillRect((x + 1) * cell - width, y * cell, width, cell);
        if (!has(x, y - 1)) context.fillRect(x * cell, y * cell, cell, width);
        if (!has(x, y + 1)) context.fillRect(x * cell, (y + 1) * cell - width, cell, width);
      }
    }
  }
}

/** Pixels for 0 .. `most` spins up, from down to up; the last, 255, is for a single spin down. With
 *  `zero`, for signed bytes: from there to up where they are positive, to down where negative. */
function shades(up, down, most, zero) {
  if (zero !== undefined) {
    const of = (byte) => mixed(zero, byte < 0 ? down : up, Math.min(1, Math.abs(byte) / most));
    return Uint32Array.from({ length: 256 }, (_, k) => of((k << 24) >> 24));
  }
  const colours = new Uint32Array(256).fill(down);
  for (let k = 0; k <= most; k++) colours[k] = mixed(down, up, k / most);
  return colours;
}

/** A colour #rrggbb as one pixel of an image. */
export function pixel(colour) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** Between two colours of pixels, so far from the first to the second. */
export function mixed(from, to, share) {
  const part = (shift) => Math.round(((from >>> shift) & 255) * (1 - share) + ((to >>> shift) & 255) * share) << shift;
  return ((255 << 24) | part(16) | part(8) | part(0)) >>> 0;
}

/** The number of the cell under the pointer, of side x side on a canvas. */
export function cellUnder(event, side) {
  const box = event.target.getBoundingClientRect(); // a finger is told of when its event is over
  const at = (share) => Math.min(side - 1, Math.max(0, Math.floor(share * side)));
  return at((event.clientY - box.top) / box.height) * side + at((event.clientX - box.left) / box.width);
}
