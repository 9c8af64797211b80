"""What does the table of the breakdowns look like: who or what makes up the value of each indicator?

It takes what `kp.indicator_breakdown` lets be seen, and refuses counts that did not come that way.
"""

from __future__ import annotations

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table
from kpeval.present.language import Language, language

CONFIDENTIAL = "[c]"


RESULT = (  # what programs get: indicators and units stand in other tables
    *("project_id", "indicator_id", "dimension", "category", "part", "actual", "total", "share"),
    *("suppressed", "withheld", "threshold"),
)


def indicator_breakdown(
    breakdown: pd.DataFrame, *, lang: str, full: bool = False, most: int | None = None
) -> Table | Omitted:
    """Each category with its number and its share of the total, which follows; [c] stands for what is confidential.

    Breakdowns of people only, unless it is to be `full`; the first ones, so many that `most` categories are shown or
    just more, and it says so.
    """
    words, table = language(lang), results.INDICATOR_BREAKDOWN
    checked(breakdown)
    cells.one_project(breakdown)
    chosen = breakdown if full else breakdown[breakdown["people"].fillna(True).astype(bool)]
    if chosen.empty:
        return Omitted(none_stated(words))
    parts = [row for row in cells.each(chosen) if not isinstance(row.withheld, str)]
    if not parts:
        return Omitted(words.say("No breakdown can be shown: the people in it are too few."))
    total, parts = len(parts), _first(parts, most)
    columns: dict[str, Maker] = {
        words.say("Category"): lambda row: _category(row, words),
        words.say("Number"): lambda row: _value(row, words),
        words.heading(table["share"]): lambda row: _share(row, words),
        words.heading(table["dimension"]): lambda row: _named(row.dimension, words),
        words.heading(table["indicator_id"]): lambda row: Cell(cells.indicator(row), quoted=True),
    }
    rows = cells.rows_of(_with_totals(parts), columns)
    notes = _notes(parts, words)
    if len(parts) < total:
        notes.insert(0, words.say("The first breakdowns; all of them stand in the report on the indicators."))
        of = {(row.indicator_id, row.dimension) for row in parts}
        names = zip(chosen["indicator_id"].tolist(), chosen["dimension"].tolist(), strict=True)
        chosen = chosen[[name in of for name in names]]
    return Table(
        words.say("Indicators broken down"),
        tuple(columns),
        rows,
        cells.with_notes(rows, notes, words),
        chosen[list(RESULT)],
        name="indicator_breakdown",
    )


def none_stated(words: Language) -> str:
    """What stands where nobody says who was reached."""
    return words.say("No breakdown of people, by sex or age say, is stated.")


def checked(breakdown: pd.DataFrame) -> None:
    """ValueError for counts of which nobody has decided whether they may be seen, or a hidden number that is there."""
    if "suppressed" not in breakdown:
        raise ValueError("a breakdown is shown as kp.indicator_breakdown gives it: counts as such may not be seen")
    hidden = breakdown["suppressed"].fillna(True).astype(bool)
    if breakdown.loc[hidden, ["actual", "share"]].notna().any(axis=None):
        raise ValueError("a breakdown holds numbers that are marked as not to be seen")


def _first(parts: list[Row], most: int | None) -> list[Row]:
    """Whole breakdowns from the first one on, until they have `most` rows or more."""
    end = len(parts) if most is None else min(most, len(parts))
    while 0 < end < len(parts) and _of(parts[end]) == _of(parts[end - 1]):
        end += 1
    return parts[:end]


def _of(row: Row) -> tuple[str, str]:
    return row.indicator_id, row.dimension


def _with_totals(parts: list[Row]) -> list[Row]:
    """The rows, and after those of each dimension one of the indicator's own value."""
    rows: list[Row] = []
    for place, row in enumerate(parts):
        rows.append(row)
        after = parts[place + 1] if place + 1 < len(parts) else None
        if after is None or _of(row) != _of(after):
            whole = {"part": "total", "actual": row.total, "share": 1.0 if row.total > 0 else None}
            rows.append(type(row)(**vars(row) | whole | {"suppressed": False}))
    return rows


def _category(row: Row, words: Language) -> Cell:
    if row.part in ("total", "rest"):
        return Cell(words.say("total") if row.part == "total" else words.say("not broken down"))
    return _named(row.category, words)


def _named(name: object, words: Language) -> Cell:
    return Cell(name, quoted=True) if isinstance(name, str) else Cell(words.say("not stated"))


def _value(row: Row, words: Language) -> Cell:
    return _confidential() if cells.holds(row.suppressed) else cells.quantity(row.actual, row, words, stated=True)


def _share(row: Row, words: Language) -> Cell:
    if cells.holds(row.suppressed):
        return _confidential()
    return cells.not_applicable() if pd.isna(row.share) else cells.percent(row.share, words)


def _confidential() -> Cell:
    return Cell(CONFIDENTIAL, number=True)


def _notes(parts: list[Row], words: Language) -> list[str]:
    least = sorted({int(row.threshold) for row in parts if cells.holds(row.suppressed)})
    return [
        words.count(
            "[c]: confidential, fewer than {count} person, or hidden so that such a number cannot be computed.",
            "[c]: confidential, fewer than {count} people, or hidden so that such a number cannot be computed.",
            number,
        )
        for number in least
    ]
