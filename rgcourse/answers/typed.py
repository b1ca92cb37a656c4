"""Numbers as people write them: 0.44, 0,44, 4.4e-1, 1/2, 3^16, 0.441 ± 0.002, 0.441(2).

`rgcourse/widgets/js/typed.js` reads the same for the pages; `tests/typed_answers.json` holds both.
"""

import math
import re

__all__ = ["read_typed"]

LONGEST = 300  # characters
SAME = str.maketrans("−–·×", "--**", "\u00a0\u2009\u202f'")
PLAIN = r"[-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)"
NUMBER = rf"{PLAIN}(?:(?:[eE]|\*10(?:\^|\*\*))[-+]?[0-9]+)?"
BRACKET = rf"({PLAIN})\(([0-9]+)\)((?:(?:[eE]|\*10(?:\^|\*\*))[-+]?[0-9]+)?)"
BETWEEN = r"[ \t\r\n]*;[ \t\r\n]*|,[ \t\r\n]+|[ \t\r\n]+|,(?=[-+])"
AROUND = r"[ \t\r\n]*(±|\+/-|\+-|/|\*\*|\*|\^)[ \t\r\n]*"
OUTER = {"[": "]", "(": ")", "{": "}"}


def read_typed(text: str) -> tuple[list[float], float | None]:
    """The numbers in a typed answer, and the error of the last of them.

    Parameters
    ----------
    text : str
        One number, or several with `;` or a space between, in brackets or without.

    Returns
    -------
    (list of float, float or None)
        The numbers, and the error behind the last one, if it has one.

    Raises
    ------
    ValueError
        If something is no number; it says what can be read.

    Examples
    --------
    >>> read_typed("0,441(2)")
    ([0.441], 0.002)
    >>> read_typed("1/2; -3")
    ([0.5, -3.0], None)
    """
    if len(text) > LONGEST:
        raise ValueError(f"an answer has at most {LONGEST} characters, got {len(text)}")
    text = text.translate(SAME).strip(" \t\r\n")
    if len(text) > 1 and OUTER.get(text[0]) == text[-1]:
        text = text[1:-1].strip(" \t\r\n")
    text = re.sub(AROUND, lambda found: "±" if found[1][0] == "+" else found[1], text)
    words = [word for word in re.split(BETWEEN, text) if word]
    if not words:
        raise ValueError("there is no number yet")
    pairs = [_pair(word) for word in words]
    if any(error is not None for _, error in pairs[:-1]):
        raise ValueError("only the last number may have an error")
    return [value for value, _ in pairs], pairs[-1][1]


def _pair(word):
    """(value, error or None) of one number."""
    found = re.fullmatch(BRACKET, word)
    if found:
        last = 10.0 ** -len(re.split("[.,]", found[1] + ".")[1])
        scale = _number("1" + found[3]) if found[3] else 1.0
        return _finite(_number(found[1]) * scale, word), _finite(
            _number(found[2]) * last * scale, word
        )
    value, _, error = word.partition("±")
    if "±" not in word:
        return _finite(_ratio(value), word), None
    size = _finite(_ratio(error), word)
    if not size >= 0:
        raise ValueError(f"an error is not negative, got {word}")
    return _finite(_ratio(value), word), size


def _ratio(word):
    """A number, a ratio of two or a power; NaN for anything else."""
    found = re.fullmatch(rf"({NUMBER})(?:(/|\^|\*\*)({NUMBER}))?", word)
    if not found:
        return math.nan
    first = _number(found[1])
    if not found[2]:
        return first
    second = _number(found[3])
    try:
        power = first / second if found[2] == "/" else first**second
    except ArithmeticError:
        return math.nan
    return power if isinstance(power, float) else math.nan  # a root of a negative number


def _number(word):
    return float(re.sub(r"\*10(?:\^|\*\*)", "e", word).replace(",", "."))


def _finite(value, word):
    if math.isfinite(value):
        return value
    shown = word if len(word) <= 40 else f"{word[:40]}..."
    shown = shown.encode(errors="backslashreplace").decode()  # half characters cannot be printed
    raise ValueError(
        f"{shown} is no number that can be read here; write 0.44, 0,44, 4.4e-1, 1/2, 3^16, "
        "0.441 ± 0.002 or 0.441(2), and ; between several"
    )
