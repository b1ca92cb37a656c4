// The landing page's lattice: as wide as the screen, at the critical temperature, alive.
//
// It goes on from the still image that is there before any script, whose pixels are its spins.

import kernels from "../../../rgcourse/widgets/ising.wasm";
import { Lattice, pixel } from "../../../rgcourse/widgets/js/lattice.js";
import { loadKernels } from "../../../rgcourse/widgets/js/wasm.js";

const CRITICAL_TEMPERATURE = 2 / Math.log1p(Math.SQRT2);
const LIVELY = 10_000; // milliseconds after the last touch; then it calms down
const CALM_EVERY = 250;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

class Hero {
  constructor(root, still, kernels) {
    this.root = root;
    this.L = still.naturalWidth;
    this.lattice = new Lattice(kernels, this.L, 0);
    this.lattice.restore(spinsOf(still), crypto.getRandomValues(new Uint32Array(8)));
    this.lattice.set(CRITICAL_TEMPERATURE, 0);

    this.sheet = new OffscreenCanvas(this.L, this.L);
    this.image = new ImageData(this.L, this.L);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", still.alt);
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.addEventListener("click", () => this.run(!this.running));
    root.prepend(this.canvas);
    root.append(this.button);

    this.resize();
    for (const image of root.querySelectorAll(".rg-hero-still")) image.hidden = true;
    new ResizeObserver(() => this.resize()).observe(root);
    new MutationObserver(() => this.resize()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      this.schedule();
    }).observe(root);
    root.addEventListener("pointermove", () => (this.touched = performance.now()));
    this.run(!calm.matches);
  }

  run(running) {
    this.running = running;
    this.touched = performance.now();
    this.button.textContent = running ? "Pause" : "Play";
    this.schedule();
  }

  schedule() {
    if (this.pending || !this.running || !this.visible) return;
    this.pending = true;
    const frame = () => {
      this.pending = false;
      if (!this.running || !this.visible) return;
      this.lattice.heatBath();
      this.draw();
      this.schedule();
    };
    const lively = !calm.matches && performance.now() - this.touched < LIVELY;
    if (lively) requestAnimationFrame(frame);
    else setTimeout(frame, CALM_EVERY);
  }

  /** Whole screen pixels for each spin, and never more than one copy of the lattice. */
  resize() {
    const style = getComputedStyle(this.root);
    [this.up, this.down] = ["up", "down"].map((s) => pixel(style.getPropertyValue(`--rg-${s}`).trim()));
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight].map((n) =>
      Math.round(n * devicePixelRatio),
    );
    [this.canvas.width, this.canvas.height] = [width, height];
    this.scale = Math.ceil(Math.max(width, height) / this.L);
    this.draw();
  }

  draw() {
    const { canvas, sheet, scale, up, down, L, pixels } = this;
    const spins = this.lattice.spins(0);
    for (let i = 0; i < pixels.length; i++) pixels[i] = spins[i] > 0 ? up : down;
    sheet.getContext("2d").putImageData(this.image, 0, 0);
    const pen = canvas.getContext("2d", { alpha: false });
    pen.imageSmoothingEnabled = false;
    const size = L * scale;
    pen.drawImage(sheet, Math.round((canvas.width - size) / 2), Math.round((canvas.height - size) / 2), size, size);
  }
}

/** The spins of the still: light pixels are up. */
function spinsOf(image) {
  const n = image.naturalWidth;
  const pen = new OffscreenCanvas(n, n).getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, n, n);
  return Int8Array.from({ length: n * n }, (_, i) => (data[4 * i] > 128 ? 1 : -1));
}

async function start(root) {
  const still = [...root.querySelectorAll(".rg-hero-still")].find((image) => image.offsetParent !== null);
  const [made] = await Promise.all([loadKernels(kernels), still.decode()]);
  root.hero = new Hero(root, still, made);
  performance.mark("rg-alive");
}

for (const root of document.querySelectorAll(".rg-hero")) {
  start(root)
    .catch((reason) => console.warn("The lattice stays a picture:", reason))
    .finally(() => document.dispatchEvent(new Event("rg-alive"))); // what waits for it may come
}
