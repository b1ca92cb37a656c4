// The page of written answers: what its reader marks is kept here, and saved as a table.
// Texts of students are never read as HTML: they are in the page, escaped, before this begins.
const { kept: KEPT, who: WHO, file: FILE } = document.body.dataset;
const sections = [...document.querySelectorAll(".question")];
const cards = [...document.querySelectorAll(".card")];
const state = document.getElementById("state");
const trouble = document.getElementById("trouble");
const unread = document.getElementById("unread");
let unsaved = 0; // changes since the table was saved
let current = null; // the card that keys act on

document.documentElement.classList.add("alive");

function complain(text) {
  trouble.textContent = text;
  trouble.hidden = false;
}

// --- what is kept ---------------------------------------------------------------------------

const nameOf = (card) => `${KEPT}/${card.dataset.student}/${card.closest(".question").dataset.question}`;
const itemsOf = (card) => [...card.querySelectorAll("fieldset")];
const chosen = (item) => item.querySelector("input:checked");
const pointsOf = (card) => itemsOf(card).map((item) => (chosen(item) ? Number(chosen(item).value) : null));
const commentOf = (card) => card.querySelector("textarea");

function keep(card) {
  const mark = { digest: card.dataset.digest, points: pointsOf(card), comment: commentOf(card).value };
  const empty = mark.points.every((points) => points === null) && !mark.comment;
  try {
    if (empty) localStorage.removeItem(nameOf(card));
    else localStorage.setItem(nameOf(card), JSON.stringify(mark));
  } catch {
    complain("This browser keeps nothing here: save the marks before you close the page.");
  }
  unsaved += 1;
  card.querySelector(".changed").hidden = true;
  show(card);
}

function recall(card) {
  let mark = null;
  try {
    mark = JSON.parse(localStorage.getItem(nameOf(card)));
  } catch {
    mark = null;
  }
  if (mark) {
    put(card, mark.points ?? [], mark.comment ?? "");
    card.querySelector(".changed").hidden = mark.digest === card.dataset.digest;
  } else put(card, [], "");
  show(card);
}

function put(card, points, comment) {
  itemsOf(card).forEach((item, number) => {
    for (const input of item.querySelectorAll("input"))
      input.checked = points[number] !== null && points[number] !== undefined && Number(input.value) === points[number];
  });
  commentOf(card).value = comment;
}

// --- what is shown --------------------------------------------------------------------------

function sum(card) {
  const points = pointsOf(card);
  const left = points.filter((one) => one === null).length;
  return { left, total: points.reduce((all, one) => all + (one ?? 0), 0), begun: left < points.length };
}

function show(card) {
  const { left, total, begun } = sum(card);
  card.querySelector(".sum output").textContent = begun ? `${total}${left ? `, ${left} to go` : ""}` : "not read";
  card.classList.toggle("read", left === 0);
}

function tell() {
  let read = 0;
  let partly = 0;
  for (const section of sections) {
    const own = [...section.querySelectorAll(".card")];
    const here = own.filter((card) => sum(card).left === 0).length;
    partly += own.filter((card) => sum(card).left && sum(card).begun).length;
    read += here;
    document.querySelector(`[data-tab="${CSS.escape(section.dataset.question)}"]`).textContent =
      `${here}/${own.length}`;
  }
  state.textContent =
    `${read} of ${cards.length} read${partly ? `, ${partly} in part` : ""}` + (unsaved ? ", not saved" : "");
}

function filter() {
  for (const card of cards) card.hidden = unread.checked && sum(card).left === 0 && card !== current;
}

function open() {
  const wanted = location.hash.slice(1);
  const section = sections.find((one) => one.id === wanted) ?? sections[0];
  for (const one of sections) one.hidden = one !== section;
  for (const tab of document.querySelectorAll(".tab")) {
    if (tab.hash === `#${section?.id}`) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  current = null;
  filter();
}

const visible = () => cards.filter((card) => !card.hidden && !card.closest(".question").hidden);

function go(step) {
  const all = visible();
  const next = all[current ? all.indexOf(current) + step : 0];
  if (!next) return;
  current = next;
  next.focus({ preventScroll: true });
  const bar = document.querySelector(".bar");
  const covered = getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0;
  window.scrollBy(0, next.getBoundingClientRect().top - covered - 8);
}

function turn(step) {
  const place = sections.findIndex((section) => !section.hidden) + step;
  if (sections[place]) location.hash = sections[place].id;
}

function give(card, points) {
  const items = itemsOf(card);
  const item = items.find((one) => one.contains(document.activeElement)) ?? items.find((one) => !chosen(one));
  const input = item && [...item.querySelectorAll("input")].find((one) => Number(one.value) === points);
  if (!input) return;
  input.checked = true;
  keep(card);
  tell();
  const next = items.slice(items.indexOf(item) + 1).find((one) => !chosen(one));
  (next ? next.querySelector("input") : card).focus({ preventScroll: true });
}

function giveAll(card, all) {
  for (const item of itemsOf(card)) {
    const inputs = [...item.querySelectorAll("input")];
    inputs[all ? inputs.length - 1 : 0].checked = true;
  }
  keep(card);
  tell();
}

// --- the table ------------------------------------------------------------------------------

const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const harmless = (text) => (/^[=+\-@\t]/.test(text) ? `'${text}` : text);

function table() {
  const head = [WHO];
  for (const { dataset } of sections)
    head.push(dataset.column, `${dataset.question} rubric`, `${dataset.question} comment`);
  const lines = new Map();
  for (const card of cards) {
    const { question, column } = card.closest(".question").dataset;
    const { left, total, begun } = sum(card);
    const line = lines.get(card.dataset.student) ?? { [WHO]: card.dataset.student };
    line[column] = left ? "" : String(total);
    line[`${question} rubric`] = begun
      ? pointsOf(card)
          .map((one) => one ?? "?")
          .join(" ")
      : "";
    line[`${question} comment`] = commentOf(card).value.trim();
    lines.set(card.dataset.student, line);
  }
  const rows = [...lines.values()].map((line) => head.map((name) => quoted(harmless(line[name] ?? ""))));
  return [head.map(quoted), ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

function parsed(text) {
  const rows = [[]];
  let cell = "";
  let inside = false;
  const body = text.replace(/^\ufeff/, "");
  const comma = [",", ";", "\t"].sort(
    (a, b) => body.split("\n")[0].split(b).length - body.split("\n")[0].split(a).length,
  )[0];
  for (let k = 0; k < body.length; k += 1) {
    const letter = body[k];
    if (inside) {
      if (letter !== '"') cell += letter;
      else if (body[k + 1] === '"') {
        cell += '"';
        k += 1;
      } else inside = false;
    } else if (letter === '"' && cell === "") inside = true;
    else if (letter === comma || letter === "\n") {
      rows.at(-1).push(cell.replace(/\r$/, ""));
      cell = "";
      if (letter === "\n") rows.push([]);
    } else cell += letter;
  }
  rows.at(-1).push(cell);
  return rows.filter((row) => row.length > 1);
}

function take(text) {
  const [head, ...rows] = parsed(text);
  if (!head?.includes(WHO)) {
    complain(`That table has no column ${WHO}: open one that this page has saved.`);
    return;
  }
  const lines = new Map(rows.map((row) => [row[head.indexOf(WHO)], row]));
  const at = (row, name) => (row[head.indexOf(name)] ?? "").replace(/^'(?=[=+\-@\t])/, "");
  let taken = 0;
  let differ = 0;
  for (const card of cards) {
    const row = lines.get(card.dataset.student) ?? lines.get(harmless(card.dataset.student));
    const { question } = card.closest(".question").dataset;
    const rubric = row && head.includes(`${question} rubric`) ? at(row, `${question} rubric`) : "";
    const comment = row && head.includes(`${question} comment`) ? at(row, `${question} comment`) : "";
    if (!rubric && !comment) continue;
    const points = rubric ? rubric.split(" ").map((one) => (one === "?" ? null : Number(one))) : [];
    const here = pointsOf(card);
    const other = here.some((one, n) => one !== null && one !== (points[n] ?? null));
    if (other || (commentOf(card).value && commentOf(card).value.trim() !== comment)) {
      differ += 1;
      continue;
    }
    put(card, points, comment);
    keep(card);
    taken += 1;
  }
  tell();
  complain(`${taken} taken from the table` + (differ ? `; ${differ} differ from marks here, which were kept` : ""));
}

// --- what a reader does ---------------------------------------------------------------------

document.addEventListener("change", (event) => {
  const card = event.target.closest(".card");
  if (!card) return;
  keep(card);
  tell();
});
document.addEventListener("focusin", (event) => {
  current = event.target.closest(".card") ?? current;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-all]");
  if (button) giveAll(button.closest(".card"), button.dataset.all === "1");
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target.matches("textarea")) {
    if (event.key === "Escape") target.closest(".card").focus();
    return;
  }
  const acts = {
    n: () => go(1),
    p: () => go(-1),
    a: () => current && giveAll(current, true),
    x: () => current && giveAll(current, false),
    c: () => current && commentOf(current).focus(),
    "[": () => turn(-1),
    "]": () => turn(1),
  };
  const act = /^\d$/.test(event.key) ? () => current && give(current, Number(event.key)) : acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.getElementById("save").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([table()], { type: "text/csv" }));
  link.download = FILE;
  link.click();
  unsaved = 0;
  tell();
});
document.getElementById("open").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (file) take(await file.text());
  event.target.value = ""; // so that the same file can be opened again
});
unread.addEventListener("change", filter);
window.addEventListener("hashchange", open);
window.addEventListener("storage", (event) => {
  const card = cards.find((one) => nameOf(one) === event.key);
  if (card) recall(card);
  tell();
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved && !trouble.hidden && trouble.textContent.startsWith("This browser")) event.preventDefault();
});

for (const card of cards) recall(card);
open();
tell();
