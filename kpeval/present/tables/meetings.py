"""What does the table of the meetings look like: how often each group met, how far apart, and who was there?"""

from __future__ import annotations

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.breakdown import CONFIDENTIAL
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.groups import OF_MEMBERS, checked, group_heading
from kpeval.present.language import Language, language

MOST = 30  # groups: a town has a dozen


@with_result
def meetings(meetings: pd.DataFrame, *, lang: str, full: bool = False) -> Table | Omitted:
    """Each group with its meetings, the days between them, the attendance of its members and the three parties.

    `full` adds how many meetings have their attendance recorded, the days since the last one, and each of the three
    parties. No number of people is shown: [c] stands for a rate that would tell of few.
    """
    words, table = language(lang), results.MEETINGS
    checked(meetings)
    cells.one_project(meetings)
    if meetings.empty:
        return Omitted(words.say("No meeting and no group is stated."))
    columns: dict[str, Maker] = {
        words.heading(table["working_group"]): lambda row: Cell(
            group_heading(row, words), quoted=row.working_group != row.kind
        ),
        words.heading(table["meetings"]): lambda row: cells.count(row.meetings, words),
        words.say("First and last"): lambda row: _days(row, words),
        words.heading(table["median_gap"]): lambda row: _gap(row.median_gap, words),
        words.heading(table["longest_gap"]): lambda row: _gap(row.longest_gap, words),
    }
    if full:
        columns[words.heading(table["days_since_last"])] = lambda row: _gap(row.days_since_last, words)
        columns[words.heading(table["recorded"])] = lambda row: cells.count(row.recorded, words)
    columns[words.heading(table["attendance_rate"])] = lambda row: _rate(row, words)
    parties = ("with_commissioner", "with_provider", "with_user") if full else ()
    for name in (*parties, "with_triad"):
        columns[words.heading(table[name])] = _party(name, words)
    rows = cells.rows_of(cells.each(meetings.head(MOST)), columns)
    return Table(
        words.say("Meetings of the groups"),
        tuple(columns),
        rows,
        cells.with_notes(rows, _notes(meetings, rows, words), words),
    )


def _days(row: Row, words: Language) -> Cell:
    if pd.isna(row.first_on):
        return cells.not_applicable()
    first, last = cells.day(row.first_on, words), cells.day(row.last_on, words)
    parts = ((words.say("from"), first), (words.say("to"), last))
    return Cell(words.range(first.text, last.text), parts=parts)


def _gap(days: float, words: Language) -> Cell:
    """With fewer than two meetings there is none between them."""
    return cells.not_applicable() if pd.isna(days) else cells.number(days, words)


def _rate(row: Row, words: Language) -> Cell:
    if cells.holds(row.suppressed):
        return Cell(CONFIDENTIAL, number=True)
    return _share(row.attendance_rate, row, words)


def _party(name: str, words: Language) -> Maker:
    return lambda row: _share(getattr(row, name), row, words)


def _share(share: float, row: Row, words: Language) -> Cell:
    """Of no meeting there is no share, and at a hearing nobody asks for one; what nobody recorded is not stated."""
    if pd.isna(share):
        nobody = row.kind not in OF_MEMBERS or row.meetings == 0
        return cells.not_applicable() if nobody else cells.unknown(words, stated=True)
    return cells.percent(share, words)


def _notes(meetings: pd.DataFrame, rows: tuple[tuple[Cell, ...], ...], words: Language) -> list[str]:
    notes = []
    if len(meetings) > MOST:
        notes.append(words.count("{count} of {all} shown", "{count} of {all} shown", MOST, all=len(meetings)) + ".")
    if any(cell.text == CONFIDENTIAL for row in rows for cell in row):
        notes.append(words.say("[c]: confidential, the rate would tell of a small number of people."))
    if meetings["recorded"].sum():
        notes.append(
            words.say(
                "Attendance: members who were there out of members on the day, over the meetings with a record of it. "
                "Parties: share of those meetings at which a commissioner, a provider and a user were."
            )
        )
    return notes
