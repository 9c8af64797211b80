"""How can chance be the same everywhere, and for one project the same among any number of projects?

Every draw is a hash of seed, project, row and what is drawn: there is no stream whose order matters, so project 7 of
ten is project 7 of a million, and no release of numpy can change a draw (as it may by changing its generators).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpeval.columns import Table

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Cells = NDArray[Any]
Made = Iterator[tuple[Table, Numbers, str, Sequence[Cells]]]  # table, project number of each row, columns and cells


class Rows:
    """The rows of an invented table, each with its project, the row above it, its place under that, and its chance.

    `parent` counts in the table above, `place` from 0 under each parent; `key` names the row within its project.
    """

    def __init__(self, name: str, seed: int, project: Numbers, parent: Numbers, place: Numbers, key: Numbers) -> None:
        self.name, self.seed, self.project = name, seed, project
        self.parent, self.place, self.key = parent, place, key

    def __len__(self) -> int:
        return len(self.project)

    def under(self, name: str, counts: Numbers) -> Rows:
        """`counts` rows (at most 100) of the table `name` under each row of this one."""
        parent = np.repeat(np.arange(len(counts)), counts)
        place = np.arange(len(parent)) - np.repeat(np.cumsum(counts) - counts, counts)
        return Rows(name, self.seed, self.project[parent], parent, place, self.key[parent] * 100 + place)

    def chance(self, what: str) -> NDArray[np.float64]:
        """A number in [0, 1) for each row, another for each `what`."""
        salt = np.array([self.seed % 2**64, zlib.crc32(f"{self.name}.{what}".encode())], dtype=np.uint64)
        mixed = _mixed(salt[:1] + _STEP)
        for part in (salt[1:], self.project.astype(np.uint64), self.key.astype(np.uint64)):
            mixed = _mixed((mixed ^ part) + _STEP)
        return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def happens(self, what: str, share: float) -> Flags:
        """True in this share of the rows."""
        return self.chance(what) < share

    def whole(self, what: str, low: int, high: int | Numbers) -> Numbers:
        """A whole number from `low` to `high`, both possible."""
        above: Numbers = np.floor(self.chance(what) * (np.asarray(high) - low + 1)).astype(np.int64)
        return low + above

    def pick(self, what: str, words: Sequence[str]) -> Cells:
        """One of the words for each row; a word that stands twice is picked twice as often."""
        return np.array(words, dtype=object)[self.whole(what, 0, len(words) - 1)]

    def split(self, total: Numbers, weigh: Flags | bool = True) -> Numbers:
        """Whole parts of the `total` of each parent that add up to it; rows that do not `weigh` get none."""
        weight = self.whole("weight", 1, 9) * weigh
        sums = np.bincount(self.parent, weight, len(total)).astype(np.int64)
        parts = total[self.parent] * weight // sums[self.parent]
        rest = total - np.bincount(self.parent, parts, len(total)).astype(np.int64)
        return parts + np.where(self.place == 0, rest[self.parent], 0)


_STEP = np.uint64(0x9E3779B97F4A7C15)


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Bits that each depend on all bits given: the finaliser of splitmix64, which wraps at 64 bits by definition."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def first_day(months: Numbers) -> Numbers:
    """The first day (counted from 1970) of each month (counted from 1970)."""
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def month_of(days: Numbers) -> Numbers:
    """The month in which each day lies, both counted from 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def as_days(days: Numbers, known: Flags | bool = True) -> Cells:
    """Days counted from 1970 as dates, missing where not `known`."""
    return np.where(known, days.astype("datetime64[D]").astype("datetime64[us]"), np.datetime64("NaT", "us"))


def either(known: Flags, word: str | Cells, otherwise: str | Cells = "") -> Cells:
    """The word where it is `known`, else the other; blank is missing."""
    return np.where(known, np.asarray(word, dtype=object), np.asarray(otherwise, dtype=object))


def numbered(prefix: str, places: Numbers) -> Cells:
    """Names that count from 1: KA1 and KA2 for the places 0 and 1."""
    return np.array([f"{prefix}{place}" for place in range(1, 2 + places.max(initial=0))], dtype=object)[places]


def picked(entries: Sequence[tuple[Any, ...]], places: Numbers) -> list[Cells]:
    """The columns of the entries at these places: numbers as numbers, words as words."""
    columns = zip(*entries, strict=True)
    return [np.array(column, dtype=object if isinstance(column[0], str) else float)[places] for column in columns]


def rounded(values: NDArray[np.float64], fine: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values, none below 0, to a whole number of parts, `fine` parts to the unit."""
    return np.maximum(np.round(values * fine) / fine, 0)
