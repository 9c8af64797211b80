"""What does not add up in the community plan: words, evaluations, states, money?

A plan has many measures, so each rule says once for a plan what it found, and names the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from kpeval.checks.case import Case, Finding, rows
from kpeval.measures.plan_record import evaluation_coverage, measure_money

FEW = 6  # so many are named
OPEN = ("in_progress", "partial", "not_fulfilled", "postponed")
BACK = {"fulfilled": OPEN, "continuous": ("not_fulfilled", "postponed")}  # what is less than it was before


def unknown_words(case: Case) -> Iterator[Finding]:
    """Words for a state that nobody explained: what they mean is not guessed."""
    unknown: dict[str, list[Any]] = {}
    for row in case.evaluations:
        if row.status is not None and row.state is None:
            unknown.setdefault(" ".join(row.status.split()).casefold(), []).append(row)
    for found in unknown.values():
        message = case.words.count(
            "“{word}” is no known state of a measure; {count} evaluation (row {rows}) counts as no information.",
            "“{word}” is no known state of a measure; {count} evaluations (rows {rows}) count as no information.",
            len(found),
            word=found[0].status,
            rows=_some(case, map(str, sorted(row.row for row in found))),
        )
        remedy = case.words.say("Add the word to status_words.csv, with the state that it means.")
        yield Finding("error", "unknown_status_word", "evaluations", found[0].row, "status", message, remedy)


def evaluated_twice(case: Case) -> Iterator[Finding]:
    """Parts of a plan that were evaluated several times for one year: the reader should know which counts."""
    found: dict[tuple[str, int], list[Any]] = {}
    for row in case.evaluations:
        found.setdefault((row.node_id, row.year), []).append(row)
    twice = {key: some for key, some in found.items() if len(some) > 1}
    if twice:
        first = min(row.row for some in twice.values() for row in some)
        message = case.words.count(
            "{count} part of the plan is evaluated more than once for a year: {parts}. The one recorded last counts.",
            "{count} parts of the plan are evaluated more than once for a year: {parts}. The one recorded last counts.",
            len(twice),
            parts=_some(case, (f"{node} ({year})" for node, year in sorted(twice))),
        )
        remedy = case.words.say("Nothing, if the later one corrects the earlier; else delete what is wrong.")
        yield Finding("info", "evaluated_twice", "evaluations", first, "year", message, remedy)


def outside_period(case: Case) -> Iterator[Finding]:
    """Evaluations of a year in which the plan was not in force."""
    plans = {row.plan_id: row for row in case.rows("plans", "plan_id period_start period_end")}
    owner = {row.node_id: row.plan_id for row in case.rows("plan_measures", "node_id plan_id")}
    found: dict[str, list[Any]] = {}
    for row in case.evaluations:
        plan = plans.get(owner.get(row.node_id))
        if plan and (row.year < plan.period_start.year or row.year > plan.period_end.year):
            found.setdefault(plan.plan_id, []).append(row)
    for plan_id, some in found.items():
        message = case.words.count(
            "Plan {plan}: {count} evaluation is of a year outside its period: {parts}.",
            "Plan {plan}: {count} evaluations are of years outside its period: {parts}.",
            len(some),
            plan=plan_id,
            parts=_some(case, sorted(f"{row.node_id} ({row.year})" for row in some)),
        )
        remedy = case.words.say("Correct the year, or the plan's period.")
        yield Finding("warning", "evaluated_outside_period", "evaluations", some[0].row, "year", message, remedy)


def year_not_evaluated(case: Case) -> Iterator[Finding]:
    """Years of a plan that ended half a year ago or more, and of which no evaluation is known."""
    project = case.project
    if project.plan_measures.empty:
        return
    frame = evaluation_coverage(project.plans, project.plan_measures, project.evaluations, as_of=case.day)
    missing: dict[str, list[int]] = {}
    for row in rows(frame, "plan_id year state"):
        if row.state == "missing":
            missing.setdefault(row.plan_id, []).append(row.year)
    for plan, years in missing.items():
        message = case.words.count(
            "Plan {plan}: no evaluation of {years} is known.",
            "Plan {plan}: no evaluations of {years} are known.",
            len(years),
            plan=plan,
            years=case.words.list(map(str, years)),
        )
        remedy = case.words.say("Ask for the evaluation of the year, or enter it.")
        place = case.row("plans", "plan_id", plan)
        yield Finding("warning", "year_not_evaluated", "plans", place, "period_end", message, remedy)


def never_evaluated(case: Case) -> Iterator[Finding]:
    """Measures of an evaluated level that were not evaluated in any year though they have begun."""
    said = {row.node_id for row in case.evaluations}
    found = {
        node: course
        for node, course in case.plan_courses.items()
        if node not in said and any(row.state == "no_info" for row in course)
    }
    for plan, nodes in _by_plan(found).items():
        message = case.words.count(
            "Plan {plan}: {count} measure was never evaluated: {parts}.",
            "Plan {plan}: {count} measures were never evaluated: {parts}.",
            len(nodes),
            plan=plan,
            parts=_some(case, nodes),
        )
        remedy = case.words.say("Ask what became of them; without an answer they count as no information.")
        place = case.row("plan_measures", "node_id", nodes[0])
        yield Finding("info", "never_evaluated", "plan_measures", place, "node_id", message, remedy)


def went_back(case: Case) -> Iterator[Finding]:
    """Measures that were fulfilled in a year and no longer are in the next one evaluated."""
    moved: dict[str, str] = {}
    courses = case.plan_courses
    for node, course in courses.items():
        known = [row for row in course if row.state not in ("no_info", "not_due")]
        for before, after in pairwise(known):
            if after.state in BACK.get(before.state, ()):
                moved[node] = f"{node} ({before.year}: {before.status}; {after.year}: {after.status})"
    for plan, nodes in _by_plan({node: courses[node] for node in moved}).items():
        message = case.words.count(
            "Plan {plan}: {count} measure was fulfilled and later is not: {parts}.",
            "Plan {plan}: {count} measures were fulfilled and later are not: {parts}.",
            len(nodes),
            plan=plan,
            parts=_some(case, (moved[node] for node in nodes)),
        )
        remedy = case.words.say("Ask which of the two evaluations holds, or what made the measure fall back.")
        place = case.row("evaluations", "node_id", nodes[0])
        yield Finding("warning", "state_went_back", "evaluations", place, "status", message, remedy)


def fulfilled_without_its_parts(case: Case) -> Iterator[Finding]:
    """A part of the plan that is fulfilled though something under it is not, in the same year."""
    courses = case.plan_courses
    states = {(row.node_id, row.year): row.state for course in courses.values() for row in course}
    found: dict[str, str] = {}
    for course in courses.values():
        for row in course:
            if row.state == "not_fulfilled" and states.get((row.parent_id, row.year)) == "fulfilled":
                found.setdefault(row.parent_id, f"{row.parent_id} ({row.year}: {row.node_id})")
    for plan, nodes in _by_plan({node: courses[node] for node in found}).items():
        message = case.words.count(
            "Plan {plan}: {count} part is fulfilled though something under it is not: {parts}.",
            "Plan {plan}: {count} parts are fulfilled though something under them is not: {parts}.",
            len(nodes),
            plan=plan,
            parts=_some(case, (found[node] for node in nodes)),
        )
        remedy = case.words.say("Ask how the whole was evaluated.")
        place = case.row("evaluations", "node_id", nodes[0])
        yield Finding("warning", "fulfilled_without_its_parts", "evaluations", place, "status", message, remedy)


def overdue(case: Case) -> Iterator[Finding]:
    """Measures past their due day that were not fulfilled when last evaluated, in the plan evaluated last.

    What became of those of earlier plans the links to the next plan tell.
    """
    due = {row.node_id: row.due for row in case.rows("plan_measures", "node_id due")}
    courses = case.plan_courses
    last = max((row.year for course in courses.values() for row in course), default=0)
    late = {}
    for node, course in courses.items():
        known = [row for row in course if row.state != "no_info"]
        if due[node] < case.day and course[-1].year == last and known and known[-1].state in OPEN:
            late[node] = course
    for plan, nodes in _by_plan(late).items():
        message = case.words.count(
            "Plan {plan}: {count} measure is past its due day and was not fulfilled when last evaluated: {parts}.",
            "Plan {plan}: {count} measures are past their due day and were not fulfilled when last evaluated: {parts}.",
            len(nodes),
            plan=plan,
            parts=_some(case, nodes),
        )
        remedy = case.words.say("Ask for the present state, and for a new date where the work goes on.")
        place = case.row("plan_measures", "node_id", nodes[0])
        yield Finding("info", "measure_overdue", "plan_measures", place, "due", message, remedy)


def spent_over_cost(case: Case) -> Iterator[Finding]:
    """Measures on which more was spent than they were planned to cost."""
    project = case.project
    if project.plan_measures.empty:
        return
    frame = measure_money(project.plan_measures, project.evaluations, project.projects, as_of=case.day)
    over: dict[str, list[Any]] = {}
    for row in rows(frame, "plan_id node_id planned_cost spent"):
        if row.spent > row.planned_cost:
            over.setdefault(row.plan_id, []).append(row)
    for plan, some in over.items():
        some.sort(key=lambda row: row.planned_cost - row.spent)
        message = case.words.count(
            "Plan {plan}: more was spent on {count} measure than it was planned to cost: {parts}.",
            "Plan {plan}: more was spent on {count} measures than they were planned to cost: {parts}.",
            len(some),
            plan=plan,
            parts=_some(
                case, (f"{row.node_id} ({case.money(row.spent)} / {case.money(row.planned_cost)})" for row in some)
            ),
        )
        remedy = case.words.say("Ask what raised the cost, and whether both amounts are of the same thing.")
        place = case.row("plan_measures", "node_id", some[0].node_id)
        yield Finding("warning", "measure_over_cost", "plan_measures", place, "planned_cost", message, remedy)


def cancelled_unexplained(case: Case) -> Iterator[Finding]:
    """Measures that were cancelled without a word why."""
    found = [row for row in case.evaluations if row.state == "cancelled" and row.comment is None]
    if found:
        message = case.words.count(
            "{count} measure is cancelled without a comment: {parts}.",
            "{count} measures are cancelled without a comment: {parts}.",
            len(found),
            parts=_some(case, sorted(f"{row.node_id} ({row.year})" for row in found)),
        )
        remedy = case.words.say("Ask why, and enter it as the comment.")
        yield Finding("info", "cancelled_unexplained", "evaluations", found[0].row, "comment", message, remedy)


def _by_plan(courses: dict[str, list[Any]]) -> dict[str, list[str]]:
    """The parts by their plan."""
    found: dict[str, list[str]] = {}
    for node, course in courses.items():
        found.setdefault(course[0].plan_id, []).append(node)
    return found


def _some(case: Case, items: Iterable[str]) -> str:
    """The first few, and how many more there are."""
    named = list(items)
    more = len(named) - FEW
    left = [case.words.count("{count} more", "{count} more", more)] if more > 0 else []
    return case.words.list(named[:FEW] + left)


PLAN_RULES = (
    *(unknown_words, outside_period, year_not_evaluated, went_back, fulfilled_without_its_parts, spent_over_cost),
    *(evaluated_twice, never_evaluated, overdue, cancelled_unexplained),
)
