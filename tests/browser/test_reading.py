"""The page of written answers in a browser: what is read is kept, saved, and can do nothing."""

import csv
import io

import nbformat
import pytest
from coursework_class import hand_in, small_key, solution

from rgcourse.coursework import reading

HOSTILE = (
    "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
    "<style>body{display:none}</style></div></article><svg/onload=document.title='taken'>"
    '" onclick="x" [link](javascript:alert(1)) ![p](http://example.org/p.png) \u202eturned '
    + "W" * 3000 + "\n" + "Z\u0300" * 500 + " $x<y$ -->"
)  # fmt: skip


def answered(made, student, text):
    notebook = solution(made, student)
    for cell in notebook.cells:
        if "written" in cell.metadata.get("tags", []):
            cell.source = text
    return notebook


@pytest.fixture
def written(tmp_path):
    """The page of a class of three, one of them hostile."""
    made = small_key(tmp_path)
    folder = tmp_path / "class"
    folder.mkdir()
    hand_in(folder, "ada", answered(made, "ada", "Why?\n\nBecause of $x$."))
    hand_in(folder, "emmy", answered(made, "emmy", "Why?\n\nOne line\nand another"))
    hand_in(folder, "mallory", answered(made, "mallory", HOSTILE))
    reading.write(folder, made, tmp_path / "reading.html")
    return made, folder, tmp_path / "reading.html"


def saved(page):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save marks").click()
    text = download.value.path().read_text(encoding="utf-8")
    return text, {row["student"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_hostile_text_is_inert(written, open_page, width, scheme):
    page = open_page(width=width, color_scheme=scheme)
    page.goto(written[2].as_uri())
    assert page.title() == "Written answers: Small"
    assert page.errors == [] and page.blocked == []
    assert page.locator(".card").count() == 3 and page.locator("main img").count() == 0
    assert page.locator(".answer script, .answer a, .answer style, .answer svg").count() == 0
    assert "<script>document.title" in page.locator(".answer").nth(2).inner_text()
    assert "\\u202eturned" in page.locator(".answer").nth(2).inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # what would run if a text got through all the same
    page.evaluate(
        """() => {
          const one = document.createElement("div");
          one.innerHTML = "<img src=x onerror=\\"document.title='taken'\\">";
          document.body.append(one);
          const two = document.createElement("script");
          two.textContent = "document.title = 'taken'";
          document.body.append(two);
        }"""
    )
    page.wait_for_timeout(100)
    assert page.title() == "Written answers: Small"


def test_marks_by_keys_stay_and_are_saved(written, open_page):
    page = open_page()
    page.goto(written[2].as_uri())
    page.keyboard.press("n")
    page.keyboard.press("3")
    page.keyboard.press("c")
    page.keyboard.type('=good, "very"')
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.press("a")
    page.keyboard.press("p")
    assert page.locator(".card.read h3").all_inner_texts() == ["ada", "emmy"]
    assert page.locator("#state").inner_text() == "2 of 3 read, not saved"
    page.reload()  # nothing is lost
    assert page.locator("#state").inner_text() == "2 of 3 read"
    _, rows = saved(page)
    assert rows["ada"]["own by hand (4)"] == "3" and rows["emmy"]["own by hand (4)"] == "4"
    assert rows["mallory"]["own by hand (4)"] == "", "what nobody has read is no zero"
    assert rows["ada"]["own comment"] == '\'=good, "very"', "no formula of a spreadsheet"
    assert page.errors == []


def test_saved_marks_open_in_another_browser_and_overwrite_nothing(written, open_page, tmp_path):
    first = open_page()
    first.goto(written[2].as_uri())
    first.locator(".card").nth(1).get_by_role("button", name="none").click()
    first.locator("textarea").nth(1).fill("two\nlines")
    first.locator("textarea").nth(1).blur()
    text, _ = saved(first)
    path = tmp_path / "marks.csv"
    path.write_bytes(text.encode())
    second = open_page()
    second.goto(written[2].as_uri())
    second.locator("#open").set_input_files(path)
    second.get_by_text("1 taken from the table").wait_for()
    assert second.locator(".card.read h3").all_inner_texts() == ["emmy"]
    assert second.locator("textarea").nth(1).input_value() == "two\nlines"
    second.locator(".card").nth(1).get_by_role("button", name="all").click()
    second.locator("#open").set_input_files(path)
    second.get_by_text("1 differ from marks here, which were kept").wait_for()
    assert second.locator(".card").nth(1).locator("output").inner_text() == "4"


def test_an_answer_that_has_changed_says_so(written, open_page):
    made, folder, path = written
    page = open_page()
    page.goto(path.as_uri())
    page.locator(".card").first.get_by_role("button", name="all").click()
    hand_in(folder, "ada", answered(made, "ada", "Why?\n\nFor another reason."))
    reading.write(folder, made, path)
    page.reload()
    assert page.get_by_text("has changed since it was read").filter(visible=True).count() == 1
    assert page.locator(".card.read").count() == 1


def test_without_scripts_it_can_be_read(written, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(written[2].as_uri())
    assert page.locator(".answer").first.is_visible()
    assert not page.locator("fieldset").first.is_visible()


def test_pictures_of_a_notebook_are_shown(written, open_page):
    made, folder, path = written
    notebook = solution(made, "ada")
    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # noqa: E501
    for cell in notebook.cells:
        if cell.cell_type == "code" and "own" in str(cell.metadata):
            cell.outputs = [nbformat.v4.new_output("display_data", {"image/png": png})]
    hand_in(folder, "ada", notebook)
    reading.write(folder, made, path)
    page = open_page()
    page.goto(path.as_uri())
    assert page.locator(".card img").evaluate_all("all => all.map(one => one.naturalWidth)") == [1]
    assert page.errors == []
