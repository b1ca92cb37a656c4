// The search of the book, in the dialog and on its page. What is known of the book comes as scripts
// (`find/index.js`, made by `find.py`), so that it works from a folder as well; the prose of a page
// is asked for when a result quotes it.

globalThis.rgFind = (() => {
  const root = document.documentElement.dataset.content_root ?? "./";
  const STOP = new Set(
    (
      "a an and are as at be but by for from has have if in into is it its no not of on or so such " +
      "than that the their then there these they this those to was we were which will with you your"
    ).split(" "),
  );
  const ENDINGS =
    "izations izational ization izing izers izer ized izes ize ational ations ation ating ators ator ated ates ate ities ity ings ing ions ion ies ed es e y s".split(
      " ",
    );
  const GREEK = { ς: "σ", ϕ: "φ", ϵ: "ε", ϑ: "θ", µ: "μ", "∂": "d" };
  const LETTERS = { ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", ß: "ss" };
  const NAMES =
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega".split(
      " ",
    );

  // -- Words: the same as in find.py -------------------------------------------------------------

  function folded(text) {
    const small = [...text.toLowerCase()].map((c) => GREEK[c] ?? c).join("");
    let out = "";
    for (const c of small.normalize("NFKD")) {
      if (/\p{M}/u.test(c)) continue;
      const greek = NAMES[c.charCodeAt(0) - 0x3b1];
      out += LETTERS[c] ?? (greek ? ` ${greek} ` : c);
    }
    out = out.replace(/['’]s\b/g, "").replace(/\b([a-z0-9])\/([a-z0-9])\b/g, "$1$2"); // 1/f
    return out.replace(/_\{?([a-z0-9]+)\}?/g, "$1");
  }

  function stem(word) {
    let w = word.replace(/(?<=[a-z]{4})is(?=(e|ed|es|er|ers|ing|ation|ations|ational)$)/, "iz");
    if (w.length > 5) w = w.replace(/our(?=s?$)/, "or");
    for (const ending of ENDINGS) {
      if (!w.endsWith(ending) || (ending === "s" && /(ss|us|is)$/.test(w))) continue;
      const left = w.slice(0, w.length - ending.length);
      if (left.length >= (ending === "s" ? 3 : 4)) return left;
    }
    return w;
  }

  const words = (text) => folded(text).split(/[^a-z0-9]+/);
  const tokens = (text) =>
    words(text)
      .filter((w) => w.length > 1 && !STOP.has(w))
      .map(stem);

  // -- The index ---------------------------------------------------------------------------------

  let book = null;
  const texts = new Map();
  const waiting = new Map();

  /** Load a script of the search once; the promise is kept by what it brings. */
  function load(name) {
    if (!waiting.has(name)) {
      waiting.set(
        name,
        new Promise((done, failed) => {
          const script = document.createElement("script");
          script.src = `${root}_static/find/${name}.js`;
          script.onload = done;
          script.onerror = () => {
            waiting.delete(name);
            failed(new Error(`${name} of the search is not there`));
          };
          document.head.append(script);
        }),
      );
    }
    return waiting.get(name);
  }

  function index(data) {
    const owner = [];
    data.pages.forEach((page, number) => {
      page.number = number;
      page.first = owner.length;
      page.title = tokens(page.t);
      page.name = tokens(page.n);
      page.slug = tokens(page.u.replace(/^.*\/|\.html$/g, ""));
      page.part = tokens(page.p);
      page.s = page.s.map(([id, heading]) => [id, heading || id.replace(/^\w+\./, "")]);
      page.headings = page.s.map(([, heading]) => tokens(heading));
      page.s.forEach(() => {
        owner.push(number);
      });
    });
    for (const term of data.terms) term.forms = term.f.map(tokens).filter((form) => form.length);
    const called = data.pages.flatMap((page) => [page.title, page.name, page.slug, page.part]);
    const said = new Set([...data.terms.flatMap((term) => term.forms), ...called].flat());
    const names = [...new Set([...Object.keys(data.words), ...said])];
    book = { ...data, owner, said, names, sections: new Map() };
  }

  /** The numbers of the sections that have a word. */
  function having(word) {
    if (!book.sections.has(word)) {
      let at = 0;
      const found = Object.hasOwn(book.words, word) ? book.words[word] : [];
      book.sections.set(word, new Set(found.map((step) => (at += step))));
    }
    return book.sections.get(word);
  }

  /** Whether two words differ by one letter: one more, one less, another one, or two exchanged. */
  function near(a, b) {
    if (Math.abs(a.length - b.length) > 1 || a[0] !== b[0]) return false;
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    const rest = (x, skip) => x.slice(i + skip);
    if (a[i] === b[i + 1] && a[i + 1] === b[i] && rest(a, 2) === rest(b, 2)) return true;
    return [rest(a, 1) === rest(b, 1), rest(a, 1) === rest(b, 0), rest(a, 0) === rest(b, 1)].some(Boolean);
  }

  /** The words of the book that a word of the question may mean; the word itself, if it is one. */
  function meant(word, last) {
    const longer = book.names.filter((name) => word.length > 2 && name.startsWith(word));
    if (having(word).size || book.said.has(word)) return last ? [word, ...longer.slice(0, 20)] : [word];
    if (longer.length) return longer.slice(0, 40);
    return word.length < 4 ? [] : book.names.filter((name) => near(word, name)).slice(0, 10);
  }

  /** The term whose symbol a question is, as it stands or in the other case: K, h, m. */
  function symbolized(question) {
    const letter = question.trim();
    if (!/^[a-z]$/i.test(letter)) return undefined;
    const same = (fold) => book.terms.find((term) => fold(term.s ?? "") === fold(letter));
    return same((s) => s) ?? same((s) => s.toLowerCase());
  }

  // -- A question --------------------------------------------------------------------------------

  const same = (a, b) => a.length === b.length && a.every((word, i) => word === b[i]);
  const within = (part, whole) => part.length > 0 && whole.some((_, i) => same(part, whole.slice(i, i + part.length)));
  const share = (group, list) => group.some((word) => list.includes(word));

  /** What is asked: for each word what it may mean, and the terms of the glossary it names. */
  function understood(question) {
    const asked = tokens(question);
    const ends = /[\p{L}\p{N}]$/u.test(question);
    const groups = asked.map((word, i) => meant(word, ends && i === asked.length - 1));
    const raw = words(question).filter((w) => w.length > 1 && !STOP.has(w));
    const unlike = (group, i) => group.length > 0 && !group.some((name) => name.startsWith(asked[i]));
    const guessed = raw.filter((_, i) => unlike(groups[i], i));
    const said = groups.map((group, i) => (group.includes(asked[i]) ? asked[i] : (group[0] ?? asked[i])));
    const named = book.terms.filter((term) => term.forms.some((form) => within(form, said)));
    const whole = named.filter((term) => term.forms.some((form) => same(form, said)));
    const first = whole.filter((term) => same(tokens(term.t), said));
    const order = (term) => (first.includes(term) ? 0 : whole.includes(term) ? 1 : 2);
    return { asked: said, guessed, groups, named, whole: [...whole].sort((a, b) => order(a) - order(b)) };
  }

  /** Whether a section has a word of the question, or another name of what the word is part of. */
  function has(section, number, query) {
    if (query.groups[number].some((word) => having(word).has(section))) return true;
    return query.named.some(
      (term) =>
        term.forms.some((form) => within(form, query.asked) && form.includes(query.asked[number])) &&
        term.forms.some((form) => form.every((word) => having(word).has(section))),
    );
  }

  function scored(page, query) {
    const many = query.groups.length;
    const counts = new Array(many).fill(0);
    const sections = page.headings.map((heading, i) => {
      const found = query.groups.map((_, n) => has(page.first + i, n, query));
      found.forEach((yes, n) => {
        counts[n] += yes;
      });
      const head = query.groups.filter((group) => share(group, heading)).length;
      return { i, score: found.filter(Boolean).length + 2 * head + (within(query.asked, heading) ? 3 : 0) };
    });
    const taught = query.named.filter((term) => term.p === page.number);
    let score = 0;
    let met = 0;
    query.groups.forEach((group, n) => {
      const titled = share(group, page.title);
      const called = share(group, page.name) || share(group, page.slug);
      const headed = page.headings.slice(1).some((heading) => share(group, heading));
      const part = share(group, page.part);
      const teaches = taught.some((term) => term.forms.some((form) => form.includes(query.asked[n])));
      if (counts[n] || titled || called || part || teaches) met++;
      score += 30 * titled + 24 * called + 10 * headed + 6 * part + 3 * Math.log2(1 + counts[n]);
    });
    if (within(query.asked, page.title)) score += 60;
    if (within(query.asked, page.name) || within(query.asked, page.slug)) score += 60;
    if (page.headings.slice(1).some((heading) => within(query.asked, heading))) score += 20;
    for (const term of taught) score += query.whole.includes(term) ? 130 : 25;
    // Pages about the book mention everything.
    if (/^(Coursework|Reference|The package)$/.test(page.p)) score *= 0.5;
    sections.sort((a, b) => b.score - a.score || a.i - b.i);
    return { page, score, met, sections: sections.filter((s) => s.score > 0) };
  }

  /** {terms, pages, all}: definitions and pages for a question, best first. */
  function find(question) {
    const query = understood(symbolized(question)?.t ?? question);
    if (!query.groups.length) return { query, terms: [], pages: [], all: true };
    const every = book.pages.map((page) => scored(page, query)).filter((hit) => hit.met > 0);
    const full = every.filter((hit) => hit.met === query.groups.length);
    const pages = (full.length ? full : every).sort((a, b) => b.met - a.met || b.score - a.score);
    return { query, terms: query.whole.slice(0, 2), pages, all: full.length > 0 };
  }

  /** Whether a question has only words that stand on every page. */
  function common(question) {
    const asked = words(question).filter(Boolean);
    return asked.length > 0 && asked.every((word) => STOP.has(word));
  }

  return {
    index,
    common,
    text: (number, sections) => texts.set(number, sections),
    ready: () => load("index"),
    quote: (number) => load(`text-${number}`).then(() => texts.get(number)),
    get pages() {
      return book.pages;
    },
    find,
    tokens,
    root,
  };
})();
