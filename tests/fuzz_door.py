"""A fuzzer of the door that is led by coverage: `python tests/fuzz_door.py 600` for ten minutes.

The rules are those of `door_rules`. The first byte says which of them is tried, and whether the
rest is taken as it is or makes JSON of the words that are looked for. What is found is printed, and
written to a file `crash-...`; `python tests/fuzz_door.py FILE` shows it again.
"""

import sys
import tempfile
import warnings
from pathlib import Path

try:
    import atheris
except ImportError:
    print(
        "The fuzzer that is led by coverage is not installed, so it was left out. To have it:\n"
        f"  {sys.executable} -m pip install atheris==3.1.0"
    )
    sys.exit(0)

for name in [name for name in sys.modules if name.split(".")[0] == "json"]:
    del sys.modules[name]  # to be read anew, and seen

with atheris.instrument_imports(include=["rgcourse.coursework", "json", "door_rules"]):
    import json
    import json.decoder
    import json.scanner

    import door_rules

WORDS = (
    "cells metadata cell_type source tags rgcourse question kernelspec language outputs code raw "
    "markdown written python begin done value error end answer reason cell request list dict "
    "complex seed array float64 complex64 int8 bool format bets page number right at student "
    "assignment rgcourse-bets-1 2026-10-12T09:30:00Z"
).split()
ODD = ["\ud800", "\x1b[2J", "\u202e", "\x00", "../", "=1+1", "x" * 400, "٣", "1e999"]
BET = {"page": "a", "number": 1, "answer": "b", "right": True, "at": "2026-10-12T09:30:00Z"}
WRITTEN = {"tags": ["written"], "rgcourse": {"question": "a"}}
NOTEBOOKS = [
    {"cells": [{"cell_type": "code", "source": ["x = 1"], "metadata": None}]},
    {"cells": [{"cell_type": "markdown", "source": "why", "outputs": [], "metadata": WRITTEN}],
     "metadata": {"kernelspec": {"language": "python"}, "rgcourse": {"student": "ada"}}},
]  # fmt: skip
SLIPS = [{"format": "rgcourse-bets-1", "bets": [BET, BET | {"number": 2}]}]
ANSWERS = [
    {"array": ["complex64", [2, 1], [1, 0, 0, 1]]}, {"array": ["int8", [2], [1, 2]]},
    {"dict": {"a": {"list": [1, None]}}}, {"complex": [1, 2]}, {"seed": 3},
]  # fmt: skip
RUN = [
    {"begin": ["cell", 0]}, {"done": ["cell", 0]}, {"begin": ["cell", 2]},
    {"error": ["cell", 2], "reason": "no"}, {"begin": ["request", 0]},
    {"value": ["request", 0], "answer": {"list": [1]}}, {"begin": ["request", 1]},
    {"error": ["request", 1], "reason": "no"}, {"end": True},
]  # fmt: skip


def lines(values):
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def made(data, depth=0):
    """A value that can be written as JSON, from the bytes of the fuzzer."""
    kind = data.ConsumeIntInRange(0, 11 if depth < 5 else 6)
    if kind <= 1:
        return data.PickValueInList(WORDS)
    if kind == 2:
        return data.PickValueInList([None, True, False, 0, 1, 2, -1, 10**30, 0.5, *ODD])
    if kind == 3:
        return data.ConsumeInt(4)
    if kind == 4:
        return data.ConsumeFloat()
    if kind <= 6:
        return data.ConsumeUnicode(8)
    n = data.ConsumeIntInRange(0, 4)
    if kind <= 8:
        return [made(data, depth + 1) for _ in range(n)]
    return {data.PickValueInList(WORDS): made(data, depth + 1) for _ in range(n)}


def near(data, goods):
    """A good value in which one to three places are changed."""
    value = json.loads(json.dumps(data.PickValueInList(goods)))
    for _ in range(data.ConsumeIntInRange(1, 3)):
        place = value
        while place:
            key = data.PickValueInList([*(place if isinstance(place, dict) else range(len(place)))])
            if data.ConsumeBool() or not isinstance(place[key], dict | list):
                place[key] = made(data, 3)
                break
            place = place[key]
    return value


def said(data):
    """Lines of a process: those of a good run, some of them changed."""
    values = [dict(value) for value in RUN]
    for _ in range(data.ConsumeIntInRange(0, 4)):
        place = data.ConsumeIntInRange(0, len(values) - 1)
        change = data.ConsumeIntInRange(0, 3)
        if change == 0:
            values[place] = made(data)
        elif change == 1 and isinstance(values[place], dict):
            values[place][data.PickValueInList(["answer", "reason", "begin", "end"])] = made(data)
        elif change == 2 and len(values) > 1:
            del values[place]
        else:
            values.insert(place, values[data.ConsumeIntInRange(0, len(values) - 1)])
    return lines(values)


def one_input(content):
    data = atheris.FuzzedDataProvider(content)
    rule, built = divmod(data.ConsumeIntInRange(0, 9), 2)
    if rule == 0:
        door_rules.text_becomes_harmless(data.ConsumeUnicode(400))
    elif rule == 1:
        size = data.ConsumeIntInRange(1, 400)
        rest = said(data) if built else data.ConsumeBytes(4000)
        door_rules.replies_have_the_order_of_the_steps(rest, size)
    elif rule == 2:
        door_rules.bytes_are_a_notebook_or_unreadable(sent(data, built and NOTEBOOKS))
    elif rule == 3:
        door_rules.bytes_are_a_slip_or_refused(sent(data, built and SLIPS))
    else:
        value = near(data, ANSWERS) if built else parsed(data)
        door_rules.answer_is_plain_or_refused(value)


def sent(data, goods):
    if not goods:
        return data.ConsumeBytes(4000)
    return json.dumps(near(data, goods) if data.ConsumeBool() else made(data)).encode()


def parsed(data):
    try:
        return json.loads(data.ConsumeBytes(4000))
    except (ValueError, RecursionError):
        return None


def main(arguments):
    # where the scanner is in Python, the fuzzer sees how JSON is read, and learns to write it
    json.scanner.make_scanner = json.scanner.py_make_scanner
    json.decoder.scanstring = json.decoder.py_scanstring
    json._default_decoder = json.JSONDecoder()
    warnings.simplefilter("ignore")
    goods = [*NOTEBOOKS, *SLIPS, *ANSWERS]
    first, *rest = arguments or ["600"]
    with tempfile.TemporaryDirectory() as corpus:
        for number, value in enumerate([*map(json.dumps, goods), lines(RUN).decode()]):
            for rule in range(10):  # FuzzedDataProvider takes numbers from the end
                content = value.encode() + bytes([rule])
                (Path(corpus) / f"{number}-{rule}").write_bytes(content)
        words = Path(corpus).with_suffix(".words")
        words.write_text("".join(f'"{word}"\n' for word in WORDS))
        how = [f"-max_total_time={first}", f"-dict={words}", corpus] if first.isdigit() else [first]
        options = ["-max_len=4096", "-timeout=30", "-rss_limit_mb=3000", "-print_final_stats=1"]
        options.append(f"-artifact_prefix={tempfile.gettempdir()}/")
        atheris.Setup([sys.argv[0], *options, *rest, *how], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
