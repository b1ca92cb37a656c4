"""How long the assignments take, by the clock of the book.

    python tools/coursework_clock.py    # what is counted, and minutes, of every assignment

A student reads the text, the code that is given and the formulas as on a page. A question that asks
for code is an exercise of the book, with its answer in words: half an hour, or twenty minutes for
those who have done the exercises of the pages. A question that asks for words alone takes a quarter
of an hour for two hundred words, as many as it allows. Machines are not counted: the marking gives
a whole notebook a minute.
"""

import re
from collections import namedtuple

import clock
import pages

from rgcourse.coursework import source

QUICK = 20  # minutes for an exercise, for those who have done those of the pages
CLAIM, CLAIM_WORDS = 15, 200  # minutes for so many words without a line of code, half an exercise
MOST = 180  # minutes that an assignment may take
ALLOWED = re.compile(r"(?:at most|\d to) (\d+) words")

Count = namedtuple("Count", "words lines formulas exercises claims reading least most")


def words_allowed(question):
    """The most words that the text of a question without code allows."""
    found = ALLOWED.search(question)
    if not found:
        title = question.lstrip("# ").split("\n")[0]
        raise ValueError(
            f"{title}: got a question in words without a limit, expected one; "
            f"write `in at most {CLAIM_WORDS} words`, or `of 400 to 600 words`"
        )
    return int(found[1])


def count(assignment):
    """What an assignment asks of a student.

    Parameters
    ----------
    assignment : rgcourse.coursework.source.Assignment

    Returns
    -------
    Count
        Words and formulas of the text, lines of the code that is given, questions with code, words
        asked for in questions without; minutes of reading, and the least and most in all.

    Raises
    ------
    ValueError
        If a question in words sets no limit.
    """
    notebook = source.student_notebook(assignment, {})
    text = clock.prose(notebook.cells)
    given = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    asked = [cell.source for cell in assignment.cells if "question" in source.tags_of(cell)]
    pairs = list(zip(assignment.questions, asked, strict=True))
    exercises = sum(question.auto > 0 for question, _ in pairs)
    claims = sum(words_allowed(said) for question, said in pairs if not question.auto)
    reading = clock.reading_time(notebook)
    apart = reading + claims / CLAIM_WORDS * CLAIM
    return Count(
        len(text.split()),
        sum(bool(line.strip()) for code in given for line in code.splitlines()),
        text.count("$$") // 2,
        exercises,
        claims,
        reading,
        apart + exercises * QUICK,
        apart + exercises * clock.EXERCISE,
    )


def tells_the_time(minutes, counted):
    """Whether a pair (least, most) of minutes is that of a count, in steps of five."""
    pairs = zip(minutes, (counted.least, counted.most), strict=True)
    return all(said % 5 == 0 and abs(said - time) < 5 for said, time in pairs)


def fits(minutes, counted):
    """Whether what is said and what is counted are at most three hours."""
    return max(*minutes, counted.most) <= MOST


def main():
    print(f"{'':34} words  lines  formulas  exercises  claims  reading     minutes     says")
    for path in sorted((pages.ROOT / "instructor").glob("*.ipynb")):
        one = source.read(path)
        c = count(one)
        right = tells_the_time(one.minutes, c) and fits(one.minutes, c)
        print(
            f"{path.stem:34} {c.words:5}  {c.lines:5}  {c.formulas:8}  {c.exercises:9}  "
            f"{c.claims:6}  {c.reading:7.1f}  {c.least:5.1f} to {c.most:5.1f}  "
            f"{one.minutes[0]:g} to {one.minutes[1]:g}{'' if right else '  which is wrong'}"
        )


if __name__ == "__main__":
    main()
