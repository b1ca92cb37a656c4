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

/** How wide the column of text is. An inline box, such as a paragraph that a title runs into, has no
 *  width of its own, nor has the span of the formula: in a row of boxes it is as wide as that. */
function columnOf(box) {
  let column = box.parentElement;
  const narrow = (box) => box.matches(".math") || getComputedStyle(box).display === "inline";
  while (column !== article && narrow(column)) column = column.parentElement;
  return column.clientWidth;
}

function reach() {
  for (const box of article.querySelectorAll("mjx-container[display]")) {
    scrollable(box, box.scrollWidth > box.clientWidth + 1);
  }
  // A formula in the text does not break; one that is wider than its column gets a box of its own.
  for (const box of article.querySelectorAll("mjx-container:not([display])")) {
    const column = columnOf(box);
    // One that has its own box is as wide as the column at most: what it holds tells.
    const wide = column > 0 && Math.max(box.scrollWidth, box.offsetWidth) > column + 1;
    box.classList.toggle("rg-wide", wide);
    scrollable(box, wide);
  }
}

// MathJax sets the formulas after the page is there, and then the page changes its height.
if (article) new ResizeObserver(reach).observe(article);

// The page as PDF: every browser saves as one what it could print, see print.css.
document.querySelector(".rg-print")?.addEventListener("click", () => window.print());
