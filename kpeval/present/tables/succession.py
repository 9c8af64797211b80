"""What do the tables from plan to plan look like: continuity, revision, what is carried on, survival?"""

from __future__ import annotations

from collections import Counter
from typing import Literal

import pandas as pd

from kpeval import results
from kpeval.codes import FATES, GOES_ON, UNFULFILLED
from kpeval.present import cells
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import Language, language
from kpeval.present.successions import flows
from kpeval.present.vocabulary import spoken

Which = Literal["carried_on", "dropped", "new", "unlinked"]
OPEN = ("unlinked_old", "unlinked_new", "state_unknown", "links_left_out")
MOST_PAIRS = 4  # levels of pairs of plans side by side; more could not be read on a phone


@with_result
def plan_continuity(continuity: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """Each community plan with its period, the days between it and the one before, its approval, and the project in it.

    What no plan states has no column: a note says so.
    """
    words, table = language(lang), results.PLAN_CONTINUITY
    cells.one_project(continuity)
    if continuity.empty:
        return Omitted(words.say("No community plan is named."))
    shown = cells.each(continuity)
    columns: dict[str, Maker] = {
        words.heading(table["title"]): lambda row: Cell(
            row.title if isinstance(row.title, str) else row.plan_id, quoted=True
        ),
        words.say("Period"): lambda row: cells.period(row, "period", words, _mark(row, words)),
    }
    notes = []
    if any(isinstance(row.predecessor, str) for row in shown):
        columns[words.heading(table["gap_days"])] = lambda row: (
            cells.count(row.gap_days, words) if isinstance(row.predecessor, str) else cells.not_applicable()
        )
        notes.append(words.say("0 days between two plans: the one follows the other at once; below 0 they overlap."))
        if not all(isinstance(row.predecessor, str) for row in shown):
            notes.append(words.say("[z]: not applicable; no preceding plan is stated."))
    if any(pd.notna(row.approved_on) for row in shown):
        columns[words.heading(table["approved_on"])] = lambda row: cells.day(row.approved_on, words)
        columns[words.heading(table["approval_lag"])] = lambda row: (
            cells.unstated(words) if pd.isna(row.approved_on) else cells.count(row.approval_lag, words)
        )
    else:
        notes.append(words.say("When a plan was approved is not stated."))
    if any(pd.notna(row.project_days) for row in shown):
        columns[words.heading(table["project_days"])] = lambda row: cells.count(row.project_days, words)
    columns[words.heading(table["state"])] = lambda row: Cell(spoken("plan_course", row.state, words))
    rows = cells.rows_of(shown, columns)
    return Table(
        words.say("Community plans and how they follow each other"),
        tuple(columns),
        rows,
        cells.with_notes(rows, notes, words),
    )


@with_result
def plan_revision(revision: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """What became of each plan in the one that follows: a figure a row, two plans a column, the last four."""
    words, table = language(lang), results.PLAN_REVISION
    cells.one_project(revision)
    if revision.empty:
        return Omitted(_unstated(words))
    shown = cells.each(revision)
    left_out, shown = len(shown) - len(shown[-MOST_PAIRS:]), shown[-MOST_PAIRS:]
    levels = len({row.level for row in shown}) > 1
    heads = [f"{row.predecessor} → {row.plan_id}" + (f", {row.level}" if levels else "") for row in shown]
    body = []
    for column in table.columns[4:]:
        values = [getattr(row, column.name) for row in shown]
        if column.name in OPEN and not any(pd.notna(value) and value > 0 for value in values):
            continue  # nothing is left open
        make = cells.percent if column.kind == "share" else cells.count
        body.append((Cell(words.heading(column)), *(make(value, words) for value in values)))
    notes = [
        words.say(
            "Goes on: carried over, modified, merged or split. Not fulfilled: in progress, partly fulfilled, not "
            "fulfilled or postponed, by the latest evaluation known."
        )
    ]
    if not levels:
        notes.append(words.say("Level: {level}.", level=shown[0].level))
    if left_out:
        notes.append(
            words.count("{count} earlier column is left out.", "{count} earlier columns are left out.", left_out)
        )
    return Table(
        words.say("From plan to plan: what goes on, what is dropped, what is new"),
        (words.say("Figure"), *heads),
        tuple(body),
        cells.with_notes(body, notes, words),
    )


@with_result
def plan_flows(
    successions: pd.DataFrame, *, lang: str, plan: str | None = None, level: str | None = None
) -> Table | Omitted:
    """What became of the parts of the old plan by their last state: a state a row, a relation a column.

    Of the last two plans of which links speak, and the level of which they say most, unless `plan` (the one that
    follows) and `level` say others.
    """
    words = language(lang)
    found = flows(successions, plan, level)
    if found is None or not found.became:
        return Omitted(_unstated(words))
    relations = found.relations()
    heads = [_capital(spoken("relation", relation, words)) for relation in relations]
    body = []
    for state in found.states():
        counts = [found.became[state, relation] for relation in relations]
        body.append((Cell(spoken("measure_state", state, words)), *(_count(n, words) for n in (*counts, sum(counts)))))
    sums = [found.of(relations=(relation,)) for relation in relations]
    body.append((Cell(words.say("All")), *(_count(n, words) for n in (*sums, sum(sums)))))
    caption = words.say(
        "What became of the parts of {old} in {new} ({level})", old=found.old, new=found.new, level=found.level
    )
    fresh = (
        [
            words.count(
                "{count} part of {plan} is new.", "{count} parts of {plan} are new.", found.came["new"], plan=found.new
            )
        ]
        if found.came["new"]
        else []
    )
    if found.came["unlinked"]:
        fresh.append(
            words.count(
                "Of {count} part of {plan} no link says where it comes from.",
                "Of {count} parts of {plan} no link says where they come from.",
                found.came["unlinked"],
                plan=found.new,
            )
        )
    columns = (words.say("State in the old plan"), *heads, words.say("All"))
    return Table(caption, columns, tuple(body), cells.with_notes(body, fresh, words))


@with_result
def plan_successions(
    successions: pd.DataFrame,
    *,
    lang: str,
    which: Which = "carried_on",
    most: int = 10,
    plan: str | None = None,
    level: str | None = None,
) -> Table | Omitted:
    """The parts that were not fulfilled and go on, and why; or those that were `dropped`, are `new` or `unlinked`.

    `most` of them, the others are counted. Which two plans and which level: as in `plan_flows`.
    """
    words, table = language(lang), results.PLAN_SUCCESSIONS
    found = flows(successions, plan, level)
    if found is None:
        return Omitted(_unstated(words))
    listed = [row for row in found.rows if _belongs(row, which)]
    caption, nothing = _of_list(which, found.old, found.new, words)
    if not listed:
        return Omitted(nothing)
    columns: dict[str, Maker] = {
        words.heading(table["title"]): lambda row: Cell(cells.named(row.node_id, row.title), quoted=True),
    }
    if which != "new":
        columns[words.heading(table["state"])] = lambda row: Cell(spoken("measure_state", row.state, words))
    if which == "carried_on":
        columns[words.say("What became of it")] = lambda row: Cell(_as(row, words))
    if which != "unlinked":
        columns[words.heading(table["reason"])] = lambda row: (
            Cell(row.reason, quoted=True) if isinstance(row.reason, str) else cells.unstated(words)
        )
    rows = cells.rows_of(listed[:most], columns)
    notes = []
    if len(listed) > most:
        notes.append(words.count("{count} more is not listed.", "{count} more are not listed.", len(listed) - most))
    return Table(caption, tuple(columns), rows, cells.with_notes(rows, notes, words), successions)


def _belongs(row: Row, which: Which) -> bool:
    match which:
        case "carried_on":
            return row.side == "old" and row.relation in GOES_ON and row.state in UNFULFILLED
        case "new":
            return bool(row.side == "new" and row.relation == "new")
    return bool(row.side == "old" and row.relation == which)


def _of_list(which: Which, old: str, new: str, words: Language) -> tuple[str, str]:
    """What the list is called, and what is said where it is empty."""
    plans = {"old": old, "new": new}
    match which:
        case "carried_on":
            return (
                words.say("Not fulfilled in {old} and going on in {new}, and why", **plans),
                words.say("Nothing that was not fulfilled in {old} is stated to go on in {new}.", **plans),
            )
        case "dropped":
            return (
                words.say("Dropped from {old}, and why", **plans),
                words.say("Nothing is stated to have been dropped from {old}.", **plans),
            )
        case "new":
            return words.say("New in {new}, and why", **plans), words.say(
                "Nothing is stated to be new in {new}.", **plans
            )
    return (
        words.say("Parts of {old} of which no link says what became of them in {new}", **plans),
        words.say("Of every part of {old} a link says what became of it.", **plans),
    )


def _as(row: Row, words: Language) -> str:
    relation = spoken("relation", row.relation, words)
    return f"{relation} → {row.others}" if isinstance(row.others, str) else relation


@with_result
def goal_survival(survival: pd.DataFrame, *, lang: str) -> Table | Omitted:
    """How many parts stand in one plan, in two, in three …, and what became of them after that, level by level."""
    words = language(lang)
    cells.one_project(survival)
    if survival.empty:
        return Omitted(_unstated(words))
    known = [row for row in cells.each(survival, "level origin plans_lived fate") if row.origin != "unlinked"]
    unknown = len(survival) - len(known)
    notes = [words.say("Still there: it stands, as it was or changed, in a plan that no other follows yet.")]
    if unknown:
        notes.append(
            words.count(
                "{count} part of which no link says where it comes from is not counted.",
                "{count} parts of which no link says where they come from are not counted.",
                unknown,
            )
        )
    if not known:
        return Omitted(words.say("No part of a plan is stated to be new, or to stand in the first plan."))
    levels = len({row.level for row in known}) > 1
    counts = Counter((row.level, int(row.plans_lived), row.fate) for row in known)
    body = []
    for level, lived in sorted({(level, lived) for level, lived, _ in counts}):
        said = words.count("{count} plan", "{count} plans", lived)
        each = [counts[level, lived, fate] for fate in FATES]
        body.append((Cell(f"{level}: {said}" if levels else said), *(_count(n, words) for n in (sum(each), *each))))
    heads = (words.say("Stands in"), words.say("Parts"), *(_capital(spoken("fate", fate, words)) for fate in FATES))
    if not levels:
        notes.insert(0, words.say("Level: {level}.", level=known[0].level))
    return Table(
        words.say("Over how many plans goals and measures live"),
        heads,
        tuple(body),
        cells.with_notes(body, notes, words),
    )


def _unstated(words: Language) -> str:
    return words.say("What became of the measures of one plan in the next is not stated.")


def _count(count: int, words: Language) -> Cell:
    return cells.count(count, words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _mark(row: Row, words: Language) -> str:
    if cells.holds(row.assumed):
        return words.say("assumed")
    return words.say("computed") if cells.holds(row.derived) else ""
