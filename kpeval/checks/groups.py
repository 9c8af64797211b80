"""Which target groups are named in two ways, or by nobody's usual name, and whom does the plan in force forget?"""

from __future__ import annotations

from collections.abc import Iterator

from kpeval.checks.case import Case, Finding, Row
from kpeval.rules.groups import BETWEEN, as_compared, suggested


def target_groups_differ(case: Case) -> Iterator[Finding]:
    """A goal names other target groups than the list of target groups does, or words some otherwise."""
    say, groups = case.words.say, case.rows("target_groups", "label canonical")
    for goal in case.rows("goals", "groups_named"):
        if not groups or goal.groups_named is None:
            continue
        named = [name.strip() for name in goal.groups_named.split(";") if name.strip()]
        alike, only_list, only_goal = _compared(groups, named)
        same = say("Taken for the same: {groups}.", groups=BETWEEN.join(f"{one} – {other}" for one, other in alike))
        remedy = say("Agree on one list before reach is measured.")
        if only_list or only_goal:
            nothing = say("nothing")
            message = say(
                "The goal names {named} target groups, the list has {listed}. Only in the list: {only_list}. "
                "Only in the goal: {only_goal}.",
                named=case.words.number(len(named)),
                listed=case.words.number(len(groups)),
                only_list=BETWEEN.join(only_list) or nothing,
                only_goal=BETWEEN.join(only_goal) or nothing,
            )
            told = f"{message} {same}" if alike else message
            yield Finding("warning", "target_groups_differ", "goals", goal.row, "groups_named", told, remedy)
        elif alike:
            message = say("A goal words target groups otherwise than the list.") + f" {same}"
            yield Finding("info", "target_groups_reworded", "goals", goal.row, "groups_named", message, remedy)


def _compared(groups: list[Row], named: list[str]) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """Groups that are taken for the same though worded otherwise; labels that only the list has; names only the goal.

    A name is a group's label or canonical name; else it is taken for one group, not named so far, of which kpeval
    suggests that both speak of the same people.
    """
    names = {as_compared(name) for name in named}
    left = [group for group in groups if not _own_names(group) & names]
    alike, only_goal = list[tuple[str, str]](), list[str]()
    for name in named:
        if any(as_compared(name) in _own_names(group) for group in groups):
            continue
        wanted = {*suggested(name)}
        group = next((group for group in left if wanted and {*canonical(group)} == wanted), None)
        if group is None:
            only_goal.append(name)
        else:
            left.remove(group)
            alike.append((group.label, name))
    return alike, [group.label for group in left], only_goal


def _own_names(group: Row) -> set[str]:
    return {as_compared(name) for name in (group.label, group.canonical) if name}


def canonical(group: Row) -> tuple[str, ...]:
    """The canonical groups of a row: as stated, else as suggested."""
    return tuple(group.canonical.split(BETWEEN)) if group.canonical else suggested(group.label)


def group_without_canonical(case: Case) -> Iterator[Finding]:
    """Target groups for which no usual name is stated or known: they cannot be compared with those of other towns."""
    unknown = [group for group in case.rows("target_groups", "label canonical") if not canonical(group)]
    if unknown:
        message = case.words.count(
            "For {count} target group no usual name is stated or known: {names}.",
            "For {count} target groups no usual name is stated or known: {names}.",
            len(unknown),
            names=BETWEEN.join(group.label for group in unknown),
        )
        remedy = case.words.say("State one in the column “canonical” if the group is to be compared.")
        yield Finding("info", "group_without_canonical", "target_groups", unknown[0].row, "canonical", message, remedy)


def groups_alike(case: Case) -> Iterator[Finding]:
    """Several target groups of one canonical group: people may be counted in more than one of them."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for group in case.rows("target_groups", "label canonical"):
        if names := canonical(group):
            found.setdefault(names, []).append(group)
    for names, groups in found.items():
        if len(groups) < 2:
            continue
        told = {"labels": BETWEEN.join(group.label for group in groups), "canonical": BETWEEN.join(names)}
        message = (
            case.words.say("One usual name, “{canonical}”, stands for several groups: {labels}.", **told)
            if all(group.canonical for group in groups)
            else case.words.say(
                "One usual name, “{canonical}”, covers several groups, as kpeval suggests: {labels}.", **told
            )
        )
        remedy = case.words.say("Do not add up their sizes: the same people may be in both.")
        yield Finding("info", "groups_alike", "target_groups", groups[1].row, "label", message, remedy)


def group_forgotten(case: Case) -> Iterator[Finding]:
    """Target groups that no measure of the plan in force names; none where its measures name no group at all."""
    for plan in _in_force(case):
        found = [row for row in case.group_coverage if row.plan_id == plan.plan_id]
        groups = [row for row in found if row.forgotten]
        if not groups:
            continue
        message = case.words.count(
            "{plan}: {count} target group stands in no measure: {groups}.",
            "{plan}: {count} target groups stand in no measure: {groups}.",
            len(groups),
            plan=plan.title or plan.plan_id,
            groups=BETWEEN.join(group.label or group.group_id for group in groups),
        )
        remedy = case.words.say("Ask whether the plan means them, and which measure serves them.")
        row = case.row("target_groups", "group_id", groups[0].group_id)
        yield Finding("warning", "group_forgotten", "target_groups", row, "group_id", message, remedy)


def measure_without_group(case: Case) -> Iterator[Finding]:
    """Measures of the plan in force that name no target group, where others do."""
    for plan in _in_force(case):
        found = next((row for row in case.group_coverage if row.plan_id == plan.plan_id), None)
        if found is None or not 0 < found.without_group < found.all_measures:
            continue
        message = case.words.count(
            "{plan}: {count} of {all} measures names no target group.",
            "{plan}: {count} of {all} measures name no target group.",
            found.without_group,
            plan=plan.title or plan.plan_id,
            all=case.words.number(found.all_measures),
        )
        remedy = case.words.say("Enter the groups that the plan names; whom a measure serves is not guessed.")
        row = case.row("plan_measures", "plan_id", plan.plan_id)
        yield Finding("info", "measure_without_group", "plan_measures", row, "group_id", message, remedy)


def _in_force(case: Case) -> list[Row]:
    """The plans whose period the day lies in."""
    plans = case.rows("plans", "plan_id title period_start period_end")
    return [plan for plan in plans if plan.period_start <= case.day <= plan.period_end]


GROUP_RULES = (
    *(target_groups_differ, group_forgotten, measure_without_group),
    *(group_without_canonical, groups_alike),
)
