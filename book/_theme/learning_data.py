"""Sphinx extension: what each page teaches, for catalogues and search engines (JSON-LD).

The front page says that it is a `Course` of schema.org, every other page that it is a
`LearningResource` and a part of that course. Name and description are those of the page's head,
what it teaches is its line *You will learn*, its time the minutes of its head line. Addresses stand
there only when `html: baseurl:` in `_config.yml` has one.
"""

import json
import re

import citation
from docutils import nodes
from routes import KEY
from site_files import COURSE, base, description, plain

LEARN = re.compile(r"You will learn (.+?)(?= You need | Routes?: |$)")


def setup(app):
    app.connect("html-page-context", tell)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def tell(app, pagename, templatename, context, doctree):
    if doctree is None:  # the search, the index
        return
    text = json.dumps(data(app, pagename, doctree), ensure_ascii=False, separators=(",", ":"))
    app.add_js_file(None, body=text.replace("<", "\\u003c"), type="application/ld+json")


def data(app, pagename, doctree):
    """What is told of a page, as a dictionary of schema.org."""
    cff, start = citation.read(), base(app.config)
    root = pagename == app.config.root_doc
    told = {
        "@context": "https://schema.org",
        "@type": "Course" if root else "LearningResource",
        "name": plain(next(doctree.findall(nodes.title))),
        "description": description(doctree, COURSE if root else ""),
        "teaches": teaches(doctree),
        # The minutes of the front page are not those of the course.
        "timeRequired": None if root else duration(app.env.metadata.get(pagename, {}).get(KEY)),
        "inLanguage": app.config.language or "en",
        "license": citation.licenses(cff)[0][2],
        "author": authors(cff),
        "version": str(cff["version"]),
        "isAccessibleForFree": True,
    }
    if root:
        told["provider"] = told["author"]
    else:
        told["isPartOf"] = {"@type": "Course", "name": app.config.html_title}
    if start:
        told["url"] = start + app.builder.get_target_uri(pagename)
        if not root:
            told["isPartOf"]["url"] = start + app.builder.get_target_uri(app.config.root_doc)
    return {key: value for key, value in told.items() if value is not None}


def teaches(doctree):
    """What stands behind *You will learn*, or None."""
    heads = (plain(one) for one in doctree.findall(nodes.paragraph))
    found = next(filter(None, (LEARN.search(text) for text in heads)), None)
    return found[1].strip() if found else None


def duration(head):
    """The minutes of a page's head line as ISO 8601 writes them, or None."""
    minutes = head[1] if head else None
    return f"PT{minutes}M" if minutes else None


def authors(cff):
    """The authors as persons, or as the group that they are named by."""
    found = []
    for one, name in zip(cff["authors"], citation.names(cff), strict=True):
        kind = "Organization" if "name" in one else "Person"
        found.append(
            {"@type": kind, "name": name} | ({"@id": one["orcid"]} if "orcid" in one else {})
        )
    return found
