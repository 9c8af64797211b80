"""What does the table of the town's own assessment of its planning look like?"""

from __future__ import annotations

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import Language, language
from kpeval.present.vocabulary import spoken

COUNTS = ("met", "partly", "not_met", "unanswered")
MOST = 30  # areas: the ministry has eight


@with_result
def self_assessment(self_assessment: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Each area of quality with its criteria met, met in part and not met; what was not assessed says so."""
    words, table = language(lang), results.SELF_ASSESSMENT
    cells.one_project(self_assessment)
    if self_assessment.empty:
        return Omitted(words.say("No assessment of its own planning by the town is stated."))
    columns: dict[str, Maker] = {
        words.heading(table["area"]): lambda row: Cell(area_name(row, words), quoted=pd.isna(row.number)),
        words.heading(table["criteria"]): lambda row: _criteria(row, words),
    }
    for name in COUNTS:
        columns[words.heading(table[name])] = _count(name, words)
    columns[words.heading(table["assessed_on"])] = lambda row: (
        cells.day(row.assessed_on, words) if _is_assessed(row) else cells.not_applicable()
    )
    rows = cells.rows_of(cells.each(self_assessment.head(MOST)), columns)
    notes = [words.say("The last assessment of each criterion counts. No score is made of them.")]
    if len(self_assessment) > MOST:
        total = words.number(len(self_assessment))
        notes.append(words.count("{count} of {all} shown", "{count} of {all} shown", MOST, all=total) + ".")
    caption = words.say("The town's assessment of its own planning")
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words))


def area_name(row: Row, words: Language) -> str:
    """One of the ministry's areas in the report's language, with its number; the town's own as it is written."""
    if pd.isna(row.number):
        return row.area if isinstance(row.area, str) else words.say("not stated")
    return f"{int(row.number)}. {spoken('quality_area', str(int(row.number)), words)}"


def _is_assessed(row: Row) -> bool:
    return not pd.isna(row.criteria) and row.criteria > 0


def _criteria(row: Row, words: Language) -> Cell:
    if not pd.isna(row.criteria) and row.criteria == 0:
        return Cell(words.say("not assessed"), number=True, unknown=True)
    return cells.count(row.criteria, words)


def _count(name: str, words: Language) -> Maker:
    return lambda row: cells.not_applicable() if pd.isna(getattr(row, name)) else cells.count(getattr(row, name), words)
