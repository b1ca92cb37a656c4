// A figure that scrolls in its box can be reached by the keyboard, while it does.

function mark(box) {
  if (box.scrollWidth > box.clientWidth + 1) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Figure, scrolls sideways");
  } else for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
}

const boxes = new ResizeObserver((entries) => {
  for (const { target } of entries) mark(target);
});
for (const box of document.querySelectorAll(".rg-scroll")) boxes.observe(box);
