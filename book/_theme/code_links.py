"""Sphinx extension: names of the package lead to the page that explains them.

A word in code letters is linked where it is a public name: by its full name everywhere, by its
short one where the page has imported it, or stands in the pages of the package itself. Each name
is linked once in a section. In listings only the lines that import are: they come first, and a link
at every use would be in the way of who reads or walks through the page by keyboard.
"""

import ast
import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

PACKAGE = "rgcourse"
NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
WORD = re.compile(r'(<span class="n">)(\w+)(</span>)')
MODULE = r'<span class="nn">(rgcourse[\w.]*)</span>'
GAP = r'(?:\s|<span class="w">\s*</span>)*'
FROM = re.compile(
    rf'(<span class="kn">from</span>{GAP}){MODULE}({GAP}<span class="kn">import</span>)'
    rf'({GAP}<span class="p">\(</span>.*?<span class="p">\)</span>|[^\n]*)',
    re.S,
)
IMPORT = re.compile(rf'(<span class="kn">import</span>{GAP}){MODULE}')


def setup(app):
    app.add_post_transform(LinkNames)
    app.connect("html-page-context", link_imports)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def objects(env):
    """{full name: (docname, id)} of everything on the pages of the package."""
    return {
        name: (entry.docname, entry.node_id)
        for name, entry in env.domains["py"].objects.items()
        if name.startswith(PACKAGE + ".")
    }


def imported(document):
    """{name in the code of a page: full name}, from what its listings import of the package."""
    found = {}
    for listing in document.findall(nodes.literal_block):
        if PACKAGE in listing.astext():
            found |= names_imported(listing.astext())
    return found


def names_imported(code):
    """{name: full name} of what the code imports of the package; none where it is no Python."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return {}
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE:
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        elif isinstance(node, ast.Import):
            ours = [a for a in node.names if a.name.split(".")[0] == PACKAGE]
            found |= {a.asname or PACKAGE: a.name if a.asname else PACKAGE for a in ours}
    return found


def full_name(text, known, local):
    """The public name that a word in code letters means, or None: `nrg.run(...)` is one."""
    found = NAME.match(text)
    if not found or not re.fullmatch(r"(\(.*\))?", text[found.end() :]):
        return None
    first, dot, rest = found[0].partition(".")
    name = local.get(first, first) + dot + rest
    return name if name in known else at_top(name, known)


def at_top(name, known):
    """The full name of what `import rgcourse` offers by itself, such as `rgcourse.check`."""
    package, _, short = name.partition(".")
    if package != PACKAGE or not short or "." in short:
        return None
    import rgcourse

    maker = getattr(getattr(rgcourse, short, None), "__module__", "").split(".")[:2]
    name = ".".join([*maker, short])
    return name if short in rgcourse.__all__ and name in known else None


class LinkNames(SphinxPostTransform):
    """Public names in the text become links."""

    default_priority = 150  # the domains have resolved their own
    formats = ("html",)

    def run(self, **kwargs):
        known = objects(self.env)
        local = imported(self.document)
        seen = set()
        for word in list(self.document.findall(nodes.literal)):
            around = ancestors(word)
            if any(isinstance(node, NOT_IN) for node in around):
                continue
            name = full_name(word.astext(), known, near(around, known) | local)
            where = next((id(node) for node in around if isinstance(node, PLACE)), None)
            if name is None or (where, name) in seen or name in described(around):
                continue
            seen.add((where, name))
            docname, identity = known[name]
            uri = self.app.builder.get_relative_uri(self.env.docname, docname)
            link = nodes.reference("", "", internal=True, classes=["rg-name"])
            if docname == self.env.docname:
                link["refid"] = identity
            else:
                link["refuri"] = f"{uri}#{identity}"
            word.replace_self(link)
            link += word


PLACE = (nodes.section, addnodes.desc)
NOT_IN = (nodes.reference, nodes.title, nodes.Invisible, addnodes.desc_signature)


def ancestors(node):
    """What a node stands in, the nearest first."""
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found


def signatures(around):
    """The full names of what the text around a word describes, the nearest first."""
    for node in around:
        if isinstance(node, addnodes.desc):
            for signature in node.findall(addnodes.desc_signature):
                yield from signature.get("ids", [])[:1]
                break


def described(around):
    return set(signatures(around))


def near(around, known):
    """{short name: full name} of the module whose entries stand around a word, and of its class."""
    scopes = list(signatures(around))
    for node in around:
        if isinstance(node, nodes.section):
            module = f"{PACKAGE}.{node['names'][0]}" if node.get("names") else ""
            scopes += [module] if module in known else []
    found = {}
    for scope in reversed(scopes):
        for base in (scope.rpartition(".")[0], scope):
            if base != PACKAGE and base in known:
                start = base + "."
                inside = [n for n in known if n.startswith(start) and "." not in n[len(start) :]]
                found |= {n[len(start) :]: n for n in inside}
    return found


# --- listings -----------------------------------------------------------------------------------


def link_imports(app, pagename, templatename, context, doctree):
    body = context.get("body") or ""
    if doctree is None or f'<span class="nn">{PACKAGE}' not in body:
        return
    known = objects(app.env)

    def link(name, text):
        target = full_name(name, known, {})
        if target is None:
            return text
        docname, identity = known[target]
        uri = app.builder.get_relative_uri(pagename, docname)
        return f'<a class="rg-name" href="{uri}#{identity}">{text}</a>'

    def of_from(found):
        before, module, between, names = found.groups()
        inside = WORD.sub(lambda w: link(f"{module}.{w[2]}", w[0]), names)
        return before + link(module, f'<span class="nn">{module}</span>') + between + inside

    body = FROM.sub(of_from, body)
    context["body"] = IMPORT.sub(
        lambda found: found[1] + link(found[2], f'<span class="nn">{found[2]}</span>'), body
    )
