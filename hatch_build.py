"""What an index page shows of the project: README and addresses, both from what the tree says.

The address of the repository stands in `_config.yml`, once, as `repository: url:`. With it the
links of README become absolute; without it they would lead nowhere, so their words alone are kept.
"""

import re
from pathlib import Path

try:
    from hatchling.metadata.plugin.interface import MetadataHookInterface
except ImportError:  # read by a test, without the build tool
    MetadataHookInterface = object

LINK = r"(!?)\[([^\]]*)\]\((?!\w+:|#)([^)\s]+)\)"


def repository(config):
    """The address in the text of `_config.yml`, without a slash at its end; None without one."""
    found = re.search(r"^repository:\s*\n(?:[ #].*\n)*?\s+url:\s*[\"']?([^\s\"'#]+)", config, re.M)
    return found[1].rstrip("/") if found else None


def index_page(readme, url):
    """README for a page that stands elsewhere: links lead to the repository, or are dropped."""

    def elsewhere(link):
        image, words, target = link.groups()
        if url is None:
            return "" if image else words
        return f"{image}[{words}]({url}/{'raw' if image else 'blob'}/main/{target})"

    return re.sub(r"\n{3,}", "\n\n", re.sub(LINK, elsewhere, readme))


def addresses(url):
    """The links beside the text."""
    if url is None:
        return {}
    return {"Repository": url, "Issues": f"{url}/issues"}


class CustomMetadataHook(MetadataHookInterface):
    """Called by hatchling whenever it writes metadata."""

    def update(self, metadata):
        root = Path(self.root)
        url = repository((root / "_config.yml").read_text(encoding="utf-8"))
        readme = index_page((root / "README.md").read_text(encoding="utf-8"), url)
        metadata["readme"] = {"content-type": "text/markdown", "text": readme}
        metadata["urls"] = addresses(url)
