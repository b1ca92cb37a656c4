// Bets that answer back. The answers of a box *Predict first* become a choice; the first one made
// counts, until it is forgotten on purpose. The place of the text that answers says what one bet.
// Kept under "bets": { "page#1": { answer, at } }. Nothing leaves the reader's machine.

(() => {
  // the page's name, as the slip has it: its address from the root of the book on
  const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href).pathname;
  const pagename = location.pathname.slice(root.length).replace(/\.html$/, "");
  const all = () => {
    const kept = globalThis.rgKeep.get("bets", {});
    return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  };
  const kept = (key) => {
    const bet = all()[key];
    if (typeof bet?.answer !== "string" || typeof bet.at !== "string") return undefined;
    return /^[a-z]$/.test(bet.answer) && !Number.isNaN(Date.parse(bet.at)) ? bet : undefined;
  };
  const keep = (key, bet) => globalThis.rgKeep.set("bets", { ...all(), [key]: bet });

  function node(tag, attributes = {}, ...children) {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...children);
    return made;
  }

  // ------------------------------------------------------------------ a page

  class Bet {
    constructor(box, verdict, key) {
      const [, right] = verdict.className.match(/(?:^|\s)answer((?:-[a-z])+)(?:\s|$)/) ?? [];
      Object.assign(this, { box, verdict, key, right: (right ?? "").split("-").filter(Boolean) });
      this.choices = [...box.querySelectorAll(":scope > ul > li")].map((item) => this.choice(item));
      if (!this.right.length || this.choices.includes(undefined)) return;
      this.ask();
      this.said = node("p", { className: "rg-bet-said" });
      this.said.setAttribute("role", "status");
      this.actions = node("p", { className: "rg-bet-actions" });
      box.append(this.said, this.actions);
      this.mine = node("span", { className: "rg-bet-mine" });
      (verdict.querySelector("p") ?? verdict).prepend(this.mine);
      this.show();
    }

    /** A list item as a radio button with its words for a label; undefined where it has no letter. */
    choice(item) {
      const [, letter] = item.textContent.trim().match(/^\(([a-z])\)/) ?? [];
      if (!letter) return undefined;
      const input = node("input", { type: "radio", name: this.box.id, value: letter });
      input.addEventListener("change", () => this.choose(letter));
      const words = item.querySelector(":scope > p") ?? item;
      const label = node("label", {}, input, node("span", {}, ...words.childNodes));
      words.append(label);
      return { letter, input, item };
    }

    /** On paper one writes; here one chooses. */
    ask() {
      const walker = document.createTreeWalker(this.box, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const text = walker.currentNode;
        text.data = text.data.replace(/Write your answers? down/, "Choose your answer");
        if (text.data.trim() === "Choose your answer.") text.parentElement.classList.add("rg-bet-ask");
      }
      this.box.querySelector(":scope > ul").setAttribute("role", "radiogroup");
      this.box.querySelector(":scope > ul").setAttribute("aria-labelledby", `${this.box.id}-title`);
      this.box.querySelector(".admonition-title").id = `${this.box.id}-title`;
      for (const { item } of this.choices) item.setAttribute("role", "presentation");
    }

    /** The bet that is kept, if it is one of the choices. */
    bet() {
      const bet = kept(this.key);
      return this.choices.some(({ letter }) => letter === bet?.answer) ? bet : undefined;
    }

    choose(answer) {
      if (!this.bet()) keep(this.key, { answer, at: new Date().toISOString() });
      this.show();
    }

    forget() {
      keep(this.key, undefined);
      this.show();
      this.choices[0].input.focus();
    }

    show() {
      const bet = this.bet();
      for (const { letter, input, item } of this.choices) {
        input.checked = letter === bet?.answer;
        input.disabled = Boolean(bet);
        item.classList.toggle("rg-bet-chosen", input.checked);
      }
      this.box.classList.toggle("rg-bet-made", Boolean(bet));
      this.verdict.classList.toggle("rg-bet-answered", Boolean(bet));
      this.said.textContent = bet ? `Your bet is (${bet.answer}). The text will answer.` : "";
      this.mine.textContent = bet ? `You bet (${bet.answer}). ` : "";
      const forget = node("button", { type: "button", onclick: () => this.forget() }, "Forget my bet");
      const there = node("a", { href: `#${this.verdict.id}` }, "Go to the answer");
      this.actions.replaceChildren(...(bet ? [there, forget] : []));
    }
  }

  const boxes = [...document.querySelectorAll(".bd-article .admonition.predict[id^='bet-']")];
  boxes.forEach((box, i) => {
    const verdict = document.getElementById(`verdict-${i + 1}`);
    if (verdict) new Bet(box, verdict, `${pagename}#${i + 1}`);
  });

  // ---------------------------------------------------------------- the slip

  /** The slip as data: `rgcourse slips` reads it. */
  function slip(rows, name) {
    const made = rows.filter(({ bet }) => bet);
    const bets = made.map(({ key, title, right, bet: { answer, at } }) => {
      const [page, number] = key.split("#");
      return { page, number: Number(number), title, answer, right: right.includes(answer), at };
    });
    return { format: "rgcourse-bets-1", name, offered: rows.length, bets };
  }

  function asText({ name, offered, bets }) {
    const line = ({ page, title, answer, right: hit, at }) =>
      `${at.slice(0, 16).replace("T", " ")}  (${answer}) ${hit ? "right" : "wrong"}  ${page}: ${title}`;
    return `Bets of ${name || "(no name)"}: ${bets.length} of ${offered}\n\n${bets.map(line).join("\n")}\n`;
  }

  function save(text, type, file) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = node("a", { href: address, download: file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  function fill(place) {
    const rows = [...place.querySelectorAll("tr[data-bet]")].map((row) => ({
      row,
      key: row.dataset.bet,
      title: row.cells[1].textContent,
      right: [...row.dataset.right],
    }));
    const known = globalThis.rgKeep.get("name", "");
    const value = typeof known === "string" ? known : "";
    const name = node("input", { type: "text", maxLength: 80, value });
    name.addEventListener("input", () => globalThis.rgKeep.set("name", name.value));
    const count = node("p", { className: "rg-slip-count" });
    count.setAttribute("role", "status");
    const now = () => slip(rows, name.value.trim());
    const button = (label, act) => node("button", { type: "button", onclick: act }, label);
    const json = () => `${JSON.stringify(now(), undefined, 1)}\n`;
    const tools = node(
      "p",
      { className: "rg-slip-tools" },
      node("label", {}, "Name ", name),
      button("Save as a file", () => save(json(), "application/json", "bets.json")),
      button("Save as text", () => save(asText(now()), "text/plain", "bets.txt")),
      button("Print", () => globalThis.print()),
    );
    const show = () => {
      for (const one of rows) {
        one.bet = kept(one.key);
        const { bet, row, right } = one;
        const mark = right.includes(bet?.answer) ? " ✓" : "";
        row.cells[2].textContent = bet ? `(${bet.answer})` : "";
        row.cells[3].textContent = bet ? `(${right.join(") or (")})${mark}` : "";
        row.cells[4].textContent = bet ? bet.at.slice(0, 16).replace("T", " ") : "";
        row.classList.toggle("rg-bet-made", Boolean(bet));
      }
      const made = rows.filter(({ bet }) => bet);
      const hits = made.filter(({ bet, right }) => right.includes(bet.answer)).length;
      count.textContent = `${made.length} of ${rows.length} bets made, ${hits} of them right.`;
    };
    place.before(count, tools);
    addEventListener("pageshow", show);
    addEventListener("storage", show);
    show();
  }

  const place = document.querySelector(".rg-slip");
  if (place) fill(place);
})();
