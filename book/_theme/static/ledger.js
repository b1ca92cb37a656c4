// The ledger's long table, sorted and filtered. Without this it is whole, in the order of the book.

(() => {
  const FEW = 60; // rows: a shorter table is read, not searched
  const FAR = [
    ["", "at any distance"],
    ["0.3333", "beyond 1 σ, or a third of what is allowed"],
    ["0.6667", "beyond 2 σ, or two thirds"],
    ["1.0001", "known misses only"],
  ];
  const ORDERS = [
    ["page", "by page"],
    ["far", "farthest first"],
    ["near", "nearest first"],
    ["name", "by name"],
  ];

  const name = (row) => row.querySelector("th a").textContent;
  const far = (row) => Number(row.dataset.far);
  const COMPARE = {
    far: (a, b) => far(b) - far(a),
    near: (a, b) => far(a) - far(b),
    name: (a, b) => name(a).localeCompare(name(b)),
  };

  function choice(form, label, options) {
    const line = document.createElement("label");
    const select = document.createElement("select");
    select.setAttribute("aria-label", label); // without the words of its options
    for (const [value, words] of options) select.add(new Option(words, value));
    line.append(`${label} `, select);
    form.append(line);
    return select;
  }

  const kinds = (rows, key) => [...new Set(rows.map((row) => row.dataset[key]))].map((k) => [k, k]);

  function dress(box) {
    const table = box.querySelector("table");
    const groups = [...table.tBodies].map((body) => ({
      body,
      head: body.rows[0],
      page: body.dataset.page,
      title: body.querySelector("a").textContent,
      rows: [...body.rows].slice(1),
    }));
    const rows = groups.flatMap((group) => group.rows);
    if (rows.length < FEW) return;

    const form = document.createElement("form");
    form.className = "rg-ledger-form";
    form.setAttribute("aria-label", "Choose from the ledger");
    const page = choice(form, "page", [["", "all pages"], ...groups.map((g) => [g.page, g.title])]);
    const kind = choice(form, "kind", [["", "all kinds"], ...kinds(rows, "kind")]);
    const from = choice(form, "theirs is", [["", "from anywhere"], ...kinds(rows, "provenance")]);
    const apart = choice(form, "apart", FAR);
    const order = choice(form, "order", ORDERS);
    const count = document.createElement("output");
    form.append(count);
    box.prepend(form);
    const flat = document.createElement("tbody");

    function update() {
      const grouped = order.value === "page";
      let shown = 0;
      for (const group of groups) {
        let here = 0;
        for (const row of group.rows) {
          const fits =
            (!page.value || page.value === group.page) &&
            (!kind.value || kind.value === row.dataset.kind) &&
            (!from.value || from.value === row.dataset.provenance) &&
            (!apart.value || far(row) >= Number(apart.value));
          row.hidden = !fits;
          here += fits;
        }
        group.body.hidden = !grouped || !here;
        shown += here;
        if (grouped) group.body.append(...group.rows);
      }
      if (grouped) flat.remove();
      else {
        flat.replaceChildren(...[...rows].sort(COMPARE[order.value]));
        table.append(flat);
      }
      count.value = `${shown} of ${rows.length} numbers`;
    }

    form.addEventListener("change", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    update();
  }

  for (const box of document.querySelectorAll(".rg-ledger-box")) dress(box);
})();
