// The story alone: one switch in the header folds all code, and is remembered. A line in the place
// of each cell's code opens it.

(() => {
  const { rgKeep } = globalThis;
  const root = document.documentElement;
  const button = document.querySelector(".rg-code-switch");
  const cells = [...document.querySelectorAll("details.rg-code")];
  // As the page has them: imports, drawings and asserted sentences are folded anyway.
  const asPrinted = new Map(cells.map((cell) => [cell, cell.open]));

  function fold(folded) {
    for (const cell of cells) cell.open = !folded && asPrinted.get(cell);
    root.dataset.code = folded ? "folded" : "shown";
    root.dataset.codeSet = "";
    button.setAttribute("aria-pressed", String(folded));
  }

  /** What stood at the top of the window stays there when the code above it goes. */
  function keepPlace(change) {
    const nodes = document.querySelectorAll(".bd-article :is(h1, h2, h3, p, figure, .cell_output)");
    const anchor = [...nodes].find((node) => node.getBoundingClientRect().bottom > 60);
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (anchor && scrollY > 0) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
  }

  if (!button || !cells.length) return;
  button.hidden = false;
  fold(rgKeep.get("code", "shown") === "folded");
  button.addEventListener("click", () => {
    const folded = root.dataset.code !== "folded";
    rgKeep.set("code", folded ? "folded" : undefined);
    keepPlace(() => fold(folded));
  });
})();
