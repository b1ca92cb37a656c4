"""Sphinx extension: what the book says of itself to who has not opened it yet.

On every page a description, and what a link to it shows elsewhere (Open Graph). Beside the pages an
entrance, and a page for addresses that lead nowhere. Where `_config.yml` has `html: baseurl:`, the
address at which the book is published, also canonical addresses, a map of the site, and a card for
every page: a picture with its title, which others can only load from an absolute address.
"""

import html
import re
from pathlib import Path
from string import Template
from urllib.parse import unquote

import cards
from docutils import nodes
from names import second_name

HERE = Path(__file__).parent
STATIC = HERE / "static"
LONGEST = 200  # characters of a description; longer ones are cut where they are shown
COURSE = "A course on the renormalization group, and on whether it explains deep learning. "


def setup(app):
    app.connect("html-page-context", describe, priority=960)  # after the second names
    app.connect("build-finished", write_files)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def base(config):
    """The address at which the book is published, with a slash at its end, or ""."""
    address = config.html_baseurl or ""
    return address.rstrip("/") + "/" if address else ""


# --- the head of a page -----------------------------------------------------------------------


def describe(app, pagename, templatename, context, doctree):
    """Add to the head of a page what is shown of it elsewhere."""
    if doctree is None:  # the search, the index: nobody links them
        return
    title = plain(next(doctree.findall(nodes.title)))
    root = pagename == app.config.root_doc
    text = description(doctree, COURSE if root else "")
    tags = [("name", "description", text), ("property", "og:title", title)]
    tags += [("property", "og:description", text), ("property", "og:type", "article")]
    tags += [("property", "og:site_name", app.config.html_title)]
    address = base(app.config)
    if address:
        card = card_name(pagename)
        picture = first_picture(app, pagename, doctree)
        cards.write(Path(app.outdir) / card, title, second_name(pagename), picture)
        tags += [("property", "og:url", address + app.builder.get_target_uri(pagename))]
        tags += [("property", "og:image", address + card)]
        tags += [("property", "og:image:width", cards.SIZE[0])]
        tags += [("property", "og:image:height", cards.SIZE[1])]
        tags += [("property", "og:image:alt", f"{title}. {second_name(pagename)}")]
    tags += [("name", "twitter:card", "summary_large_image" if address else "summary")]
    context["metatags"] = context.get("metatags", "") + "".join(map(meta, tags))
    if root:  # the name of the book follows, and would stand there twice
        context["title"] = second_name(pagename) or COURSE.strip(". ")


def meta(tag):
    kind, name, content = tag
    return f'\n    <meta {kind}="{name}" content="{html.escape(str(content))}" />'


def description(doctree, before=""):
    """The sentence `You will ...` of a page, or its first paragraph, in at most LONGEST letters."""
    texts = [plain(paragraph) for paragraph in doctree.findall(nodes.paragraph)]
    mine = [text for text in texts if text.startswith("You will")]
    text = before + re.split(r" (?=You (?:will )?(?:learn|need) )", (mine or texts or [""])[0])[0]
    if len(text) <= LONGEST:
        return text
    return re.sub(r"[\s,;:.]+\S*$", "", text[: LONGEST - 1]) + " …"


def plain(node):
    """The text of a node in one line, with formulas as far as letters can write them."""
    parts = []
    for leaf in node.findall(nodes.Text):
        text = str(leaf)
        if isinstance(leaf.parent, nodes.math):
            text = letters(text)
        elif isinstance(leaf.parent, nodes.raw):  # tags around words, such as those of a glossary
            text = html.unescape(re.sub(r"<[^>]*>", "", text))
        parts.append(text)
    return " ".join("".join(parts).split())


def letters(formula):
    """A formula without TeX's commands: Greek as Greek, the rest as it reads."""

    def letter(command):
        entity = f"&{command[1]};"
        return html.unescape(entity) if html.unescape(entity) != entity else ""

    return re.sub(r"[{}$]", "", re.sub(r"\\([A-Za-z]+|[,;!: ])", letter, formula))


def card_name(pagename):
    return f"_static/cards/{pagename.replace('/', '-')}.png"


def first_picture(app, pagename, doctree):
    """The first picture of a page that is made of pixels, as a file, or None."""
    # The page is written already: its pictures have the addresses that they will be copied to.
    sources = {unquote(name): uri for uri, name in app.builder.images.items()}
    for image in doctree.findall(nodes.image):
        uri = image["uri"]
        path = Path(app.srcdir) / sources.get(unquote(uri.rpartition("/")[2]), uri)
        if "rgw-still-dark" in image["classes"] or path.suffix not in (".png", ".webp", ".jpg"):
            continue
        if path.is_file():
            return path
    return None


# --- files beside the pages -------------------------------------------------------------------


def write_files(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    out, address = Path(app.outdir), base(app.config)
    (out / "404.html").write_text(lost(app, address), encoding="utf-8")
    (out / "index.html").write_text(entrance(app, address), encoding="utf-8")
    if address:
        (out / "sitemap.xml").write_text(sitemap(app, address), encoding="utf-8")
        robots = f"User-agent: *\nAllow: /\n\nSitemap: {address}sitemap.xml\n"
        (out / "robots.txt").write_text(robots, encoding="utf-8")


def pages(app):
    """[(docname, address, title)] in the order of the book."""
    order = []

    def walk(docname):
        order.append(docname)  # before its children, as in the list of contents
        for child in app.env.toctree_includes.get(docname, []):
            if child not in order:
                walk(child)

    walk(app.config.root_doc)
    uri = app.builder.get_target_uri
    return [(name, uri(name), plain(app.env.titles[name])) for name in order]


def sitemap(app, address):
    entries = "".join(f"<url><loc>{html.escape(address + uri)}</loc></url>\n"
                      for _, uri, _ in pages(app))  # fmt: skip
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def entrance(app, address):
    """The page at the root, which leads on to the first one, and speaks for it in links."""
    uri = app.builder.get_target_uri(app.config.root_doc)
    tags = [
        ("name", "description", COURSE.strip()),
        ("property", "og:title", app.config.html_title),
    ]
    tags += [("property", "og:description", COURSE.strip()), ("property", "og:type", "website")]
    if address:
        tags += [("property", "og:url", address)]
        tags += [("property", "og:image", address + card_name(app.config.root_doc))]
        tags += [("name", "twitter:card", "summary_large_image")]
    return Template((HERE / "entrance.html").read_text(encoding="utf-8")).substitute(
        title=html.escape(app.config.html_title),
        tags="".join(map(meta, tags)),
        uri=uri,
        canonical=f'<link rel="canonical" href="{address}{uri}" />' if address else "",
    )


def lost(app, address):
    """The page for addresses that lead nowhere.

    A server shows it under any address, so nothing in it may depend on where it is: it carries its
    style itself, and its links start from the root of the book. Where that is not known from the
    configuration, a script looks for it, upwards from the address.
    """
    listed = "".join(
        f'<li><a href="{uri}">{html.escape(title)}</a>'
        f" <span>{html.escape(second_name(name))}</span></li>\n"
        for name, uri, title in pages(app)
    )
    start = f'<base href="{html.escape(address)}" />' if address else SEARCH_ROOT
    return Template((HERE / "lost.html").read_text(encoding="utf-8")).substitute(
        title=html.escape(app.config.html_title),
        start=start,
        pages=listed,
        root=app.builder.get_target_uri(app.config.root_doc),
        style=(STATIC / "tokens.css").read_text(encoding="utf-8"),
    )


SEARCH_ROOT = """<script>
    // The root of the book is the nearest folder above this address that has the book's own list.
    (async () => {
      let folder = location.pathname.replace(/[^/]*$$/, "");
      for (;;) {
        const found = await fetch(folder + "objects.inv").then((answer) => answer.ok, () => false);
        if (found || folder === "/") break;
        folder = folder.replace(/[^/]+\\/$$/, "");
      }
      const base = document.createElement("base");
      base.href = folder;
      document.head.prepend(base);
    })();
  </script>""".replace("$$", "$")
