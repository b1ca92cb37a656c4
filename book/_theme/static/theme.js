// Formulas that are too wide scroll in themselves: let the keyboard reach them.
// (The theme does the same for code and tables.)

const article = document.querySelector(".bd-article");

function scrollable(box, wide) {
  if (wide) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Formula, scrolls sideways");
  } else if (box.getAttribute("role") === "group") {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}

function reach() {
  for (const box of article.querySelectorAll("mjx-container[display]")) {
    scrollable(box, box.scrollWidth > box.clientWidth + 1);
  }
  // A formula in the text does not break; one that is wider than its column gets a box of its own.
  for (const box of article.querySelectorAll("mjx-container:not([display])")) {
    const column = box.closest("p, li, dd, td, h1, h2, h3") ?? article;
    const wide = box.scrollWidth > column.clientWidth || box.offsetWidth > column.clientWidth;
    box.classList.toggle("rg-wide", wide);
    scrollable(box, wide);
  }
}

// MathJax sets the formulas after the page is there, and then the page changes its height.
if (article) new ResizeObserver(reach).observe(article);
