"""How are faults of the data told: all at once, with place and remedy, never as a traceback?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import NamedTuple

QUOTED = 80  # characters of a value that a fault shows: enough to find it by


class Fault(NamedTuple):
    """One thing wrong in the data: where it stands, what it is, what to do."""

    file: str
    row: int | None  # as the spreadsheet counts: the heading is row 1; of a text its line
    column: str
    message: str

    def __str__(self) -> str:
        row = f"{row_word(self.file)} {self.row}" if self.row else ""
        return ", ".join(filter(None, (self.file, row, self.column))) + f": {self.message}"


def row_word(file: str) -> str:
    """What is counted in a file: the rows of a table, the lines of a text."""
    return "line" if file.endswith(".md") else "row"


class DataError(ValueError):
    """The data, not the program, are at fault; `faults` lists every one of them."""

    def __init__(self, faults: Iterable[Fault], subject: str = "the data") -> None:
        self.faults = sorted(set(faults), key=lambda fault: (fault.file, fault.row or 0, fault.column, fault.message))
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__("\n  ".join([f"{subject}: {count}", *map(str, self.faults)]))


def printable(text: str) -> str:
    r"""The text as a fault shows it: one line that steers no terminal, `QUOTED` characters of it at most.

    >>> print(printable("a\x1b[31m\tb"))
    a\x1b[31m b
    """
    line = " ".join(text[: 4 * QUOTED].split())
    line = f"{line[:QUOTED]}…" if len(line) > QUOTED else line
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in line)


def quoted(value: object) -> str:
    """The value in quotation marks, `printable`."""
    return f"'{printable(str(value))}'"


def nearest(name: str, known: Iterable[str]) -> str:
    """' - did you mean 'x'?' for a misspelt name, or nothing where no known name is near."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" - did you mean {quoted(found[0])}?" if found else ""
