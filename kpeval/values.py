"""How do cells become values, and which of them break a rule?

`typed` turns a frame of text (or of dates and numbers that somebody built in a notebook) into the declared types and
returns every fault it met; `checked` lets pandera hold the values against the rules; `table_of` is both, for a file;
`take` is how a measure asks for the columns it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpeval import czech
from kpeval.columns import FLAGS, PROJECT_ID, Column, Table
from kpeval.faults import DataError, Fault
from kpeval.timespan import as_day

LARGEST = 1e15  # haléře of it still are whole numbers of a float; nothing that is evaluated here is larger


def _finite(value: Any) -> float:
    number = float(czech.number(value).value) if isinstance(value, str) else float(value)
    if not abs(number) <= LARGEST:
        raise ValueError(f"'{value}' is not a number that can be computed with")
    return number


def _value(column: Column, value: Any, text: Any) -> tuple[Any, str]:
    """One cell as a value and, for start and end, its precision; ValueError says what it is not.

    `text` is the cell without its invisible differences, where it is text.
    """
    match column.kind:
        case "text" | "word":
            return str(text), ""
        case "number" | "money":
            return _finite(value), ""
        case "share":
            return _finite(value) / (100 if isinstance(text, str) and text.endswith("%") else 1), ""
        case "whole":
            number = _finite(value)
            if number != int(number) or abs(number) > LARGEST:
                raise ValueError(
                    f"'{value}' is not a whole number" + (" that anything could count" * (number == int(number)))
                )
            return int(number), ""
        case "flag":
            if str(text).lower() not in FLAGS:
                raise ValueError(f"'{value}' is neither true nor false")
            return FLAGS[str(text).lower()], ""
        case "day":
            return as_day(text), ""
        case _:
            if not isinstance(text, str):
                return as_day(text), "day"
            period = czech.period(text)
            return pd.Timestamp(period.start if column.kind == "start" else period.end), period.precision


class _Read(NamedTuple):
    """A column's values, their precisions (of start and end), and what was wrong, by row."""

    cells: Any  # an array: a frame is made of many at a fraction of what as many series cost
    precisions: Any = None
    wrong: Sequence[tuple[int | None, str]] = ()


def _converted(column: Column, cells: pd.Series[Any]) -> _Read:
    """Each distinct cell is read once, however often it stands."""
    places, distinct = pd.factorize(cells.array)  # -1: missing
    values: list[Any] = [None] * len(distinct)
    precisions: list[str | None] = [None] * len(distinct)
    bad: dict[int, str] = {}
    for place, cell in enumerate(distinct):
        text = czech.plain(cell) if isinstance(cell, str) else cell
        if isinstance(text, str) and not text:
            continue
        try:
            values[place], precisions[place] = _value(column, cell, text)
        except (ValueError, TypeError, OverflowError) as error:
            bad[place] = str(error)
    if str(cells.dtype) == column.dtype and all(value == cell for value, cell in zip(values, distinct, strict=True)):
        return _Read(cells.array)  # text that is tidy as it stands
    astray = [(row, bad[place]) for row, place in zip(cells.index, places, strict=True) if place in bad] if bad else []
    wrong = [(int(str(row)), message) for row, message in astray]
    given = _spread(precisions, "str", places) if column.kind in ("start", "end") else None
    return _Read(_spread(values, column.dtype, places), given, wrong)


def _spread(cells: Sequence[Any], dtype: str, places: NDArray[Any]) -> Any:
    """An array of the cells at these places; missing where the place is -1."""
    array: Any = pd.array  # its stubs want the type as a literal
    return array(cells, dtype=dtype).take(places, allow_fill=True)


def _column(column: Column, cells: pd.Series[Any]) -> _Read:
    """The cells in the column's type: as they are, where they have it, for numbers and days need no reading."""
    kind = cells.dtype.kind if column.kind not in ("text", "word") else ""
    if kind == "M" and column.dtype.startswith("datetime"):
        local = cells.dt.tz_localize(None) if isinstance(cells.dtype, pd.DatetimeTZDtype) else cells
        days = local.to_numpy().astype("datetime64[D]").astype("datetime64[us]")
        return _Read(days, _spread(["day"], "str", np.where(np.isnat(days), -1, 0)))
    if kind in ("i", "u", "f") and column.dtype == "float64":
        values = cells.to_numpy("float64", na_value=np.nan)
        beyond = kind == "f" and (np.abs(values) > LARGEST).any()
        return _Read(values, wrong=[(None, "holds a number that cannot be computed with")] if beyond else [])
    if str(cells.dtype) == column.dtype and column.kind in ("whole", "flag"):
        return _Read(cells.array)
    return _converted(column, cells)


def typed(table: Table, frame: pd.DataFrame, names: Iterable[str] | None = None) -> tuple[pd.DataFrame, list[Fault]]:
    """`frame` with the columns `names` (all, if None) of `table` in their declared types, and the faults met.

    A column that is absent is filled with missing values if the schema lets it be absent. The index stays: it is
    the row number that a fault names. `start` and `end` columns gain a companion `<name>_precision`.
    """
    out: dict[str, Any] = {}
    faults: list[Fault] = []
    given, nowhere = set(frame.columns), np.full(len(frame), -1)
    for column in table.columns if names is None else [table[name] for name in names]:
        if column.name in given:
            read = _column(column, frame[column.name])
        else:
            read = _Read(_spread([], column.dtype, nowhere))
            if column.required and len(frame):
                faults.append(Fault(table.file, None, column.name, "this column is needed and absent"))
        out[column.name] = read.cells
        faults += [Fault(table.file, row, column.name, message) for row, message in read.wrong]
        if column.kind in ("start", "end"):
            name = f"{column.name}_precision"
            stated = column.name in given and name in given
            precisions = _spread([], "str", nowhere) if read.precisions is None else read.precisions
            out[name] = frame[name] if stated else precisions
    return pd.DataFrame(out, index=frame.index), faults


def _rules(table: Table) -> Any:
    """The table's rules as pandera takes them."""
    import pandera.pandas as pandera

    def checks(column: Column) -> list[Any]:
        found = [pandera.Check.isin(column.words, error=f"is not {column.rule}")] if column.words else []
        if column.low is not None:
            found.append(pandera.Check.ge(column.low, error=f"is below {column.low:g}"))
        if column.high is not None:
            found.append(pandera.Check.le(column.high, error=f"is above {column.high:g}"))
        return found

    return pandera.DataFrameSchema(
        {column.name: pandera.Column(checks=checks(column), nullable=not column.required) for column in table.columns}
    )


def table_of(table: Table, text: pd.DataFrame, told: Iterable[Fault]) -> tuple[pd.DataFrame, list[Fault]]:
    """The typed table of a frame of text, and its faults beyond those already `told`: each is told once."""
    frame, wrong = typed(table, text)
    columns = {fault.column for fault in told}
    cells = {(fault.row, fault.column) for fault in wrong}
    absent = {fault.column for fault in wrong if fault.row is None}
    kept = [
        fault
        for fault in checked(table, frame, text)
        if (fault.row, fault.column) not in cells and fault.column not in absent
    ]
    return frame, [fault for fault in (*wrong, *kept) if fault.column not in columns] if len(text.columns) else []


def checked(table: Table, frame: pd.DataFrame, printed: pd.DataFrame | None = None) -> list[Fault]:
    """The faults pandera finds in a typed `frame`: empty needed cells, words off the list, limits, repeated keys.

    A fault quotes the cell as it was `printed`, where that is given.
    """
    if frame.empty:
        return []
    faults: list[Fault] = []
    broken = [column for column in table.columns if column.ruled and _breaks(column, frame[column.name])]
    if broken:
        faults += _told(replace(table, columns=tuple(broken)), frame, frame if printed is None else printed)
    for first, last in table.order:
        for row in frame.index[frame[first] > frame[last]]:
            faults.append(Fault(table.file, int(row), last, f"lies before {first}"))
    return faults + _repeated(table, frame)


def _breaks(column: Column, cells: pd.Series[Any]) -> bool:
    """Whether pandera would find anything: it takes fifty times as long to say that all is well."""
    if column.required and cells.hasnans:
        return True
    if column.words and not {*cells.tolist()} <= {*column.words, np.nan}:
        return True
    low, high = column.low, column.high
    return bool((low is not None and (cells < low).any()) or (high is not None and (cells > high).any()))


def _told(table: Table, frame: pd.DataFrame, printed: pd.DataFrame) -> list[Fault]:
    import pandera.errors  # 0.15 s: only those whose data break a rule pay for it

    try:
        _rules(table).validate(frame, lazy=True)
        return []
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases.to_dict("records")
    faults = []
    for case in cases:
        row, column = int(case["index"]), str(case["column"])
        empty = case["check"] == "not_nullable"
        message = "is empty, and must not be" if empty else f"'{printed[column].loc[row]}' {case['check']}"
        faults.append(Fault(table.file, row, column, message))
    return faults


def _repeated(table: Table, frame: pd.DataFrame) -> list[Fault]:
    key = [name for name in ("project_id", *table.key) if name in frame.columns]
    if len(frame) < 2 or not table.key or not set(table.key) <= set(key):
        return []
    again = frame.duplicated(key)
    if not again.any():
        return []
    needed = [name for name in table.key if table[name].required]
    named = frame[needed].notna().all(axis="columns") if needed else frame[list(table.key)].notna().any(axis="columns")
    again &= named  # an empty key is a fault of its own
    if not again.any():
        return []
    first = pd.Series(frame.index, index=frame.index).groupby([frame[name] for name in key], dropna=False)
    rows = first.transform("first")[again]
    shown = ", ".join(name for name in key if name != "project_id")
    return [Fault(table.file, int(str(row)), shown, f"repeats row {first_row}") for row, first_row in rows.items()]


def take(table: Table, frame: pd.DataFrame, names: str) -> pd.DataFrame:
    """The columns `names` (and project_id) of `frame`, typed, rows numbered from 0: what a measure works on.

    A name that ends in ? may be absent even where the schema needs it: a title, say, that is only passed on.
    Raises DataError for a needed column that is absent, a value that cannot be read, or a repeated key: a row
    counted twice would be a wrong number.
    """
    asked = _asked(table, names)
    rows, faults = typed(asked, frame.reset_index(drop=True))
    for column in asked.columns:
        if column.required and column.name in frame.columns and rows[column.name].hasnans:
            empty = rows.index[rows[column.name].isna()]
            faults += [Fault(table.file, int(row), column.name, "is empty, and must not be") for row in empty]
    faults += _repeated(asked, rows)
    if faults:
        raise DataError(faults, f"the table {table.name}")
    return rows


@lru_cache
def _asked(table: Table, names: str) -> Table:
    """The part of the table that `take` is asked for, project_id first."""
    columns = [
        replace(table[name.rstrip("?")], required=table[name.rstrip("?")].required and not name.endswith("?"))
        for name in names.split()
    ]
    return replace(table, columns=(PROJECT_ID, *columns))


def places(rows: pd.DataFrame, known: pd.DataFrame, names: Sequence[str]) -> NDArray[np.intp]:
    """In which row of `known`, counted from 0, does what `rows` name by the columns `names` stand? -1: in none.

    No two rows of `known` may have the same names: what a merge would do, at a tenth of its cost over small tables.
    """
    here, there = np.zeros(len(rows), np.int64), np.zeros(len(known), np.int64)
    for name in names:
        codes, distinct = pd.factorize(known[name])
        found = distinct.get_indexer(pd.Index(rows[name]))
        here = np.where((here < 0) | (found < 0), -1, here * len(distinct) + found)
        there = there * len(distinct) + codes
    return pd.Index(there).get_indexer(pd.Index(here))


def picked(cells: pd.Series[Any], rows: NDArray[Any], index: pd.Index[Any] | None = None) -> pd.Series[Any]:
    """The cells that stand in these rows, counted from 0; missing for -1."""
    return pd.Series(cells.array.take(rows, allow_fill=True), index=index)
