"""How do cells become values, and which of them break a rule?

`typed` turns a frame of text (or of dates and numbers that somebody built in a notebook) into the declared types and
returns every fault it met; `checked` lets pandera hold the values against the rules; `table_of` is both, for a file;
`take` is how a measure asks for the columns it needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd

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


def _value(column: Column, value: Any) -> tuple[Any, str]:
    """One cell as a value and, for start and end, its precision; ValueError says what it is not."""
    text = czech.plain(value) if isinstance(value, str) else value
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


def _converted(column: Column, cells: pd.Series[Any]) -> tuple[pd.Series[Any], pd.Series[Any], dict[Any, str]]:
    """Values, precisions and, by cell, what was wrong. Each distinct cell is read once, however often it stands."""
    good: dict[Any, Any] = {}
    precision: dict[Any, str] = {}
    bad: dict[Any, str] = {}
    for cell in cells.dropna().unique():
        if isinstance(cell, str) and not czech.plain(cell):
            continue
        try:
            good[cell], precision[cell] = _value(column, cell)
        except (ValueError, TypeError, OverflowError) as error:
            bad[cell] = str(error)
    values = pd.Series(cells.map(good), index=cells.index, dtype=column.dtype)
    return values, pd.Series(cells.map(precision), index=cells.index, dtype="str"), bad


def typed(table: Table, frame: pd.DataFrame, names: Iterable[str] | None = None) -> tuple[pd.DataFrame, list[Fault]]:
    """`frame` with the columns `names` (all, if None) of `table` in their declared types, and the faults met.

    A column that is absent is filled with missing values if the schema lets it be absent. The index stays: it is
    the row number that a fault names. `start` and `end` columns gain a companion `<name>_precision`.
    """
    wanted = [table[name] for name in names] if names is not None else list(table.columns)
    out: dict[str, pd.Series[Any]] = {}
    faults: list[Fault] = []
    for column in wanted:
        if column.name not in frame.columns:
            if column.required and len(frame):
                faults.append(Fault(table.file, None, column.name, "this column is needed and absent"))
            out[column.name] = pd.Series(index=frame.index, dtype=column.dtype)
            if column.kind in ("start", "end"):
                out[f"{column.name}_precision"] = pd.Series(index=frame.index, dtype="str")
            continue
        cells = frame[column.name]
        kind = cells.dtype.kind if column.kind not in ("text", "word") else ""
        if (kind in "iuf" and column.dtype == "float64") or (kind == "M" and column.dtype.startswith("datetime")):
            values: pd.Series[Any] = cells.dt.tz_localize(None).dt.normalize() if kind == "M" else cells
            out[column.name] = pd.Series(values, dtype=column.dtype)
            if kind == "f" and not (cells.abs() <= LARGEST).where(cells.notna(), True).all():
                faults.append(Fault(table.file, None, column.name, "holds a number that cannot be computed with"))
            precision = pd.Series("day", index=frame.index, dtype="str").where(cells.notna())
        elif str(cells.dtype) == column.dtype and column.kind in ("whole", "flag"):
            out[column.name] = cells
        else:
            out[column.name], precision, bad = _converted(column, cells)
            faults += [
                Fault(table.file, int(str(row)), column.name, bad[cell])
                for row, cell in cells[cells.isin(list(bad))].items()
            ]
        if column.kind in ("start", "end"):
            given = frame.get(f"{column.name}_precision")
            out[f"{column.name}_precision"] = precision if given is None else given
    return pd.DataFrame(out, index=frame.index), faults


@lru_cache
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
    import pandera.errors  # 0.15 s: only those who load files pay for it

    faults: list[Fault] = []
    quoted = frame if printed is None else printed
    try:
        _rules(table).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        for case in errors.failure_cases.to_dict("records"):
            row, column = int(case["index"]), str(case["column"])
            empty = case["check"] == "not_nullable"
            message = "is empty, and must not be" if empty else f"'{quoted[column].loc[row]}' {case['check']}"
            faults.append(Fault(table.file, row, column, message))
    for first, last in table.order:
        for row in frame.index[frame[first] > frame[last]]:
            faults.append(Fault(table.file, int(row), last, f"lies before {first}"))
    return faults + _repeated(table, frame)


def _repeated(table: Table, frame: pd.DataFrame) -> list[Fault]:
    key = [name for name in ("project_id", *table.key) if name in frame.columns]
    if frame.empty or not table.key or not set(table.key) <= set(key):
        return []
    needed = [name for name in table.key if table[name].required]
    named = frame[needed].notna().all(axis="columns") if needed else frame[list(table.key)].notna().any(axis="columns")
    again = frame.duplicated(key) & named  # an empty key is a fault of its own
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
    wanted = {"project_id": True} | {name.rstrip("?"): not name.endswith("?") for name in names.split()}
    declared = (PROJECT_ID, *(column for column in table.columns if column.name != PROJECT_ID.name))
    columns = tuple(replace(column, required=column.required and wanted.get(column.name, False)) for column in declared)
    with_id = Table(table.name, table.en, table.cs, columns, table.key)
    rows, faults = typed(with_id, frame.reset_index(drop=True), wanted)
    for column in columns:
        if column.required and column.name in wanted and column.name in frame.columns:
            empty = rows.index[rows[column.name].isna()]
            faults += [Fault(table.file, int(row), column.name, "is empty, and must not be") for row in empty]
    faults += _repeated(with_id, rows)
    if faults:
        raise DataError(faults, f"the table {table.name}")
    return rows
