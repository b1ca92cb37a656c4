// What may wait for the first frame of what lives on a page: formulas, the fonts of code and of
// italics, the answers to exercises. Where nothing lives, all of it comes at once.

const here = (path) => new URL(path, document.currentScript.src).href;
const PATIENCE = 5000; // milliseconds, should nothing come alive
const FIGURE = "script[type='application/vnd.jupyter.widget-view+json']";
const files = {
  fonts: here("late.css"),
  mathjax: here("mathjax/tex-mml-chtml.js"),
  answers: here("rg-answers.js"),
  look: here("answers.css"),
};
let loaded = false;

function load() {
  if (loaded) return;
  loaded = true;
  const style = (href) =>
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
  style(files.fonts);
  const script = (id, src) => document.head.append(Object.assign(document.createElement("script"), { id, src }));
  if (document.querySelector(".math")) script("MathJax-script", files.mathjax);
  if (document.querySelector("form.rg-self")) {
    style(files.look);
    script("answers-script", files.answers);
  }
}

function wait() {
  if (!document.querySelector(FIGURE)) return load();
  document.addEventListener("rg-alive", load);
  setTimeout(() => {
    if (!loaded) document.documentElement.classList.add("rg-stuck"); // shows the stills
    load();
  }, PATIENCE);
}

wait();
