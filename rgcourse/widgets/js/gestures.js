// Pointers on a picture. A finger that swipes up or down belongs to the page, which scrolls: it must
// drop, paint and move nothing. (The style sheet leaves that to the browser, `touch-action: pan-y`;
// but the browser tells of the first pixels of a swipe before it takes the pointer away.)

import { element } from "./dom.js";

const STILL = 4; // pixels: a mouse that moves less has clicked
const SLOP = 10; // pixels: a finger that moves less has tapped

/** Where an event is on a canvas, in pixels of the page. */
function place(canvas, event) {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/**
 * Tells `tell(event, phase)` where the pointer presses ("down"), drags ("move") and lets go ("up").
 * A finger that taps presses and lets go at once; one that moves sideways drags; one that moves up
 * or down does so only while `free()`.
 */
export function drag(canvas, tell, free = () => false) {
  let [start, held] = [undefined, false];
  canvas.classList.add("rgw-touch");
  const press = (event) => {
    held = true;
    tell(event, "down");
  };
  const end = () => {
    [start, held] = [undefined, false];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    canvas.setPointerCapture(event.pointerId);
    start = event;
    if (event.pointerType !== "touch" || free()) press(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!start) return;
    if (!held) {
      const [dx, dy] = [event.clientX - start.clientX, event.clientY - start.clientY].map(Math.abs);
      if (Math.max(dx, dy) < SLOP) return;
      if (dy >= dx) return end();
      press(start);
    }
    tell(event, "move");
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!start) return;
    if (!held) press(event);
    tell(event, "up");
    end();
  });
  canvas.addEventListener("pointercancel", (event) => {
    if (held) tell(event, "up");
    end();
  });
}

/** Like `drag`, for pictures that are painted on. Returns the button by which a finger may paint in
 *  all directions, for `scene.tools`; pressed again, the finger scrolls as before. */
export function paintable(canvas, tell) {
  let free = false;
  const turn = () => {
    free = !free;
    button.setAttribute("aria-pressed", String(free));
    canvas.classList.toggle("rgw-free", free);
  };
  const button = element("button", { type: "button", class: "rgw-finger", "aria-pressed": "false", click: turn });
  button.textContent = "Paint with a finger";
  drag(canvas, tell, () => free);
  return button;
}

/** Tells `act(event)` of every place that a mouse moves over, and of taps. */
export function point(canvas, act) {
  canvas.classList.add("rgw-point");
  canvas.addEventListener("click", act);
  canvas.addEventListener("pointermove", (event) => event.pointerType !== "touch" && act(event));
}

/** Wheel, drag and pinch on a plot that shows a window into something larger. Tells
 *  `zoom(x, y, factor)`, `pan(dx, dy)` and `pick(x, y)`, all in pixels of the canvas. The wheel
 *  belongs to the page until `awake()`, so that scrolling past the figure does nothing to it. */
export function listen(canvas, { zoom, pan, pick, awake }) {
  const pointers = new Map();
  let [start, moved, kind] = [undefined, 0, ""]; // of a gesture of one finger: "swipe" or "drag"
  const middle = () => {
    const all = [...pointers.values()];
    const [x, y] = [0, 1].map((i) => all.reduce((sum, at) => sum + at[i], 0) / all.length);
    const apart = all.length > 1 ? Math.hypot(all[0][0] - all[1][0], all[0][1] - all[1][1]) : 0;
    return { x, y, apart };
  };
  /** What is done with the pointer: up or down with one finger is a swipe, and the page's. */
  const judge = (event, now) => {
    if (event.pointerType !== "touch" || pointers.size > 1) return "drag";
    const [dx, dy] = [Math.abs(now.x - start[0]), Math.abs(now.y - start[1])];
    if (Math.max(dx, dy) < SLOP) return "";
    return dy >= dx ? "swipe" : "drag";
  };

  canvas.classList.add("rgw-touch");
  const wheel = (event) => {
    if (!event.ctrlKey && !awake()) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    zoom(...place(canvas, event), Math.exp(-0.0015 * Math.max(-400, Math.min(400, pixels))));
  };
  canvas.addEventListener("wheel", wheel, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    if (!pointers.size) [start, moved, kind] = [place(canvas, event), 0, ""];
    pointers.set(event.pointerId, place(canvas, event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    const before = middle();
    pointers.set(event.pointerId, place(canvas, event));
    const now = middle();
    kind ||= judge(event, now);
    if (kind !== "drag") return;
    moved += Math.hypot(now.x - before.x, now.y - before.y) + Math.abs(now.apart - before.apart);
    if (moved < STILL) return;
    pan(now.x - before.x, now.y - before.y);
    if (before.apart > 0) zoom(now.x, now.y, now.apart / before.apart);
  });
  const release = (event, taken) => {
    if (!pointers.delete(event.pointerId)) return;
    if (taken && moved < STILL && kind !== "swipe" && !pointers.size) pick(...place(canvas, event));
  };
  canvas.addEventListener("pointerup", (event) => release(event, true));
  canvas.addEventListener("pointercancel", (event) => release(event, false));
}
