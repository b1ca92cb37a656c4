// Picture and control on one small screen: the stage stays in sight while a control is used, and the
// slider in use stays in reach while the picture is looked at. The style sheet does it, where the
// screen is narrow or low; here is what it cannot measure.

const HEADER = 44; // pixels: what may lie over the top of the page
const LOW = 0.3; // of the screen: controls that are lower stay in sight as a whole
const BEGUN = 0.45; // of the screen: controls come up when so much of it shows the figure

/** How far below the top of the screen the stage is held: higher, even beyond it, when the sliders
 *  below it would have no room. */
export function held(screen, stage, below) {
  return Math.min(HEADER, screen - stage - Math.min(below, 0.45 * screen));
}

const height = (node) => node?.offsetHeight ?? 0;

/** Follow the sizes of a figure, until the returned function is called. */
export function pin({ root, scene }) {
  const controls = root.querySelector(".rgw-controls");
  const measure = () => {
    const sliders = [...root.querySelectorAll(".rgw-slider")];
    const parts = [root.querySelector(".rgw-predict"), root.querySelector(".rgw-buttons"), ...sliders];
    const below = parts.reduce((sum, part) => sum + height(part) + 8, 8);
    root.style.setProperty("--rgw-held", `${held(innerHeight, height(scene.stage), below)}px`);
    root.toggleAttribute("data-low-controls", height(controls) <= LOW * innerHeight);
  };
  const size = new ResizeObserver(measure);
  for (const node of [scene.stage, controls]) size.observe(node);
  const begun = new IntersectionObserver(
    (entries) => root.toggleAttribute("data-begun", entries.at(-1).isIntersecting),
    { rootMargin: `0px 0px -${100 * BEGUN}% 0px` },
  );
  begun.observe(root);
  addEventListener("resize", measure);
  return () => {
    size.disconnect();
    begun.disconnect();
    removeEventListener("resize", measure);
  };
}
