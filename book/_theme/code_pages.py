"""Sphinx extension: the pages of the package, made from its docstrings while the book is built.

`.. public-names:: Learning` shows the modules that the paragraph *Learning: ...* of the docstring
of the package names, in its order: the words of each, and every name of its `__all__`. autodoc
reads them and numpydoc sets their sections; what both need to be told stands here. Docstrings are
plain text with words in backticks, lists, and formulas in indented lines: stars and bars in them
are no markup.
"""

import inspect
import re

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

import rgcourse

PACKAGE = rgcourse.__name__
HEADED = re.compile(r"-{3,}$")  # the line under the name of a section of a docstring
SETTINGS = {
    "default_role": "literal",
    "autodoc_typehints": "none",  # the sections of a docstring have the types, in words
    "numpydoc_show_class_members": False,
    "numpydoc_xref_param_type": False,
    "html_domain_indices": False,
}


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("numpydoc")
    app.add_directive("public-names", PublicNames)
    app.add_directive("modules", Modules)
    app.connect("config-inited", settle, priority=400)
    app.connect("autodoc-process-docstring", plain_text, priority=400)  # before numpydoc
    app.connect("object-description-transform", keep_out_of_contents)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def settle(app, config):
    for name, value in SETTINGS.items():
        config[name] = value


# --- what is public ---------------------------------------------------------------------------


def parts():
    """{first words of a paragraph of the package's docstring: the modules that it names}."""
    public = set(rgcourse.__all__)
    paragraphs = inspect.getdoc(rgcourse).split("\n\n")
    found = {p.partition(":")[0]: re.findall(r"`(\w+)`", p.partition(":")[2]) for p in paragraphs}
    return {
        words: [name for name in names if name in public and is_module(name)]
        for words, names in found.items()
        if not words.startswith("What nearly every page needs")
    }


def is_module(name):
    return inspect.ismodule(getattr(rgcourse, name))


def home(value):
    """The public module of the package in which a thing is made, or "" for plain values."""
    names = (getattr(value, "__module__", None) or "").split(".")
    return names[1] if names[0] == PACKAGE and len(names) > 1 else ""


def listed(module):
    """(names shown here, {name shown elsewhere: its module}) of a module's `__all__`."""
    here, elsewhere = [], {}
    for name in getattr(rgcourse, module).__all__:
        maker = home(getattr(getattr(rgcourse, module), name))
        public = maker in rgcourse.__all__ and name in getattr(rgcourse, maker).__all__
        if public and maker != module:
            elsewhere[name] = maker
        else:
            here.append(name)
    return here, elsewhere


def kind(value):
    """The directive of autodoc for a public thing."""
    if inspect.isclass(value):
        return "autoexception" if issubclass(value, BaseException) else "autoclass"
    return "autofunction" if callable(value) else "autodata"


def members(value):
    """The methods and properties of a class that the package defines, its own and inherited."""
    makers = [c for c in reversed(value.__mro__) if c.__module__.split(".")[0] == PACKAGE]
    common = [c for c in makers if c is not value and c.__name__ == "LiveFigure"]
    own = {name: None for c in makers if c not in common for name, member in vars(c).items()
           if not name.startswith("_") and is_method(member)}  # fmt: skip
    return [name for name in own if inspect.getdoc(inspect.getattr_static(value, name))]


def is_method(member):
    return inspect.isroutine(member) or isinstance(member, (property, classmethod, staticmethod))


def first_sentence(module):
    """What a module is, from its docstring."""
    paragraph = inspect.getdoc(getattr(rgcourse, module)).split("\n\n")[0]
    return re.split(r"(?<=\.) (?=[A-Z])", " ".join(paragraph.split()))[0]


# --- as text that Sphinx reads ------------------------------------------------------------------


def entry(module, name):
    """The lines for one public name."""
    value = getattr(getattr(rgcourse, module), name)
    directive = kind(value)
    lines = [f".. {directive}:: {PACKAGE}.{module}.{name}"]
    if directive == "autoclass" and members(value):
        lines.append(f"   :members: {', '.join(members(value))}")
    if directive == "autodata":
        # The docstring of a value is that of its type, which says nothing.
        shown = repr(value)
        lines = [f".. py:data:: {name}", f"   :module: {PACKAGE}.{module}"]
        # not the address of an object, which is another one in every build
        if len(shown) <= 60 and not re.search(r"\n| at 0x", shown):
            lines.append(f"   :value: {shown}")
    return [*lines, ""]


def section(module):
    """The lines for a module: its words, then its names."""
    here, elsewhere = listed(module)
    lines = [module, "-" * len(module), "", f".. automodule:: {PACKAGE}.{module}", ""]
    for name in here:
        lines += entry(module, name)
    if elsewhere:
        also = ", ".join(f"`{PACKAGE}.{maker}.{name}`" for name, maker in elsewhere.items())
        lines += [f"The module offers as well: {also}.", ""]
    return lines


class Text(SphinxDirective):
    """A directive whose content is made as text."""

    def parsed(self, lines):
        box = nodes.section()
        box.document = self.state.document
        content = StringList(lines, source=f"the docstrings of {PACKAGE}")
        self.state.nested_parse(content, 0, box, match_titles=True)
        return box.children


class PublicNames(Text):
    """The modules of one part of the package."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        if self.arguments[0] not in parts():
            raise self.error(f"no part {self.arguments[0]!r} of the package; it has {[*parts()]}")
        return self.parsed([line for m in parts()[self.arguments[0]] for line in section(m)])


class Modules(Text):
    """A list of all modules by part, with what each is."""

    def run(self):
        lines = []
        for words, modules in parts().items():
            if modules:
                lines += [words, "-" * len(words), ""]
                lines += [f"* `{PACKAGE}.{m}`: {escaped(first_sentence(m))}" for m in modules]
                lines += [""]
        return self.parsed(lines)


# --- docstrings are plain text ------------------------------------------------------------------


def escaped(line):
    """The line with stars and bars as they stand, but for what is in backticks."""
    outside = re.split(r"(`[^`]*`)", line)
    outside[::2] = [re.sub(r"([*|\\])", r"\\\1", text) for text in outside[::2]]
    # an index at the end of a word would be a link
    outside[::2] = [re.sub(r"(?<=\w)_(?!\w)", r"\\_", text) for text in outside[::2]]
    return "".join(outside)


def plain_text(app, what, name, obj, options, lines):
    """Formulas in indented lines stay as they are written; marks that mean nothing are escaped."""
    out, previous, inside, sections = [], "", None, False
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if HEADED.match(following) or HEADED.match(line):
            sections, inside = True, None
            out.append(line)
        elif inside is not None and (not line or indent > inside):
            out.append(line)
        elif line.lstrip().startswith((">>>", "...")) or doctest_output(lines, number):
            inside = None
            out.append(line)
        else:
            inside = None
            base = 4 if sections and indent >= 4 else 0
            if line and not previous and indent >= base + 4 and not is_item(line):
                out += [" " * base + ".. code-block:: none", ""]
                inside = base
                out.append(line)
            else:
                out.append(mark(line))
        previous = line
    lines[:] = out


def doctest_output(lines, number):
    """Whether the line is what an example prints."""
    while number >= 0 and lines[number]:
        if lines[number].lstrip().startswith(">>>"):
            return True
        number -= 1
    return False


def is_item(line):
    return bool(re.match(r"\s*([*-]|\d+\.) ", line))


def mark(line):
    """An escaped line that still begins a list where it did, and a parameter where it was one."""
    found = re.match(r"(\s*[*-] |\*+(?=\w+(?:, \*+\w+)* :))(.*)", line)
    if found:
        return found[1] + escaped(found[2])
    # initials of an author number no list
    return re.sub(r"^(\s*[A-Z])\. ", r"\1\\. ", escaped(line))


def keep_out_of_contents(app, domain, objtype, node):
    """Nothing in the list of the page: names are many, and their modules stand there."""
    signature = node.parent
    if isinstance(signature, addnodes.desc):
        signature["no-contents-entry"] = signature["nocontentsentry"] = True
