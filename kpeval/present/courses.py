"""What do results by day look like as tables? The days on which something moved, one under the other."""

from __future__ import annotations

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.cells import Maker
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import language


@with_result
def drawdown_curve(curve: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Plan and spending, cumulated, on each day either moves."""
    words, table = language(lang), results.DRAWDOWN_CURVE
    cells.one_project(curve)
    if curve.empty:
        return Omitted(words.say("Neither a financial plan nor spending is stated."))
    columns: dict[str, Maker] = {
        words.heading(table["day"]): lambda row: cells.day(row.day, words),
        words.heading(table["planned"]): cells.money_field("planned", words, 0, stated=True),
        words.heading(table["spent"]): cells.money_field("spent", words, 0),
    }
    rows = cells.rows_of(cells.each(curve), columns)
    return Table(words.say("Plan and spending, cumulated"), tuple(columns), rows, cells.with_notes(rows, [], words))


@with_result
def indicator_course(course: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """The value of each indicator on each day it was measured, beside what was expected and the target in force."""
    words, table = language(lang), results.INDICATOR_COURSE
    cells.one_project(course)
    shown = [row for row in cells.each(course) if cells.holds(row.measured)]
    if not shown:
        return Omitted(words.say("No indicator has been measured."))
    columns: dict[str, Maker] = {words.heading(table["name"]): lambda row: Cell(cells.indicator(row), quoted=True)}
    columns[words.heading(table["day"])] = lambda row: cells.day(row.day, words)
    columns[words.heading(table["actual"])] = lambda row: cells.quantity(row.actual, row, words)

    def known(name: str) -> Maker:
        return lambda row: (
            cells.not_applicable() if pd.isna(getattr(row, name)) else cells.quantity(getattr(row, name), row, words)
        )

    for name in ("planned", "target"):
        columns[words.heading(table[name])] = known(name)
    rows = cells.rows_of(shown, columns)
    empty = any(pd.isna(row.planned) or pd.isna(row.target) for row in shown)
    notes = [words.say("[z]: not applicable; no target is in force, or no way to it is known.")] if empty else []
    return Table(
        words.say("Indicators by day of measurement"), tuple(columns), rows, cells.with_notes(rows, notes, words)
    )
