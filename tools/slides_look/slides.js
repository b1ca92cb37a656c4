// Keys and clickers turn the slides; the address keeps the number; what is too long is set smaller.

const slides = [...document.querySelectorAll(".slide")];
const STEPS = {
  ArrowRight: 1,
  ArrowDown: 1,
  PageDown: 1,
  " ": 1,
  Enter: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageUp: -1,
  Backspace: -1,
  Home: -slides.length,
  End: slides.length,
};
const SMALLEST = 50; // percent

const shown = () => Math.round(scrollY / innerHeight);

function show(number) {
  const place = Math.max(0, Math.min(slides.length - 1, number));
  slides[place].scrollIntoView({ behavior: "instant" });
  history.replaceState(null, "", `#${place + 1}`);
}

function fit() {
  for (const slide of slides) {
    const body = slide.querySelector(".body");
    body.style.fontSize = "";
    for (let size = 95; body.scrollHeight > body.clientHeight + 1 && size >= SMALLEST; size -= 5) {
      body.style.fontSize = `${size}%`;
    }
  }
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "f") document.documentElement.requestFullscreen();
  if (!(event.key in STEPS)) return;
  event.preventDefault();
  show(shown() + STEPS[event.key]);
});
let number = 0;
addEventListener("scroll", () => {
  number = shown();
});
addEventListener("resize", () => {
  fit();
  show(number);
});
document.fonts.ready.then(fit);
fit();
