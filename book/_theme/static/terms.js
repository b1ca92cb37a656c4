// The definition of a marked word, in a box beside it: by hovering, by the keyboard's focus, or by a
// tap. Escape closes it, and the pointer may go into it. Without this script the word is a link.

(() => {
  const links = document.querySelectorAll("a.rg-term");
  if (!links.length) return;
  const box = document.createElement("div");
  box.className = "rg-definition";
  box.id = "rg-definition";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  document.body.append(box);
  const HOVER = 250; // milliseconds: a pointer that only passes opens nothing
  let open = null;
  let timer = 0;
  let touched = false;

  function line(text, className = "") {
    const made = document.createElement("p");
    made.textContent = text;
    made.className = className;
    return made;
  }

  function place(link) {
    const at = link.getClientRects()[0];
    const page = document.documentElement;
    const left = Math.min(at.left, page.clientWidth - box.offsetWidth - 16);
    const below = at.bottom + 6 + box.offsetHeight <= innerHeight || at.top < box.offsetHeight + 6;
    box.style.left = `${Math.max(16, left) + scrollX}px`;
    box.style.top = `${(below ? at.bottom + 6 : at.top - 6 - box.offsetHeight) + scrollY}px`;
  }

  function show(link) {
    clearTimeout(timer);
    if (open === link) return;
    hide();
    open = link;
    const { term, text, other } = link.dataset;
    const head = document.createElement("b");
    head.textContent = `${term}. `;
    const first = line("");
    first.append(head, text);
    const more = document.createElement("a");
    more.href = link.href;
    more.textContent = "In the glossary";
    more.tabIndex = -1; // the word itself leads there, too
    box.replaceChildren(first, ...(other ? [line(other, "rg-definition-other")] : []), more);
    box.hidden = false;
    link.setAttribute("aria-describedby", box.id);
    place(link);
  }

  function hide() {
    clearTimeout(timer);
    if (open) open.removeAttribute("aria-describedby");
    open = null;
    box.hidden = true;
  }

  const later = (action) => {
    clearTimeout(timer);
    timer = setTimeout(action, HOVER);
  };

  for (const link of links) {
    link.addEventListener("pointerenter", (event) => {
      if (event.pointerType !== "touch") later(() => show(link));
    });
    link.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") later(hide);
    });
    link.addEventListener("pointerdown", (event) => {
      touched = event.pointerType === "touch";
    });
    link.addEventListener("focus", () => {
      if (!touched) show(link);
    });
    link.addEventListener("blur", (event) => {
      if (!box.contains(event.relatedTarget)) hide();
    });
    // The first tap explains; what leads on stands in the box.
    link.addEventListener("click", (event) => {
      if (!touched) return;
      event.preventDefault();
      if (open === link) hide();
      else show(link);
      touched = false;
    });
  }
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") later(hide);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) hide();
  });
  document.addEventListener("pointerdown", (event) => {
    if (open && !box.contains(event.target) && !event.target.closest?.("a.rg-term")) hide();
  });
  addEventListener("resize", hide);
})();
