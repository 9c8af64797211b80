"""Which values of a typed table break a rule of the schema, and where?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kpeval.columns import Column, Table
from kpeval.faults import Fault, quoted
from kpeval.rows import newest


def checked(table: Table, frame: pd.DataFrame) -> list[Fault]:
    """The faults pandera finds in a typed `frame`: empty needed cells, words off the list, limits, repeated keys."""
    columns = {str(name): frame[name].array for name in frame.columns}
    return broken(table, columns, frame, columns)


def broken(table: Table, columns: Mapping[str, Any], frame: pd.DataFrame, printed: Mapping[str, Any]) -> list[Fault]:
    """The faults of a typed `frame`, whose columns are given besides; one quotes the cell as it was `printed`."""
    if frame.empty:
        return []
    faults: list[Fault] = []
    off = tuple(column for column in table.columns if column.ruled and _breaks(column, columns[column.name]))
    if off:
        faults += _told(replace(table, columns=off), frame, printed)
    for first, last in table.order:
        for row in frame.index[np.asarray(columns[first] > columns[last])]:
            faults.append(Fault(table.file, int(row), last, f"lies before {first}"))
    return faults + repeated(table, columns, frame.index)


def _breaks(column: Column, cells: Any) -> bool:
    """Whether pandera would find anything: it takes fifty times as long to say that all is well."""
    if column.required and pd.isna(cells).any():
        return True
    if column.words and not {*cells[~pd.isna(cells)]} <= {*column.words}:
        return True
    low, high = column.low, column.high
    return bool((low is not None and (cells < low).any()) or (high is not None and (cells > high).any()))


def _told(table: Table, frame: pd.DataFrame, printed: Mapping[str, Any]) -> list[Fault]:
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
        cell = None if empty else printed[column][frame.index.get_loc(row)]
        message = "is empty, and must not be" if empty else f"{quoted(cell)} {case['check']}"
        faults.append(Fault(table.file, row, column, message))
    return faults


def repeated(table: Table, columns: Mapping[str, Any], rows: pd.Index[Any]) -> list[Fault]:
    """The rows that repeat the key of one above, which is named; none where the key is not among the columns."""
    key = list(dict.fromkeys(name for name in ("project_id", *table.key) if name in columns))
    if len(rows) < 2 or not table.key or not set(table.key) <= set(key):
        return []
    if newest(*(columns[name] for name in reversed(key))).all():  # the project, which tells least, last
        return []
    frame = pd.DataFrame({name: columns[name] for name in key}, index=rows)
    again = frame.duplicated(key)
    needed = [name for name in table.key if table[name].required]
    named = frame[needed].notna().all(axis="columns") if needed else frame[list(table.key)].notna().any(axis="columns")
    again &= named  # an empty key is a fault of its own
    if not again.any():
        return []
    first = pd.Series(rows, index=rows).groupby([frame[name] for name in key], dropna=False)
    firsts = first.transform("first")[again]
    shown = ", ".join(name for name in key if name != "project_id")
    return [Fault(table.file, int(str(row)), shown, f"repeats row {first_row}") for row, first_row in firsts.items()]


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
