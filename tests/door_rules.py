"""What holds at the door whatever comes: rules for examples, for hypothesis and for the fuzzer.

Each takes the bytes that somebody has sent, and asserts that they become something of the form
that is promised, or are refused in the one way that is promised.
"""

import json
import os
import unicodedata

from rgcourse.coursework import door, plain, slips

STEPS = [("cell", 0), ("cell", 2), ("request", 0), ("request", 1)]
TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_safe(text):
    """Whether a terminal, a table and a file can take it; lines may end."""
    text.encode("utf-8")
    kinds = {unicodedata.category(character) for character in set(text) - {"\n"}}
    return not kinds & {"Cc", "Cs", "Zl", "Zp"} and not set(text) & TURNING


def text_becomes_harmless(text):
    for shown in (door.one_line(text), door.paragraphs(text), door.safe_name(text)):
        assert is_safe(shown) and "\x1b" not in shown
    assert "\n" not in door.one_line(text)
    name = door.file_name(text, ".md")
    assert len(os.fsencode(name)) < 255 - len(".part") and "/" not in name and name[0] != "."


def bytes_are_a_notebook_or_unreadable(content):
    try:
        notebook = door.notebook(content)
    except door.Unreadable as why:
        assert is_safe(str(why)) and len(str(why)) < 100
        return
    assert all(type(source) is str for source in notebook.code)
    assert all(is_safe(text) for pair in notebook.written.items() for text in pair)
    assert type(notebook.student) is str and type(notebook.assignment) is str


def replies_have_the_order_of_the_steps(content, size):
    """`content` comes in pieces of `size` bytes."""
    replies, events = door.Replies(STEPS), []
    for start in range(0, len(content), size):
        events += replies.feed(content[start : start + size])
    begun = [event.step for event in events if event.kind == "begin"]
    assert begun == STEPS[: len(begun)]
    for before, event in zip([None, *events], events, strict=False):
        assert is_safe(event.reason) and len(event.reason) <= door.MAX_TEXT
        if event.kind not in ("begin", "end"):
            assert before.kind == "begin" and before.step == event.step
        if event.kind == "value":
            answer_is_plain_or_refused(event.answer)
    ends = [event.kind for event in events].count("end")
    assert ends <= (len(begun) == 4) * (content.count(b"\n") + 1)


def answer_is_plain_or_refused(value):
    """What passes can be written again, and is the same then."""
    try:
        answer = plain.decode(value)
    except (plain.NotPlain, RecursionError):
        return
    try:
        again = plain.encode(answer)
    except (plain.NotPlain, RecursionError):  # more numbers than one answer may have
        return
    json.dumps(again)


def bytes_are_a_slip_or_refused(content):
    try:
        bets = slips.checked(content)
    except ValueError as why:
        assert type(why) is ValueError and is_safe(str(why)) and len(str(why)) < 100
        return
    places = [(bet["page"], bet["number"]) for bet in bets]
    assert len(set(places)) == len(places) <= slips.MAX_BETS
    assert [bet["at"] for bet in bets] == sorted(bet["at"] for bet in bets)
    assert all(set(bet) == set(slips.KINDS) for bet in bets)
