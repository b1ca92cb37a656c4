"""Remake the novels that the package carries, from Debian's package r-cran-janeaustenr.

    python tools/get_text.py              write rgcourse/data/austen.txt.xz
    python tools/get_text.py --check      exit 1 unless it is what this would write
    python tools/get_text.py FILE.deb     take the Debian package from a file that is there

The package is fetched from Debian's mirror; when the mirror has moved on, snapshot.debian.org keeps
it. Its version and its hash are fixed below. The texts are in the public domain, and the R package
around them is under the MIT licence. Its data are read without R: a chain of zlib streams, each one
vector of lines in R's format of serialization (XDR, version 3).

The rule of cleaning. Headings go: everything before the first chapter, lines that name a volume or
a chapter, and the words after the end. A blank line, or `.`, `?` or `!` before a capital letter or
an opening quotation mark, ends a sentence, but not after Mr, Mrs, Dr, St or a single initial but I.
Then accents go, letters become small, and whatever is not one of a to z becomes a space.

The file has a line `# Name` for each novel, then one sentence a line, and a blank line between
chapters.
"""

import argparse
import hashlib
import lzma
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
import urllib.request
import zlib
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "rgcourse" / "data" / "austen.txt.xz"
DEB = "r-cran-janeaustenr_1.0.0-1_all.deb"
SHA256 = "df6bddf211906d1ff404f8ff662c21b34e6660e7f54a311084e749050c019c95"
PLACE = "http://deb.debian.org/debian/pool/main/r/r-cran-janeaustenr/"
DATA = "./usr/lib/R/site-library/janeaustenr/data/Rdata.rdb"
NAMES = [
    "Emma", "Mansfield Park", "Northanger Abbey", "Persuasion", "Pride and Prejudice",
    "Sense and Sensibility",
]  # fmt: skip
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]

HEADING = re.compile(r"\s*(volume|chapter)\s+[ivxl\d]+\.?\s*", re.IGNORECASE)
CLOSING = re.compile(r"\s*(the end|finis|a note on the text)\.?\s*", re.IGNORECASE)
SENTENCE_END = re.compile(r"""(?<=[.?!])["'_)\]]*\s+(?=["'_(\[]*[A-Z])|(?<=[.?!])["'_)]*--?\s+""")
NO_END = re.compile(r"""\b(Mr|Mrs|Dr|St|[A-HJ-Z])\.$""")


def deb_file(given):
    """The Debian package as bytes, from a file or from Debian's mirror."""
    try:
        if given:
            content = Path(given).read_bytes()
        else:
            with urllib.request.urlopen(PLACE + DEB, timeout=60) as answer:
                content = answer.read()
    except OSError as error:
        sys.exit(f"{error}; give the package as a file: python tools/get_text.py {DEB}")
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"{given or PLACE} is not the package with the hash {SHA256}")
    return content


def data_file(deb):
    """The R data inside a Debian package."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, DEB)
        path.write_bytes(deb)
        tar = subprocess.run(
            ["dpkg-deb", "--fsys-tarfile", path], stdout=subprocess.PIPE, check=True
        )
        unpack = ["tar", "--extract", "--to-stdout", DATA]
        return subprocess.run(unpack, input=tar.stdout, stdout=subprocess.PIPE, check=True).stdout


def vectors(rdb):
    """The lines of each character vector in an R database of data, one list a vector."""
    place = 0
    while place < len(rdb):
        stream = zlib.decompressobj()
        raw = stream.decompress(rdb[place + 4 :])
        place = len(rdb) - len(stream.unused_data)
        assert raw[:2] == b"X\n" and struct.unpack(">i", raw[2:6]) == (3,), "R's XDR, version 3"
        at = 18 + struct.unpack(">i", raw[14:18])[0]  # past the name of the encoding
        kind, count = struct.unpack(">ii", raw[at : at + 8])
        assert kind & 255 == 16, "a vector of strings"
        at += 8
        lines = []
        for _ in range(count):
            kind, length = struct.unpack(">ii", raw[at : at + 8])
            assert kind & 255 == 9, "one string"
            at += 8
            lines.append(raw[at : at + max(length, 0)].decode())
            at += max(length, 0)
        yield lines


def words(text):
    """Small letters a to z, single spaces between the words."""
    text = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).lower()
    return re.sub("[^a-z]+", " ", text).strip()


def sentences(paragraph):
    """The sentences of a paragraph, cleaned; empty ones are left out."""
    pieces, start = [], 0
    for end in SENTENCE_END.finditer(paragraph):
        if not NO_END.search(paragraph[: end.start()].rstrip("\"'_)]")):
            pieces.append(paragraph[start : end.start()])
            start = end.end()
    return [clean for piece in [*pieces, paragraph[start:]] if (clean := words(piece))]


def chapters(lines):
    """The chapters of a novel, each a list of cleaned sentences."""
    found, paragraph = [], []
    end = next((n for n, line in enumerate(lines) if CLOSING.fullmatch(line)), len(lines))
    for line in [*lines[:end], ""]:
        heading = HEADING.fullmatch(line)
        if heading or not line.strip():
            if found:
                found[-1] += sentences(" ".join(paragraph))
            paragraph = []
            if heading:
                found.append([])
        else:
            paragraph.append(line)
    return [chapter for chapter in found if chapter]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("deb", nargs="?", help="the Debian package, instead of the mirror's")
    parser.add_argument("--check", action="store_true", help="compare and write nothing")
    given = parser.parse_args()
    novels = zip(NAMES, vectors(data_file(deb_file(given.deb))), strict=True)
    parts = []
    for name, lines in novels:
        found = chapters(lines)
        n_words = sum(len(sentence.split()) for chapter in found for sentence in chapter)
        n_sentences = sum(map(len, found))
        print(f"{name:22s} {len(found):3d} chapters {n_sentences:6d} sentences {n_words:7d} words")
        parts.append(f"# {name}\n" + "\n".join("\n".join(c) + "\n" for c in found))
    text = "".join(parts).encode()
    packed = lzma.compress(text, check=lzma.CHECK_CRC64, filters=FILTERS)
    if given.check:
        there = TARGET.read_bytes() if TARGET.exists() else b""
        if there != packed and there and lzma.decompress(there) == text:
            print("the text is the same, but this machine's liblzma packs it otherwise")
        return int(there != packed)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(packed)
    print(f"{TARGET.name}  {len(packed) / 1e3:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
