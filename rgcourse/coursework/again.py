"""Marking a student once more: on purpose, for a reason that goes into the history of marks."""

from collections.abc import Iterable
from dataclasses import dataclass

from .source import Assignment
from .tables import Row

__all__ = ["Again"]


@dataclass(frozen=True)
class Again:
    """Who is marked again although nothing has changed, in which question, why, and by whom."""

    students: tuple[str, ...] = ()
    question: str = ""  # the marks of the others stay; all of them if empty
    why: str = ""
    who: str = ""  # the name of the user if empty

    def check(self, students: Iterable[str], assignment: Assignment) -> None:
        """ValueError if a student or the question is not there, or no reason is given.

        Parameters
        ----------
        students : iterable of str
            Whose papers there are.
        assignment : Assignment
        """
        missing = [one for one in self.students if one not in set(students)]
        if missing:
            raise ValueError(f"nothing of {', '.join(missing)} is there to be marked again")
        names = [one.name for one in assignment.questions if one.auto]
        if self.question and self.question not in names:
            raise ValueError(
                f"no question {self.question!r} is marked automatically; there are "
                f"{', '.join(names)}"
            )
        if self.question and not self.students:
            raise ValueError("--question says what is marked again, but not whose: --again STUDENT")
        if self.students and not self.why.strip():
            raise ValueError("who is marked again is to know why: --why TEXT, for the history")

    def settled(self, old: Row | None, new: Row) -> Row:
        """The row that stands: the new one, or the old one with one question of the new."""
        name = self.question
        if not name or old is None or new["student"] not in self.students:
            return new
        return old | {
            "auto": old["auto"] | {name: new["auto"][name]},
            "reasons": old["reasons"] | {name: new["reasons"].get(name, [])},
        }
