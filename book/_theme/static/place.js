// Where the reader is: the sections of this page with the one being read, how far down it is, pages
// that have been read, and the way on along a route. `routes.py` tells of the pages of the book.

(() => {
  const { rgKeep } = globalThis;
  const article = document.querySelector(".bd-article");
  const data = document.getElementById("rg-book");
  if (!article || !data) return;
  const { here, pages } = JSON.parse(data.textContent);
  const LINGER = 4000; // milliseconds at the end of a page that has been read
  const STAY = 20000; // milliseconds on it, at least
  const ROUTES = ["physics", "learning", "teaching"];
  const header = document.querySelector(".bd-header-article");
  const contents = document.querySelector(".rg-contents nav");

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(name, value);
      else if (value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  // ------------------------------------------------------------------ skipping

  /** Past the menus means to the text, and from there to what lives. */
  function skips() {
    const first = document.querySelector("#pst-skip-link a, a.skip-link");
    if (!first) return;
    article.id ||= "text";
    article.tabIndex = -1;
    first.href = `#${article.id}`;
    const view = document.querySelector("script[type='application/vnd.jupyter.widget-view+json']");
    const slot = view?.closest(".rgw-slot, .cell_output");
    if (!slot) return;
    slot.id ||= "first-live-figure";
    slot.tabIndex = -1;
    const second = make("a", { href: `#${slot.id}` }, "Skip to the live figure");
    second.className = first.className;
    first.after(" ", second);
  }

  // ---------------------------------------------------------------- the sections

  const bar = make("div", { class: "rg-progress", "aria-hidden": "true" });
  const now = make("span", { class: "rg-here-name" }, "On this page");
  const menu = make("details", { class: "rg-here" });
  let sections = []; // { top, links } in the order of the page
  let obstacles = []; // [top, bottom] of what stands in the margin
  let fresh = false;

  const links = () => [...document.querySelectorAll(".rg-contents nav li > a, .rg-here li > a")];

  function build() {
    const top = () => make("a", { href: "#", class: "rg-top" }, "Back to the top");
    header.append(bar);
    if (!contents) return;
    const list = contents.querySelector("ul").cloneNode(true);
    const summary = make("summary", { "aria-label": "On this page" }, now);
    menu.append(summary, make("nav", { "aria-label": "Sections of this page" }, top(), list));
    header.querySelector(".header-article-items__start")?.append(menu);
    contents.append(top());
    const close = (event) => {
      if (menu.open && !(event.type === "keydown" ? event.key !== "Escape" : menu.contains(event.target))) {
        menu.open = false;
        if (event.type === "keydown") summary.focus();
      }
    };
    document.addEventListener("keydown", close);
    document.addEventListener("pointerdown", close);
    menu.addEventListener("click", (event) => {
      if (event.target.closest("a")) menu.open = false;
    });
  }

  /** Places on the page, kept until it changes its size. */
  function measure() {
    const seen = new Map();
    for (const link of links()) {
      const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!section?.checkVisibility()) continue;
      if (!seen.has(section)) seen.set(section, { top: section.getBoundingClientRect().top + scrollY, links: [] });
      seen.get(section).links.push(link);
    }
    sections = [...seen.values()];
    const column = contents?.getBoundingClientRect();
    const reach = column?.width ? column.left - 8 : Number.POSITIVE_INFINITY;
    obstacles = [...article.querySelectorAll("aside, div, figure, table, img")]
      .map((node) => node.getBoundingClientRect())
      .filter(({ right, height }) => right > reach && height > 0)
      .map(({ top, bottom }) => [top + scrollY, bottom + scrollY]);
    fresh = true;
  }

  function follow() {
    if (!fresh) measure();
    const box = article.getBoundingClientRect();
    const way = box.height - innerHeight;
    const done = way > 0 ? Math.min(1, Math.max(0, -box.top / way)) : 1;
    bar.style.transform = `scaleX(${done.toFixed(4)})`;
    if (!contents) return;
    const line = scrollY + 0.3 * innerHeight;
    const atEnd = done > 0.999 && scrollY > 0;
    const current = atEnd ? sections.length - 1 : sections.findLastIndex(({ top }) => top <= line);
    for (const [k, section] of sections.entries()) {
      for (const link of section.links) {
        link.classList.toggle("rg-passed", k < current);
        if (k === current) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      }
    }
    const name = sections[current]?.links[0].textContent.trim() ?? "On this page";
    if (now.textContent !== name) now.textContent = name;
    const list = contents.getBoundingClientRect();
    const [top, bottom] = [list.top + scrollY - 12, list.bottom + scrollY + 12];
    const aside = obstacles.some(([from, to]) => from < bottom && to > top);
    contents.classList.toggle("rg-aside", aside);
    menu.classList.toggle("rg-beside", !aside && list.height > 0);
  }

  let asked = false;
  const ask = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      follow();
    });
  };

  // -------------------------------------------------------------------- reading

  /** The marks, whatever else has been written there by hand. */
  const read = () => {
    const kept = rgKeep.get("read", {});
    return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  };
  const box = make("input", { type: "checkbox", change: () => mark(here, box.checked) });

  function mark(name, done) {
    const marks = { ...read() };
    if (done) marks[name] = 1;
    else delete marks[name];
    rgKeep.set("read", Object.keys(marks).length ? marks : undefined);
    show();
  }

  /** The page counts as read when its end has been in sight for a while, and not at once. */
  function watchTheEnd() {
    const opened = performance.now();
    let timer;
    const end = document.querySelector(".prev-next-footer") ?? article.lastElementChild;
    const seen = new IntersectionObserver((entries) => {
      clearTimeout(timer);
      if (!entries.at(-1).isIntersecting) return;
      const wait = Math.max(LINGER, STAY - (performance.now() - opened));
      timer = setTimeout(() => {
        seen.disconnect(); // a tick taken away stays away
        if (!document.hidden) mark(here, true);
      }, wait);
    });
    seen.observe(end);
  }

  // --------------------------------------------------------------------- routes

  const route = () => {
    const name = rgKeep.get("route", "");
    return ROUTES.includes(name) ? name : "";
  };
  const on = (name) => (name ? pages.filter(({ routes }) => routes.includes(name)) : pages);

  function choose(name) {
    rgKeep.set("route", ROUTES.includes(name) ? name : undefined);
    show();
  }

  /** The neighbours of this page on a route, also where it is not on it. */
  function neighbours(name) {
    const order = pages.findIndex((page) => page.name === here);
    const stops = on(name).map((page) => [pages.indexOf(page), page]);
    return [stops.findLast(([k]) => k < order)?.[1], stops.find(([k]) => k > order)?.[1]];
  }

  function wayOn() {
    const nav = document.querySelector(".prev-next-area");
    if (!nav) return;
    const name = route();
    const [before, after] = neighbours(name);
    const along = name ? ` on the ${name} route` : " page";
    const link = (page, side, word, rel) => {
      const second = page.second ? [" ", make("span", { class: "rg-second" }, page.second)] : [];
      const words = make("span", {}, `${word}${along}`);
      return make("a", { class: side, rel, href: page.href }, words, ` ${page.title}`, ...second);
    };
    nav.replaceChildren();
    if (before) nav.append(link(before, "left-prev", "Previous", "prev"));
    if (after) nav.append(link(after, "right-next", "Next", "next"));
  }

  const choosers = [];

  function chooser() {
    const select = make("select", { change: () => choose(select.value) });
    for (const name of ["", ...ROUTES]) {
      const text = name ? `${name} (${on(name).length} pages)` : "all pages";
      select.append(make("option", { value: name }, text));
    }
    choosers.push(select);
    return make("label", { class: "rg-route" }, "Route ", select);
  }

  const tally = make("p", { class: "rg-tally" });
  const sidebar = document.querySelector(".bd-links, nav.bd-links");

  function buildReading() {
    const foot = document.querySelector(".prev-next-footer");
    const top = make("a", { href: "#", class: "rg-top" }, "Back to the top");
    const ticked = make("label", { class: "rg-read" }, box, " I have read this page");
    foot?.prepend(make("div", { class: "rg-end" }, ticked, chooser(), top));
    sidebar?.prepend(make("div", { class: "rg-way" }, chooser(), tally));
  }

  function show() {
    const [marks, name] = [read(), route()];
    box.checked = here in marks;
    for (const select of choosers) select.value = name;
    for (const node of document.querySelectorAll("button[data-rg-route]")) {
      node.setAttribute("aria-pressed", String(node.dataset.rgRoute === name));
    }
    const stops = on(name);
    const count = stops.filter((page) => page.name in marks).length;
    const clear = make("button", { type: "button", class: "rg-clear", click: () => forget() }, "Forget");
    tally.replaceChildren(`${count} of ${stops.length} read`, ...(Object.keys(marks).length ? [" ", clear] : []));
    const byHref = new Map(pages.map((page) => [new URL(page.href || location.href, location.href).pathname, page]));
    for (const link of sidebar?.querySelectorAll("li > a") ?? []) {
      const page = byHref.get(new URL(link.href).pathname);
      if (!page) continue;
      link.classList.toggle("rg-off-route", !stops.includes(page));
      link.querySelector(".rg-tick")?.remove();
      if (!(page.name in marks)) continue;
      link.append(make("span", { class: "rg-tick" }, make("span", { class: "visually-hidden" }, " (read)")));
    }
    wayOn();
  }

  function forget() {
    rgKeep.set("read", undefined);
    show();
    sidebar?.querySelector("select")?.focus();
  }

  // ---------------------------------------------------------------------- begin

  skips();
  if (header) build();
  buildReading();
  show();
  watchTheEnd();
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest?.("[data-rg-route]");
    if (chosen) choose(chosen.dataset.rgRoute);
  });
  addEventListener("storage", show); // another page of the book, in another window
  addEventListener("pageshow", (event) => event.persisted && show());
  if (header) {
    new ResizeObserver(() => {
      fresh = false;
      ask();
    }).observe(article);
    addEventListener("scroll", ask, { passive: true });
    addEventListener("resize", () => {
      fresh = false;
      ask();
    });
  }
})();
