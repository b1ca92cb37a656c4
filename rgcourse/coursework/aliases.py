"""Names for readers who are not to know whose answer they read."""

import unicodedata

from . import door, variants

__all__ = ["alias"]

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none of 0, 1, I, L, O, which are misread
LENGTH = 8  # 31**8: two of a thousand students share a name once in a million classes


def alias(class_key: str, student: str) -> str:
    """A short name in the place of a student's, the same every time for one class key.

    Who has the class key can find out whose it is; who has only the name cannot.

    Parameters
    ----------
    class_key : str
        `Key.class_key`, 64 hexadecimal digits.
    student : str

    Examples
    --------
    >>> alias("0" * 64, "ada") == alias("0" * 64, "ada"), len(alias("0" * 64, "ada"))
    (True, 9)
    >>> alias("0" * 64, "ada") == alias("1" * 64, "ada")
    False
    """
    name = door.safe_name(unicodedata.normalize("NFC", student))
    number = int(variants.derived(class_key, "alias", name), 16)
    letters = ""
    for _ in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest]
    return f"{letters[:4]}-{letters[4:]}"
