"""What do the documents themselves state: goals, target groups, areas, plans, and facts that fit no table?"""

from __future__ import annotations

import pandas as pd

from kpeval import schema
from kpeval.present import cells
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import Language, language
from kpeval.present.vocabulary import spoken


@with_result
def goals(goals: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """The goals as the documents word them."""
    words = language(lang)
    if goals.empty:
        return Omitted(words.say("No goal is stated."))
    shown = _each(goals, "goal_id text level")
    columns: dict[str, Maker] = {
        words.heading(schema.GOALS["goal_id"]): lambda row: Cell(row.goal_id),
        words.heading(schema.GOALS["text"]): lambda row: Cell(row.text, mark=_mark(row, words), quoted=True),
    }
    if not all(pd.isna(row.level) for row in shown):
        columns[words.heading(schema.GOALS["level"])] = lambda row: Cell(spoken("level", row.level, words))
    rows = cells.rows_of(shown, columns)
    return Table(words.say("Goals as stated"), tuple(columns), rows, cells.with_notes(rows, [], words))


@with_result
def target_groups(target_groups: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """The groups the project serves, with their estimated size where one is stated."""
    words = language(lang)
    if target_groups.empty:
        return Omitted(words.say("No target group is stated."))
    columns: dict[str, Maker] = {
        words.heading(schema.TARGET_GROUPS["label"]): lambda row: Cell(row.label, quoted=True),
        words.heading(schema.TARGET_GROUPS["estimated_size"]): lambda row: (
            Cell(words.say("at least {value}", value=words.number(row.estimated_size)), True, _mark(row, words))
            if cells.holds(row.lower_bound) and not pd.isna(row.estimated_size)
            else cells.number(row.estimated_size, words, stated=True, mark=_mark(row, words))
        ),
    }
    rows = cells.rows_of(_each(target_groups, "label estimated_size lower_bound"), columns)
    return Table(words.say("Target groups as stated"), tuple(columns), rows, cells.with_notes(rows, [], words))


@with_result
def areas(areas: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """The thematic areas of the community plan."""
    words = language(lang)
    if areas.empty:
        return Omitted(words.say("No thematic area is stated."))
    columns: dict[str, Maker] = {
        words.heading(schema.AREAS["area_id"]): lambda row: Cell(row.area_id),
        words.heading(schema.AREAS["label"]): lambda row: Cell(row.label, mark=_mark(row, words), quoted=True),
    }
    rows = cells.rows_of(_each(areas, "area_id label"), columns)
    return Table(
        words.say("Thematic areas of the community plan"), tuple(columns), rows, cells.with_notes(rows, [], words)
    )


@with_result
def stated(stated: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Facts of the documents that fit no other table, as stated."""
    words = language(lang)
    if stated.empty:
        return Omitted(words.say("No further fact is stated."))
    columns: dict[str, Maker] = {
        words.heading(schema.STATED["label"]): lambda row: Cell(row.label, quoted=True),
        words.heading(schema.STATED["value"]): lambda row: (
            Cell(words.say("at least {value}", value=row.value), mark=_mark(row, words))
            if cells.holds(row.lower_bound)
            else Cell(row.value, mark=_mark(row, words), quoted=True)
        ),
    }
    rows = cells.rows_of(_each(stated, "label value lower_bound"), columns)
    return Table(words.say("Further facts as stated"), tuple(columns), rows, cells.with_notes(rows, [], words))


def _each(frame: pd.DataFrame, columns: str) -> list[Row]:
    """The rows with these columns, and with what their authors say of where they come from, where there is such."""
    return cells.each(frame, " ".join([columns, *(name for name in ("derived", "assumed") if name in frame)]))


def _mark(row: Row, words: Language) -> str:
    """The mark of a fact that whoever wrote the data computed or assumed; they may say how in its note."""
    if cells.holds(getattr(row, "assumed", None)):
        return words.say("assumed")
    return words.say("computed") if cells.holds(getattr(row, "derived", None)) else ""
