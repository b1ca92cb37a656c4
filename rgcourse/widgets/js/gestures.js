// Wheel, drag and pinch on a plot that shows a window into something larger.

const STILL = 4; // pixels: a pointer that moves less has clicked

/** Tells `zoom(x, y, factor)`, `pan(dx, dy)` and `pick(x, y)`, all in pixels of the canvas. The wheel
 *  belongs to the page until `awake()`, so that scrolling past the figure does nothing to it. */
export function listen(canvas, { zoom, pan, pick, awake }) {
  const pointers = new Map();
  let moved = 0;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const middle = () => {
    const all = [...pointers.values()];
    const [x, y] = [0, 1].map((i) => all.reduce((sum, at) => sum + at[i], 0) / all.length);
    const apart = all.length > 1 ? Math.hypot(all[0][0] - all[1][0], all[0][1] - all[1][1]) : 0;
    return { x, y, apart };
  };

  canvas.classList.add("rgw-touch");
  const wheel = (event) => {
    if (!event.ctrlKey && !awake()) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    zoom(...place(event), Math.exp(-0.0015 * Math.max(-400, Math.min(400, pixels))));
  };
  canvas.addEventListener("wheel", wheel, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    if (!pointers.size) moved = 0;
    pointers.set(event.pointerId, place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    const before = middle();
    pointers.set(event.pointerId, place(event));
    const now = middle();
    moved += Math.hypot(now.x - before.x, now.y - before.y) + Math.abs(now.apart - before.apart);
    if (moved < STILL) return;
    pan(now.x - before.x, now.y - before.y);
    if (before.apart > 0) zoom(now.x, now.y, now.apart / before.apart);
  });
  const release = (event, taken) => {
    if (!pointers.delete(event.pointerId)) return;
    if (taken && moved < STILL && !pointers.size) pick(...place(event));
  };
  canvas.addEventListener("pointerup", (event) => release(event, true));
  canvas.addEventListener("pointercancel", (event) => release(event, false));
}
