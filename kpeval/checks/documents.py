"""What do the documents contradict, leave vague, or say in two ways?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from kpeval.checks.case import Case, Finding
from kpeval.rules import Programme, is_named, programmes


def programme_contradicts(case: Case) -> Iterator[Finding]:
    """A programme is named that cannot have paid in the project's period, or has another registration prefix."""
    say, funding = case.words.say, case.rows("funding", "source")
    named: list[tuple[str, int | None, str, Any]] = [("projects", None, "programme", case.facts.programme)]
    shortest_first = sorted(funding, key=lambda row: (len(row.source), row.source))
    named += [("funding", row.row, "source", row.source) for row in shortest_first]
    told: set[tuple[str, str]] = set()  # a group's row and its members' rows print the same words
    for table, row, column, text in named:
        for programme in programmes() if isinstance(text, str) else ():
            if (table, programme.programme) in told or not is_named(programme, text):
                continue
            told.add((table, programme.programme))
            against = list(_against(case, programme))
            if against:
                message = say(
                    "“{text}” names {programme} ({period}), but {against}.",
                    text=text,
                    programme=programme.programme,
                    period=programme.period,
                    against=case.words.list(against),
                )
                remedy = say("Both are kept as printed; the grant decision says which programme paid.")
                yield Finding("warning", "programme_contradicts", table, row, column, message, remedy)


def _against(case: Case, programme: Programme) -> Iterator[str]:
    facts, say = case.facts, case.words.say
    stated, number = facts.programme, facts.registration_number
    if stated is not None and not is_named(programme, stated):
        yield say("the stated programme is “{stated}”", stated=stated)
    if facts.start > programme.eligible_to or facts.end < programme.eligible_from:
        yield say("the project starts on {start}", start=case.words.day(facts.start, facts.start_precision))
    if number is not None and not number.startswith(programme.registration_prefix):
        yield say("the registration number is {number}", number=number)


def month_precision(case: Case) -> Iterator[Finding]:
    """Days that stand for a whole month: counts of days from them are exact only to the month."""
    for table, columns in (("projects", ("start", "end")), ("activities", ("planned_start", "planned_end"))):
        first, last = (f"{column}_precision" for column in columns)
        rough = [
            row.row
            for row in case.rows(table, f"{first} {last}")
            if {getattr(row, first), getattr(row, last)} & {"month", "quarter", "half", "year"}
        ]
        if rough:
            message = case.words.say(
                "The period is stated less exactly than to the day: it is counted from the first to the last day of "
                "what is stated."
            )
            remedy = case.words.say("Ask for the days if a delay of less than a month matters.")
            row = None if table == "projects" else rough[0]
            yield Finding("info", "month_precision", table, row, columns[0], message, remedy)


def lower_bounds(case: Case) -> Iterator[Finding]:
    """Numbers that are stated as "more than": they must not be used as if they were exact."""
    for table, column in (("stated", "value"), ("target_groups", "estimated_size")):
        for fact in case.rows(table, f"label lower_bound {column}"):
            value = getattr(fact, column)
            if not fact.lower_bound or value is None:
                continue
            message = case.words.say(
                "{label}: {value} is a lower bound, not a count.", label=fact.label, value=str(value)
            )
            remedy = case.words.say("Do not compute shares from it.")
            number = fact.row if table == "target_groups" else None
            yield Finding("info", "lower_bound", table, number, "lower_bound", message, remedy)


def target_groups_differ(case: Case) -> Iterator[Finding]:
    """A goal names other target groups than the list of target groups does."""
    say, groups = case.words.say, case.rows("target_groups", "label canonical")
    listed = [group.label for group in groups]
    same = {name.casefold() for group in groups for name in (group.label, group.canonical) if name}
    for goal in case.rows("goals", "groups_named"):
        if not groups or goal.groups_named is None:
            continue
        named = [name.strip() for name in goal.groups_named.split(";") if name.strip()]
        only_goal = [name for name in named if name.casefold() not in same]
        known = {name.casefold() for name in named}
        only_list = [
            group.label for group in groups if not {group.label.casefold(), (group.canonical or "").casefold()} & known
        ]
        if only_goal or only_list:
            nothing = say("nothing")
            message = say(
                "The goal names {named} target groups, the list has {listed}. Only in the list: {only_list}. "
                "Only in the goal: {only_goal}.",
                named=case.words.number(len(named)),
                listed=case.words.number(len(listed)),
                only_list="; ".join(only_list) or nothing,
                only_goal="; ".join(only_goal) or nothing,
            )
            remedy = say("Agree on one list before reach is measured.")
            yield Finding("warning", "target_groups_differ", "goals", goal.row, "groups_named", message, remedy)


def status_without_day(case: Case) -> Iterator[Finding]:
    """A recorded status that no day belongs to: it cannot be told when it became known."""
    for activity in case.rows("activities", "activity_id status actual_start actual_end recorded_on"):
        begun = not pd.isna(activity.actual_start) and activity.status not in ("finished", "cancelled")
        dated = begun or not pd.isna(activity.actual_end) or not pd.isna(activity.recorded_on)
        if activity.status is None or dated:
            continue
        message = case.words.say(
            "Activity {activity}: its status stands without a day, so it is taken as known at any time.",
            activity=activity.activity_id,
        )
        remedy = case.words.say("Enter the actual days, or the day on which the status was recorded.")
        yield Finding("warning", "status_without_day", "activities", activity.row, "status", message, remedy)


def taken_as_given(case: Case) -> Iterator[Finding]:
    """Rows that their author marked as assumed: the reader should know."""
    for table, frame in case.whole.tables.items():
        rows = case.rows(table, "assumed") if "assumed" in frame.columns else []
        assumed = [row.row for row in rows if row.assumed]
        if assumed:
            message = case.words.count(
                "{count} row rests on an assumption.", "{count} rows rest on assumptions.", len(assumed)
            )
            remedy = case.words.say("Confirm or replace the assumption.")
            first = None if table == "stated" else min(assumed)
            yield Finding("info", "assumed", table, first, "assumed", message, remedy)


DOCUMENT_RULES = (
    *(programme_contradicts, target_groups_differ, status_without_day),
    *(lower_bounds, month_precision, taken_as_given),
)
