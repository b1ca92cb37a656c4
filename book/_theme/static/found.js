// Results of the search as they are seen: definitions, pages, a sentence of each page, its sections.

(() => {
  const { common, find, quote, ready, root, tokens } = globalThis.rgFind;
  const IN_DIALOG = 6;

  function element(tag, options = {}, ...children) {
    const { className, href, text } = options;
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (href) made.setAttribute("href", href);
    if (text) made.textContent = text;
    made.append(...children);
    return made;
  }

  /** The sentences of a text. A dot in a number or after an initial ends none. */
  const sentences = (text) => text.match(/.+?(?:[.?!:](?=\s+["“(]?\p{Lu})|$)/gu) ?? [];

  /** How much a sentence says of what was asked: its words first, other names of them second. */
  const says = (text, groups, wanted) => {
    const found = new Set(tokens(text));
    const asked = groups.filter((group) => group.some((word) => found.has(word))).length;
    return 10 * asked + [...wanted].filter((word) => found.has(word)).length;
  };

  /** The sentence of a page that says most of what was asked, and what follows while there is
      room; of equal ones that of the best section. */
  function passage(texts, first, groups, wanted) {
    let [all, best, most] = [[], 0, -1];
    for (const text of [texts[first], ...texts]) {
      const here = sentences(text ?? "");
      here.forEach((sentence, i) => {
        const score = says(sentence, groups, wanted);
        if (score > most) [all, best, most] = [here, i, score];
      });
    }
    let out = (all[best] ?? "").trim();
    if (out.length > 260) out = `${out.slice(0, 250).replace(/\s\S*$/, "")} …`;
    for (let i = best + 1; i < all.length && out.length + all[i].length < 230; i++) out += ` ${all[i].trim()}`;
    return out;
  }

  /** The passage with what was asked for marked. */
  function marked(text, wanted) {
    const line = element("p", { className: "rg-found-text" });
    for (const piece of text.split(/([\p{L}\p{M}\p{N}]+)/u)) {
      const [word] = tokens(piece);
      line.append(word && wanted.has(word) ? element("mark", { text: piece }) : piece);
    }
    return line;
  }

  const address = (page, section) => root + (page.u || "#") + (section ? `#${page.s[section][0]}` : "");

  function definition(term) {
    const link = element("a", { href: root + term.u, text: term.t });
    return element(
      "li",
      { className: "rg-found-term" },
      element("p", { className: "rg-found-title" }, link, element("span", { text: "glossary" })),
      element("p", { className: "rg-found-text", text: term.x }),
    );
  }

  function result(hit, groups, wanted, brief) {
    const { page, sections } = hit;
    const title = element("a", { href: address(page), text: page.t });
    const where = [page.n, page.p].filter(Boolean).join(" · ");
    const item = element(
      "li",
      { className: "rg-found-page" },
      element("p", { className: "rg-found-title" }, title, element("span", { text: where })),
    );
    if (brief) return item;
    const slot = element("p", { className: "rg-found-text" });
    item.append(slot);
    const best = sections[0]?.i ?? 0;
    quote(page.number)
      .then((texts) => slot.replaceWith(marked(passage(texts, best, groups, wanted), wanted)))
      .catch(() => slot.remove());
    const deeper = sections.filter(({ i }) => i > 0).slice(0, 3);
    if (deeper.length) {
      const list = element("ul", { className: "rg-found-sections" });
      for (const { i } of deeper) {
        list.append(element("li", {}, element("a", { href: address(page, i), text: page.s[i][1] })));
      }
      item.append(list);
    }
    return item;
  }

  function words(found, asked) {
    if (!asked) return "";
    if (common(asked)) return "These words stand on every page; ask for a rarer one.";
    if (!found.query.groups.length) return "No word to look for: ask for one of two letters or more.";
    if (!found.pages.length) return `Nothing about “${asked}”. The glossary and the index list the subjects.`;
    const many = found.pages.length;
    const pages = many === 1 ? "1 page" : `${many} pages`;
    const { guessed } = found.query;
    if (guessed.length) return `No page has “${guessed.join(" ")}”; ${pages} with a word like it`;
    return found.all ? pages : `No page has all of these words; ${pages} with some of them`;
  }

  /** Show what a question finds in a box: a sentence with the number, and a list. */
  async function show(box, question, brief = false) {
    const asked = question.trim();
    box.dataset.asked = asked;
    try {
      await ready();
    } catch {
      box.replaceChildren(element("p", { className: "rg-found-count", text: "The index of the search is not there." }));
      return;
    }
    if (box.dataset.asked !== asked) return; // a newer question
    const found = find(asked);
    const wanted = new Set(found.query.groups.flat());
    for (const term of found.query.named) for (const word of term.forms.flat()) wanted.add(word);
    const status = element("p", { className: "rg-found-count", text: words(found, asked) });
    const list = element("ol", { className: "rg-found" });
    const shown = brief ? found.pages.slice(0, IN_DIALOG) : found.pages;
    list.append(...found.terms.map(definition), ...shown.map((hit) => result(hit, found.query.groups, wanted, brief)));
    box.replaceChildren(status, ...(list.children.length ? [list] : []));
  }

  // -- In the dialog: while one types; arrows go through the results --------------------------------

  function dress(dialog) {
    const field = dialog.querySelector('input[name="q"]');
    if (!field) return;
    const box = element("div", { className: "rg-found-box" });
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Results");
    box.setAttribute("aria-live", "polite");
    dialog.append(box);
    const update = () => {
      if (field.value.trim()) show(box, field.value, true);
      else {
        box.dataset.asked = "";
        box.replaceChildren();
      }
    };
    field.addEventListener("focus", () => ready().catch(() => {}));
    field.addEventListener("input", update);
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      const stops = [field, ...box.querySelectorAll("a")];
      const at = stops.indexOf(document.activeElement);
      const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
      if (at < 0 || !next) return;
      event.preventDefault();
      next.focus();
    });
  }

  const dialog = document.getElementById("pst-search-dialog");
  if (dialog) dress(dialog);

  // -- On its page ---------------------------------------------------------------------------------

  const page = document.getElementById("search-results");
  if (page) {
    page.setAttribute("role", "region");
    page.setAttribute("aria-label", "Results");
    page.setAttribute("aria-live", "polite");
    const asked = new URLSearchParams(location.search).get("q") ?? "";
    const field = document.querySelector('.bd-search-container input[name="q"]');
    if (field) {
      field.value = asked;
      field.focus();
      field.addEventListener("input", () => {
        const address = new URL(location.href);
        address.searchParams.set("q", field.value);
        try {
          history.replaceState(null, "", address);
        } catch {
          // A folder has no history that may be written.
        }
        show(page, field.value);
      });
      field.form.addEventListener("submit", (event) => {
        event.preventDefault();
        show(page, field.value);
      });
    }
    if (asked) show(page, asked);
  }
})();
