"""What instructors may look at is current, tells no solution, and can be tried as it says."""

import re
import shlex
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools")]
import adoption_kit  # noqa: E402
import pack  # noqa: E402
import pages  # noqa: E402

from rgcourse.coursework import command  # noqa: E402

KIT = adoption_kit.KIT


def cells(text):
    """Sources of the cells of a notebook but the one for Colab, whose address is that of a copy."""
    found = nbformat.reads(text, as_version=4).cells
    return [cell.source for cell in found if "google.colab" not in cell.source]


@pytest.fixture(scope="module")
def made():
    return adoption_kit.kit()


def test_the_kit_is_current(made):
    assert {path.name for path in KIT.iterdir()} == {*made}
    for name, text in made.items():
        there = (KIT / name).read_text(encoding="utf-8")
        same = cells(there) == cells(text) if name.endswith(".ipynb") else there == text
        assert same, f"{name} is stale: run python tools/adoption_kit.py"


def test_the_warm_up_is_marked_as_its_page_says(made):
    feedback = made["warm_up_feedback.txt"]
    assert "decimate: 8 of 8" in feedback and "measure: 0 of 8" in feedback
    assert "its error is larger than the question allows. Yours: (" in feedback
    assert "This looks like: the spread of single pairs" in feedback
    assert "Reread: Sample a magnet, and say how wrong you are" in feedback


def test_the_page_shows_every_assignment_folded_and_in_the_order_of_the_plan(made):
    titles = re.findall(r"^::::\{dropdown\} (.+)$", made["assignments.txt"], re.MULTILINE)
    rows = re.findall(r"^\| (\w[^|]+) \|", made["table.txt"], re.MULTILINE)
    sources = adoption_kit.in_order(adoption_kit.SOURCES.glob("*.ipynb"))
    assert titles == rows == [adoption_kit.source.read(path).title for path in sources]
    assert titles[0] == "Blocks and flows" and len(titles) >= 3
    assert not re.search(
        r"^#+ ", re.sub(r"```.*?```", "", made["assignments.txt"], flags=re.S), re.M
    )


def test_the_page_shows_the_warm_up_whole(made):
    page = (ROOT / "book/coursework/assignments.md").read_text(encoding="utf-8")
    texts = [name for name in made if name.endswith(".txt")]
    assert sorted(re.findall(r"instructor/kit/(\w+\.txt)", page)) == sorted(texts)
    assert "pairs.std())" in made["warm_up_answers.txt"] and "# yours" in made["warm_up_given.txt"]
    assert made["warm_up_rubric.txt"].count("| decimate |") == 3
    for file in re.findall(r"<\.\./\.\./([\w./]+)>", page + made["table.txt"]):
        assert (ROOT / file).exists(), file


def test_a_title_inside_a_fold_is_a_bold_line():
    cells = [adoption_kit.nbformat.v4.new_markdown_cell("# One\n\ntwo\n## Three")]
    cells.append(adoption_kit.nbformat.v4.new_code_cell("# four"))
    text = adoption_kit.as_text(cells)
    assert text == "**One**\n\ntwo\n**Three**\n\n```python\n# four\n```"


def test_pictures_are_packed_once_with_their_words(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "_images").mkdir()
    for name in ("a.webp", "b.webp", "c.png"):
        (tmp_path / "_images" / name).write_bytes(name.encode())
    (tmp_path / "book/flows.html").write_text(
        '<img class="rgw-still-light" src="../_images/a.webp" alt="a &amp; b">'
        '<img class="rgw-still-dark" src="../_images/b.webp" alt="the same">'
        '<img src="../_images/c.png" alt="c"><img src="../_static/logo.svg">'
        '<img class="no-scaled-link rg-dark" src="../_images/b.webp" alt="a drawing at night">'
    )
    assert pack.pack_figures(tmp_path, tmp_path / "figures.zip") == 2
    with pack.zipfile.ZipFile(tmp_path / "figures.zip") as archive:
        assert archive.read("figures/flows-2.png") == b"c.png"
        assert "flows-1.webp,book/flows.html,a & b" in archive.read("figures/captions.csv").decode()


# --- the guides


def guide(name):
    return (ROOT / f"book/coursework/{name}.md").read_text(encoding="utf-8")


def test_every_defence_names_tests_that_there_are():
    rows = guide("protection").split("## What is tried")[1].split("## What it is not")[0]
    rest = [line.strip("| ") for line in rows.splitlines() if line.startswith("| ")][1:]
    lines = [re.split(r"\s*\|\s*", line) for line in rest]
    assert len(lines) > 15 and all(len(line) in (3, 4) for line in lines)
    named = set(re.findall(r"`(\w+)`", " ".join(line[2] for line in lines)))
    named |= set(re.findall(r"\(`(\w+)`\)", rows))
    missing = [n for n in named if not (ROOT / f"tests/test_coursework_{n}.py").exists()]
    assert missing == [] and len(named) > 5


@pytest.mark.parametrize("name", ["instructor_guide", "student_guide"])
def test_the_wheel_is_called_what_the_guides_call_it(name):
    wheels = set(re.findall(r"rgcourse-[\w.-]+?\.whl", guide(name)))
    assert wheels == {pages.WHEEL}


def test_the_commands_of_the_guide_are_those_of_the_program(tmp_path, monkeypatch):
    code = code_of("instructor_guide").replace("\\\n", " ")
    told = re.findall(r"^(?:.*/)?(?:bin/)?(rgcourse .+?)(?:\s+#.*)?$", code, re.M)
    wanted = {"pilot", "key", "release", "grade", "slips", "export", "read"}
    assert {line.split()[1] for line in told} == wanted
    for line in told:
        command._parser().parse_args(shlex.split(line)[1:])


def code_of(name):
    """All that a guide tells to type."""
    return "\n".join(re.findall(r"^ *```sh\n(.*?)^ *```", guide(name), re.S | re.M))


@pytest.mark.parametrize("name", ["instructor_guide", "student_guide", "hub"])
def test_nothing_is_typed_that_a_bare_machine_does_not_know(name):
    """`python` is there only in an environment that the guide has entered."""
    typed = code_of(name)
    assert "pip install" not in re.sub(r"\S+/pip install|sudo -E pip install", "", typed)
    before = typed.split(".venv/bin/activate")[0]
    assert re.findall(r"(?<![\w./])(python|rgcourse) ", re.sub(r"trial/bin/\S+", "", before)) == []
    for target in re.findall(r"`?make (?:-C \w+ )?(\w+)", guide(name)):
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert re.search(rf"^{target}:", makefile, re.M), target
