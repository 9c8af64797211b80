"""What do the tables of people in training look like: never a person, and no number of few?"""

from __future__ import annotations

from math import isinf

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.breakdown import CONFIDENTIAL
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import Language, language

PARTS = ("complete", "incomplete", "unstated")


@with_result
def persons_counted(counted: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Each indicator that counts people in training: what attendance gives, what was reported, and the difference."""
    words, table = language(lang), results.PERSONS_COUNTED
    cells.one_project(counted)
    if counted.empty:
        return Omitted(words.say("No attendance at a training is stated for an indicator that counts people."))
    columns: dict[str, Maker] = {
        words.heading(table["indicator_id"]): lambda row: Cell(cells.named(row.code, row.name), quoted=True),
        words.heading(table["counted"]): lambda row: cells.number(row.counted, words),
        words.heading(table["reported"]): lambda row: cells.number(row.reported, words, stated=True),
        words.heading(table["reported_on"]): lambda row: cells.day(row.reported_on, words),
        words.heading(table["counted_then"]): lambda row: cells.number(row.counted_then, words),
        words.heading(table["difference"]): lambda row: cells.number(row.difference, words),
        words.heading(table["min_hours"]): lambda row: _threshold(row.min_hours, row.assumed, words),
    }
    rows = cells.rows_of(cells.each(counted), columns)
    notes = _assumed(any(cells.holds(row.assumed) for row in cells.each(counted)), words)
    notes.append(words.say("Neither number is corrected by the other."))
    caption = words.say("People counted from attendance, and as reported")
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words))


@with_result
def training_summary(summary: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """How many people were trained, and enough; [c] stands for what is confidential."""
    words, table = language(lang), results.TRAINING_SUMMARY
    if summary.empty:
        return Omitted(none_stated(words))
    assumed = any(row.rule == "assumed" for row in cells.each(summary))
    makers: dict[str, Maker] = {
        words.heading(table["min_hours"]): lambda row: _threshold(row.min_hours, row.rule == "assumed", words),
        words.heading(table["trainings"]): lambda row: cells.count(row.trainings, words),
    }
    for name in ("people", "reached", "under", "near"):
        makers[words.heading(table[name])] = cells.field(name, _few, words)
    makers[words.heading(table["hours"])] = cells.field("hours", _hours, words)
    makers[words.heading(table["median_hours"])] = cells.field("median_hours", _hours, words)
    if not all(_silent(row) for row in cells.each(summary)):
        for name in PARTS:
            makers[words.heading(table[name])] = cells.field(name, _few, words)
        makers[words.heading(table["share_complete"])] = lambda row: (
            Cell(CONFIDENTIAL, number=True) if pd.isna(row.complete) else cells.percent(row.share_complete, words)
        )
    facts = cells.facts_table(words.say("People in training"), cells.each(summary), makers, words)
    notes = _assumed(assumed, words)
    for row in cells.each(summary, "rule rule_source threshold suppressed"):
        if row.rule == "programme":
            notes.append(
                words.say("The threshold is a rule of the programme. Source: {source}.", source=row.rule_source)
            )
        if row.rule == "project":
            notes.append(words.say("The threshold stands in project.toml."))
        if cells.holds(row.suppressed):
            notes.append(confidential(int(row.threshold), words))
    return Table(facts.caption, facts.headings, facts.rows, (*dict.fromkeys(notes), *facts.notes))


@with_result
def training_bands(bands: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """How many people lie in each band of hours, below the threshold and above."""
    words, table = language(lang), results.TRAINING_BANDS
    cells.one_project(bands)
    if nothing := unshown(bands, words):
        return Omitted(nothing)
    columns: dict[str, Maker] = {
        words.say("Hours that count"): lambda row: Cell(span(row.from_hours, row.to_hours, words)),
        words.heading(table["people"]): lambda row: cells.count(row.people, words),
        words.heading(table["reached"]): lambda row: Cell(
            words.say("yes") if cells.holds(row.reached) else words.say("no")
        ),
    }
    shown = cells.each(bands)
    rows = cells.rows_of(shown, columns)
    notes = [
        words.say("A band begins with its first number and ends below its last one."),
        together(int(shown[0].threshold), words),
    ]
    caption = words.say("Hours of training, in bands")
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words))


def none_stated(words: Language) -> str:
    """What stands where nobody says who was trained."""
    return words.say("Attendance at trainings is not stated.")


def unshown(bands: pd.DataFrame, words: Language) -> str:
    """Why no band can be shown; nothing where they can."""
    if bands.empty:
        return none_stated(words)
    if bands["withheld"].notna().any() or bands["people"].isna().any():
        return words.say("How the hours are spread is not shown: the people on one side of the threshold are too few.")
    return ""


def span(low: float, high: float, words: Language) -> str:
    """From where to where a band reaches; the last one may have no end."""
    if pd.isna(high) or isinf(high):
        return words.say("{hours} and more", hours=words.number(low))
    return words.range(words.number(low), words.number(high))


def together(threshold: int, words: Language) -> str:
    """How the bands came about."""
    return words.count(
        "Bands are put together until each holds at least {count} person, or none.",
        "Bands are put together until each holds at least {count} people, or none.",
        threshold,
    )


def confidential(threshold: int, words: Language) -> str:
    """What [c] means."""
    return words.count(
        "[c]: confidential, fewer than {count} person, or hidden so that such a number cannot be computed.",
        "[c]: confidential, fewer than {count} people, or hidden so that such a number cannot be computed.",
        threshold,
    )


def _silent(row: Row) -> bool:
    """Whether nobody says of anybody if the record is complete; hidden numbers are something that is said."""
    return all(pd.isna(getattr(row, name)) for name in PARTS) and not cells.holds(row.suppressed)


def _threshold(hours: float, assumed: object, words: Language) -> Cell:
    return cells.number(hours, words, mark=words.say("assumed") if cells.holds(assumed) else "")


def _assumed(any_assumed: bool, words: Language) -> list[str]:
    if not any_assumed:
        return []
    return [words.say("Assumed: no rule of the programme is known, and project.toml states no threshold.")]


def _few(count: object, words: Language) -> Cell:
    return Cell(CONFIDENTIAL, number=True) if pd.isna(count) else cells.count(count, words)  # type: ignore[call-overload]


def _hours(hours: float, words: Language) -> Cell:
    return Cell(CONFIDENTIAL, number=True) if pd.isna(hours) else cells.number(hours, words)
