"""How do cells become values, and which of them break a rule?

`typed` turns a frame of text (or of dates and numbers that somebody built in a notebook) into the declared types and
returns every fault it met; `table_of` does so for a file, and holds the values against the rules (see `breaches`);
`arrays` is how a measure asks for the columns it needs, `take` the same as a frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kpeval import czech
from kpeval.breaches import broken, checked, repeated
from kpeval.columns import FLAGS, PROJECT_ID, Column, Table
from kpeval.faults import DataError, Fault, quoted
from kpeval.rows import MASKED, Rows, framed, picked, places
from kpeval.timespan import as_day

__all__ = ["arrays", "checked", "picked", "places", "table_of", "take", "typed"]

LARGEST = 1e15  # haléře of it still are whole numbers of a float; nothing that is evaluated here is larger
PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")  # as programs write it: what it means needs no asking


def _finite(value: Any) -> float:
    if isinstance(value, str) and not PLAIN_NUMBER.fullmatch(value):
        number = float(czech.number(value).value)
    else:
        number = float(value)
    if not abs(number) <= LARGEST:
        raise ValueError(f"{quoted(value)} is not a number that can be computed with")
    return number


def _value(column: Column, value: Any, text: Any) -> tuple[Any, str]:
    """One cell as a value and, for start and end, its precision; ValueError says what it is not.

    `text` is the cell without its invisible differences, where it is text.
    """
    match column.kind:
        case "text" | "word":
            return str(text), ""
        case "number":
            return _finite(value), ""
        case "money":
            amount = _finite(value)
            if round(amount, 2) != amount:  # sums are made in haléře, so a part of one would be lost unsaid
                raise ValueError(f"{quoted(value)} has parts of a haléř (cent): round it to two decimals")
            return amount, ""
        case "share":
            return _finite(value) / (100 if isinstance(text, str) and text.endswith("%") else 1), ""
        case "whole":
            number = _finite(value)
            if number != int(number) or abs(number) > LARGEST:
                raise ValueError(
                    f"{quoted(value)} is not a whole number" + (" that anything could count" * (number == int(number)))
                )
            return int(number), ""
        case "flag":
            if str(text).lower() not in FLAGS:
                raise ValueError(f"{quoted(value)} is neither true nor false")
            return FLAGS[str(text).lower()], ""
        case "day":
            return as_day(text), ""
        case _:
            if not isinstance(text, str):
                return as_day(text), "day"
            printed = czech.period(text)
            return printed.start if column.kind == "start" else printed.end, printed.precision


class _Read(NamedTuple):
    """A column's values, their precisions (of start and end), and what was wrong, by row."""

    cells: Any  # an array: a frame is made of many at a fraction of what as many series cost
    precisions: Any = None
    wrong: Sequence[tuple[int | None, str]] = ()


def _texts(cells: NDArray[np.object_]) -> NDArray[np.object_]:
    """Text without its invisible differences; missing where nothing is left of it."""
    distinct = {cell for cell in cells.tolist() if isinstance(cell, str)}
    joined = " ".join(filter(None, distinct))
    if czech.plain(joined) == joined:  # tidy as a whole, so is each part
        return np.where(cells == "", np.nan, cells) if "" in distinct else cells
    tidy = {cell: czech.plain(cell) or np.nan for cell in distinct}
    return np.array([tidy.get(cell, np.nan) for cell in cells.tolist()], dtype=object)


def _converted(column: Column, cells: Any, rows: pd.Index[Any]) -> _Read:
    """Each distinct cell is read once, however often it stands."""
    places, distinct = pd.factorize(cells)  # -1: missing
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
    astray = [(row, bad[place]) for row, place in zip(rows, places, strict=True) if place in bad] if bad else []
    wrong = [(int(str(row)), message) for row, message in astray]
    given = _spread(precisions, "str", places) if column.kind in ("start", "end") else None
    return _Read(_spread(values, column.dtype, places), given, wrong)


def _spread(values: Sequence[Any], dtype: str, places: NDArray[Any]) -> Any:
    """An array of the values at these places; missing where the place is -1, or the value None."""
    held = [*values, None]  # the last, which -1 names
    if dtype in MASKED:
        array, kind = MASKED[dtype]
        mask = np.array([value is None for value in held])
        return array(np.array([value or 0 for value in held], dtype=kind)[places], mask[places])
    if dtype == "str":
        return np.array([np.nan if value is None else value for value in held], dtype=object)[places]
    return np.array(held, dtype=dtype)[places]


def _column(column: Column, cells: Any, rows: pd.Index[Any]) -> _Read:
    """The cells in the column's type: as they are, where they have it, for numbers and days need no reading.

    `cells`: a series of a frame, or an array of text of a file.
    """
    if column.dtype == "str" and (isinstance(cells, np.ndarray) or str(cells.dtype) == "str"):
        return _Read(_texts(np.asarray(cells, dtype=object)))
    kind = cells.dtype.kind if column.dtype != "str" else ""
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
    return _converted(column, cells.array if isinstance(cells, pd.Series) else cells, rows)


def _read(table: Table, given: Mapping[str, Any], rows: pd.Index[Any]) -> tuple[dict[str, Any], list[Fault]]:
    """The columns of the table from those that are given, as arrays (text as objects), and the faults met."""
    out: dict[str, Any] = {}
    faults: list[Fault] = []
    nowhere = np.full(len(rows), -1)
    blank: dict[str, Any] = {}  # most tables lack several columns of a type: one array does for all
    for column in table.columns:
        if column.name in given:
            read = _column(column, given[column.name], rows)
        else:
            if column.dtype not in blank:
                blank[column.dtype] = _spread([], column.dtype, nowhere)
            read = _Read(blank[column.dtype])
            if column.required and len(rows):
                faults.append(Fault(table.file, None, column.name, "this column is needed and absent"))
        out[column.name] = read.cells
        faults += [Fault(table.file, row, column.name, message) for row, message in read.wrong]
        if column.kind in ("start", "end"):
            name = f"{column.name}_precision"
            stated = column.name in given and name in given and isinstance(given[name], pd.Series)
            precisions = _spread([], "str", nowhere) if read.precisions is None else read.precisions
            out[name] = given[name] if stated else precisions
    return out, faults


def _given(table: Table, frame: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    """What the frame holds of the table's columns, and of their precisions."""
    names = (name for column in table.columns for name in (column.name, f"{column.name}_precision"))
    present = set(frame.columns)
    return {name: frame[name] for name in names if name in present}


def typed(table: Table, frame: pd.DataFrame, names: Iterable[str] | None = None) -> tuple[pd.DataFrame, list[Fault]]:
    """`frame` with the columns `names` (all, if None) of `table` in their declared types, and the faults met.

    A column that is absent is filled with missing values if the schema lets it be absent. The index stays: it is
    the row number that a fault names. `start` and `end` columns gain a companion `<name>_precision`.
    """
    asked = table if names is None else replace(table, columns=tuple(table[name] for name in names))
    columns, faults = _read(asked, _given(asked, frame), frame.index)
    return framed(columns, frame.index), faults


def table_of(
    table: Table, printed: Mapping[str, NDArray[Any]], rows: pd.Index[Any], told: Iterable[Fault], owner: str = ""
) -> tuple[pd.DataFrame, list[Fault]]:
    """The typed table of the text `printed` in a file, and its faults beyond those already `told`: each is told once.

    `owner` is the project whose rows they are, for the tables whose files do not name it.
    """
    columns, wrong = _read(table, printed, rows)
    named = {PROJECT_ID.name: np.full(len(rows), owner, dtype=object)} if owner else {}
    frame = framed(named | columns, rows)
    if not printed:
        return frame, []
    known = {fault.column for fault in told}
    cells = {(fault.row, fault.column) for fault in wrong}
    absent = {fault.column for fault in wrong if fault.row is None}
    kept = [
        fault
        for fault in broken(table, columns, frame, printed)
        if (fault.row, fault.column) not in cells and fault.column not in absent
    ]
    return frame, [fault for fault in (*wrong, *kept) if fault.column not in known]


def arrays(table: Table, frame: pd.DataFrame, names: str) -> Rows:
    """The columns `names` (and project_id) of `frame`, typed, each as an array: what a measure works on.

    A name that ends in ? may be absent even where the schema needs it: a title, say, that is only passed on.
    Raises DataError for a needed column that is absent, a value that cannot be read, or a repeated key: a row
    counted twice would be a wrong number.
    """
    columns = _taken(table, frame, names)
    return {
        name: cells if isinstance(cells, np.ndarray) else np.asarray(cells, dtype=object)
        for name, cells in columns.items()
    }


def take(table: Table, frame: pd.DataFrame, names: str) -> pd.DataFrame:
    """The same as `arrays`, as a frame whose rows are numbered from 0."""
    return framed(_taken(table, frame.reset_index(drop=True), names), pd.RangeIndex(len(frame)))


def _taken(table: Table, frame: pd.DataFrame, names: str) -> dict[str, Any]:
    asked, rows = _asked(table, names), pd.RangeIndex(len(frame))
    given = _given(asked, frame)
    columns, faults = _read(asked, given, rows)
    for column in asked.columns:
        if column.required and column.name in given and (empty := pd.isna(columns[column.name])).any():
            places = np.flatnonzero(empty).tolist()
            faults += [Fault(table.file, row, column.name, "is empty, and must not be") for row in places]
    faults += repeated(asked, columns, rows)
    if faults:
        raise DataError(faults, f"the table {table.name}")
    return columns


@lru_cache
def _asked(table: Table, names: str) -> Table:
    """The part of the table that `take` is asked for, project_id first."""
    columns = [
        replace(table[name.rstrip("?")], required=table[name.rstrip("?")].required and not name.endswith("?"))
        for name in names.split()
    ]
    return replace(table, columns=(PROJECT_ID, *columns))
