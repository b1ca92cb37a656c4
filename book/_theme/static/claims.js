// The claims of one grade alone, or those that were tested. Without this all cards are shown.

(() => {
  const list = document.querySelector("ul.rg-claims");
  if (!list) return;
  const cards = [...list.children];
  const CHOICES = [
    ["", "All"],
    ["rg-grade-theorem", "Theorems"],
    ["rg-grade-controlled", "Controlled"],
    ["rg-grade-metaphor", "Metaphors"],
    ["rg-grade-other", "Others"],
    ["rg-tested-no", "Not tested here"],
  ];
  const form = document.createElement("div");
  form.className = "rg-claims-form";
  form.setAttribute("role", "group");
  form.setAttribute("aria-label", "Which claims are shown");
  const count = document.createElement("output");
  const buttons = CHOICES.map(([kind, words]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", () => choose(kind));
    return { button, kind };
  });

  function choose(wanted) {
    let shown = 0;
    for (const card of cards) {
      card.hidden = Boolean(wanted) && !card.classList.contains(wanted);
      shown += !card.hidden;
    }
    for (const { button, kind } of buttons) button.setAttribute("aria-pressed", kind === wanted);
    count.value = `${shown} of ${cards.length} claims`;
  }

  /** A link to a card that is hidden shows all of them first. */
  function arrive() {
    const card = cards.find((each) => `#${each.id}` === location.hash);
    if (!card?.hidden) return;
    choose("");
    card.scrollIntoView();
  }

  form.append(...buttons.map(({ button }) => button), count);
  list.before(form);
  addEventListener("hashchange", arrive);
  choose("");
})();
