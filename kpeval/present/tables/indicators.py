"""What does the table of the indicators look like: target, achieved value, progress and status?"""

from __future__ import annotations

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.cells import Maker, Row
from kpeval.present.chosen import calling_indicators
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import language
from kpeval.present.vocabulary import spoken


@with_result
def indicator_fulfilment(
    fulfilment: pd.DataFrame, *, lang: str, full: bool = False, most: int | None = None
) -> Table | Omitted:
    """Each indicator with target, achieved value, the two percentages and status; `full` adds how they came about.

    Of more than `most` indicators only those that call for a question (`chosen.calling_indicators`), and it says so.
    """
    words, table = language(lang), results.INDICATOR_FULFILMENT
    cells.one_project(fulfilment)
    if fulfilment.empty:
        return Omitted(words.say("No indicator is stated."))
    total, fulfilment = len(fulfilment), calling_indicators(fulfilment, most)
    if fulfilment.empty:
        none = words.say(
            "None of the {count} indicators is missed, behind, without a value or far above its target; all of them "
            "stand in the report on the indicators.",
            count=words.number(total),
        )
        return Omitted(none, told=True)
    assumed = words.say("assumed")
    revised = words.say("revised")

    def value(name: str, row: Row, mark: str = "") -> Cell:
        return cells.quantity(getattr(row, name), row, words, stated=name != "gap", mark=mark)

    def target(row: Row) -> Cell:
        return value("target", row, revised if row.target != row.original_target and row.target == row.target else "")

    columns: dict[str, Maker] = {words.heading(table["name"]): lambda row: Cell(cells.indicator(row), quoted=True)}
    if full:
        columns[words.heading(table["baseline"])] = lambda row: value(
            "baseline", row, assumed if cells.holds(row.assumed) else ""
        )
        columns[words.heading(table["original_target"])] = lambda row: value("original_target", row)
    columns[words.heading(table["target"])] = target
    columns[words.heading(table["due"])] = lambda row: cells.day(row.due, words)
    columns[words.heading(table["actual"])] = lambda row: cells.achieved(row, words)
    if full:
        columns[words.heading(table["measured_on"])] = lambda row: cells.day(row.measured_on, words)
        columns[words.heading(table["gap"])] = lambda row: value("gap", row)
    columns[words.heading(table["of_target"])] = lambda row: (
        cells.not_applicable() if row.direction in ("decrease", "maintain") else cells.percent(row.of_target, words)
    )
    columns[words.heading(table["fulfilment"])] = lambda row: cells.percent(
        row.fulfilment, words, mark=assumed if cells.holds(row.assumed) else ""
    )
    if full:
        columns[words.heading(table["expected"])] = lambda row: cells.percent(row.expected, words)
        columns[words.heading(table["reason"])] = lambda row: Cell(
            spoken("reason", row.reason, words) if isinstance(row.reason, str) else ""
        )
    columns[words.heading(table["status"])] = lambda row: Cell(spoken("indicator_status", row.status, words))
    shown = cells.each(fulfilment)
    rows = cells.rows_of(shown, columns)
    notes = []
    if len(fulfilment) < total:
        notes.append(
            words.count(
                "Shown is {count} of {all} indicators: what is missed, behind, without a value or far above its "
                "target. All of them stand in the report on the indicators.",
                "Shown are {count} of {all} indicators: what is missed, behind, without a value or far above its "
                "target. All of them stand in the report on the indicators.",
                len(fulfilment),
                all=words.number(total),
            )
        )
    if any(cells.holds(row.assumed) and (full or pd.notna(row.fulfilment)) for row in shown):
        notes.append(words.say("Assumed: the documents state no baseline; a count is taken to start at 0."))
    if any(row.direction in ("decrease", "maintain") for row in shown):
        notes.append(
            words.say("[z]: not applicable; the percentage of the target is shown only where a higher value is better.")
        )
    notes = list(cells.with_notes(rows, notes, words))
    return Table(words.say("Fulfilment of the indicators"), tuple(columns), rows, tuple(notes), fulfilment)
