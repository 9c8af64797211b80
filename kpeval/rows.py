"""How are the rows of a table, held as plain arrays, found, chosen, put in order and added up?

pandas takes ten to three hundred microseconds for a step, NumPy one or two. The tables of one project hold a hundred
rows at most, so the steps are what costs: measures work on `Rows`, a NumPy array for each column, between
`values.arrays` at the entrance and `results.shaped` at the exit. Text is held as objects; missing is NaN or NaT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Cells = NDArray[Any]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Days = NDArray[np.datetime64]
Places = NDArray[np.intp]
Rows = dict[str, Cells]
Table = Rows | pd.DataFrame

MASKED: dict[str, Any] = {"Int64": (pd.arrays.IntegerArray, np.int64), "boolean": (pd.arrays.BooleanArray, np.bool_)}
TEXT: Any = pd.api.types.pandas_dtype("str")  # found once: pandas looks through all its types for a name
EXACT = 2.0**53  # below it float64 holds every whole number: sums of them are exact, in whatever order


def chosen(rows: Rows, which: Flags | Places) -> Rows:
    """The rows that are flagged, or that stand in these places."""
    return {name: cells[which] for name, cells in rows.items()}


def joined(rows: Rows, more: Rows) -> Rows:
    """The rows, and below them more with the same columns."""
    return {name: np.concatenate([cells, more[name]]) for name, cells in rows.items()}


def ordered(rows: Rows, names: Sequence[str], *, missing_first: bool = False) -> Rows:
    """The rows in the order of the columns `names`, the first weighing most; equal ones stay as they stood."""
    return chosen(rows, np.lexsort([_rank(rows[name], missing_first) for name in reversed(names)]))


def _rank(cells: Cells, missing_first: bool) -> Cells:
    if cells.dtype == object:
        codes, distinct = pd.factorize(cells, sort=True)  # -1: missing
        return codes if missing_first else np.where(codes < 0, len(distinct), codes)
    if missing_first and cells.dtype.kind == "M":
        return cells.view(np.int64)  # NaT is the least of all
    return cells  # NumPy sorts NaN and NaT to the end


def numbered(*keys: Cells, in_order: bool = False) -> Places:
    """A number for each row, the same where all the keys have the same cells; missing is a cell like any other.

    `in_order`: the numbers rise as the keys do, the first weighing most.
    """
    numbers, count = np.zeros(len(keys[0]), dtype=np.intp), 1
    for key in keys:
        codes, distinct = pd.factorize(key, sort=in_order)  # -1: missing
        different = len(distinct) + int(codes.min(initial=0) < 0)
        if count <= 1:
            numbers, count = codes + 1, different
        elif different > 1:  # numbered anew, for the products of many keys would outgrow their type
            numbers, pairs = pd.factorize(numbers * (len(distinct) + 1) + codes + 1, sort=in_order)
            count = len(pairs)
        if count == len(numbers):
            break  # every row has a number of its own: no key will tell them further apart
    return numbers


def places(rows: Table, known: Table, names: Sequence[str]) -> Places:
    """In which row of `known`, counted from 0, does what `rows` name by the columns `names` stand? -1: in none.

    What a merge would do, at a fraction of its cost over small tables. ValueError where two rows of `known` have the
    same names.
    """
    keys = [(np.asarray(known[name]), np.asarray(rows[name])) for name in names]
    numbers = numbered(*(np.concatenate(pair) for pair in keys))
    there, here = np.split(numbers, [len(keys[0][0])])
    place = last_of(there, numbers.max(initial=-1) + 1)
    if (place[there] != np.arange(len(there))).any():
        raise ValueError(f"two rows have the same {' and '.join(names)}")
    return place[here]


def picked(cells: Any, rows: Places) -> Any:
    """The cells that stand in these rows, counted from 0; missing for -1."""
    if isinstance(cells, pd.Series):
        return pd.Series(cells.array.take(rows, allow_fill=True))
    return pd.api.extensions.take(cells, rows, allow_fill=True)


def stretches(*keys: Cells) -> Places:
    """The group of each row, counted from 0, where rows with the same cells in all the keys stand together."""
    numbers = numbered(*keys)
    return np.cumsum(np.diff(numbers, prepend=numbers[:1]) != 0)


def last_of(groups: Places, count: int) -> Places:
    """The last row, counted from 0, of each of `count` groups; -1 where a group has none."""
    last = np.full(count, -1)
    last[groups] = np.arange(len(groups))  # of several the last one stays
    return last


def newest(*keys: Cells) -> Flags:
    """Whether a row is the last of those with the same cells in all the keys."""
    numbers = numbered(*keys)
    flags: Flags = last_of(numbers, numbers.max(initial=-1) + 1)[numbers] == np.arange(len(numbers))
    return flags


def paired(left: Places, right: Places) -> tuple[Places, Places]:
    """Each row of one table with each of another that is of its group, as places in the two.

    `left` and `right` say the group of each row; the rows on the right stand group by group.
    """
    size = np.bincount(right, minlength=left.max(initial=-1) + 1)
    times, begin = size[left], (np.cumsum(size) - size)[left]
    before = np.cumsum(times) - times
    return np.repeat(np.arange(len(left)), times), np.arange(times.sum()) + np.repeat(begin - before, times)


def _exact(cells: Numbers) -> bool:
    known = cells[~np.isnan(cells)]
    return bool(np.abs(known).sum() < EXACT and (np.rint(known) == known).all())


def sums(cells: Numbers, groups: Places, count: int, *, skip_missing: bool = False) -> Numbers:
    """The sum of each of `count` groups; missing where a group has no row, or a missing cell that is not skipped.

    Whole numbers are added exactly. Others go through pandas, which carries the errors of rounding along, or not,
    by the order of all groups and by what is missing in any: their sums differ in the last bit if that does.
    """
    filled = np.bincount(groups, minlength=count) > 0
    if _exact(cells):
        held = np.nan_to_num(cells, nan=0) if skip_missing else cells
        totals = np.bincount(groups, weights=held, minlength=count).astype(np.float64)
    else:
        totals = _of_groups(pd.Series(cells).groupby(groups).sum(skipna=skip_missing), np.zeros(count))
    return np.where(filled, totals, np.nan)


def means(cells: Numbers, groups: Places, count: int) -> Numbers:
    """The mean of each of `count` groups; missing cells are passed over, and missing where nothing is left."""
    return _of_groups(pd.Series(cells).groupby(groups).mean(), np.full(count, np.nan))


def medians(cells: Numbers, groups: Places, count: int) -> Numbers:
    """The median of each of `count` groups; missing cells are passed over, and missing where nothing is left."""
    return _of_groups(pd.Series(cells).groupby(groups).median(), np.full(count, np.nan))


def _of_groups(found: pd.Series[float], cells: Numbers) -> Numbers:
    cells[found.index.to_numpy()] = found.to_numpy()
    return cells


def running(cells: Numbers, groups: Places) -> Numbers:
    """The sum of each row and those above it in its group; the rows stand group by group."""
    if not _exact(cells):
        carried: Numbers = pd.Series(cells).groupby(groups).cumsum().to_numpy().astype(np.float64)
        return carried
    totals = np.cumsum(cells)
    begins = np.flatnonzero(np.diff(groups, prepend=-1))
    own: Numbers = totals - np.repeat((totals - cells)[begins], np.diff(begins, append=len(cells)))
    return own


def positive(cells: Numbers) -> Numbers:
    """The cells above 0, which something can be divided by; missing for the others."""
    return np.where(cells > 0, cells, np.nan)


def worded(choice: Sequence[tuple[Flags, str]], otherwise: str) -> Cells:
    """For each row the word of the first case that holds."""
    return np.select([case for case, _ in choice], [word for _, word in choice], otherwise).astype(object)


def framed(columns: Mapping[str, Any], rows: pd.Index[Any]) -> pd.DataFrame:
    """The columns as a frame, objects as text."""
    texts = {name for name, cells in columns.items() if isinstance(cells, np.ndarray) and cells.dtype == object}
    held = {name: pd.array(cells, dtype=TEXT) if name in texts else cells for name, cells in columns.items()}
    return pd.DataFrame(held, index=rows)
