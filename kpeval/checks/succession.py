"""What does not add up from one community plan to the next?"""

from __future__ import annotations

from collections.abc import Iterator

from kpeval.checks.case import Case, Finding, Row, rows
from kpeval.codes import GOES_ON, UNFULFILLED
from kpeval.measures.continuity import plan_continuity
from kpeval.measures.revision import plan_successions


def plans_apart(case: Case) -> Iterator[Finding]:
    """Days without a plan, days with two, and plans that were approved when they had begun."""
    say, project = case.words.say, case.project
    for plan in rows(plan_continuity(project.plans, as_of=case.day), "plan_id predecessor gap_days approval_lag"):
        row, named = case.row("plans", "plan_id", plan.plan_id), {"plan": plan.plan_id, "before": plan.predecessor}
        gap, lag = plan.gap_days or 0, plan.approval_lag or 0
        if gap > 0:
            message = case.words.count(
                "Between plan {before} and {plan} there is {count} day without a plan.",
                "Between plan {before} and {plan} there are {count} days without a plan.",
                gap,
                **named,
            )
            remedy = say("Ask what held in between, or correct the periods.")
            yield Finding("warning", "plans_apart", "plans", row, "period_start", message, remedy)
        if gap < 0:
            message = case.words.count(
                "The plans {before} and {plan} overlap by {count} day.",
                "The plans {before} and {plan} overlap by {count} days.",
                -gap,
                **named,
            )
            remedy = say("Ask which of the two held then, or correct the periods.")
            yield Finding("warning", "plans_overlap", "plans", row, "period_start", message, remedy)
        if lag > 0:
            message = case.words.count(
                "Plan {plan} was approved {count} day after it began.",
                "Plan {plan} was approved {count} days after it began.",
                lag,
                plan=plan.plan_id,
            )
            remedy = say("Ask what held until then.")
            yield Finding("warning", "approved_late", "plans", row, "approved_on", message, remedy)


def plans_in_a_circle(case: Case) -> Iterator[Finding]:
    """A plan that follows itself, or plans of which each follows the next: they are in no order."""
    plans = case.rows("plans", "plan_id predecessor")
    before = {plan.plan_id: plan.predecessor for plan in plans}
    for plan in plans:
        earlier, steps = plan.predecessor, 0
        while earlier in before and earlier != plan.plan_id and steps < len(plans):
            earlier, steps = before[earlier], steps + 1
        if earlier == plan.plan_id:
            message = case.words.say("Plan {plan} comes before itself.", plan=plan.plan_id)
            remedy = case.words.say("Correct the preceding plan: what goes on cannot be followed through a circle.")
            yield Finding("error", "plans_in_a_circle", "plans", plan.row, "predecessor", message, remedy)


def parts_left_open(case: Case) -> Iterator[Finding]:
    """Parts of which no link speaks though links speak of others; what was not fulfilled and is dropped unexplained."""
    project, words = case.project, case.words
    if project.links.empty:
        return
    tables = (project.plans, project.plan_measures, project.links, project.evaluations)
    names = "predecessor plan_id side node_id level state relation reason"
    parts = rows(plan_successions(*tables, as_of=case.day), names)
    spoken = {(part.predecessor, part.plan_id) for part in parts if part.relation != "unlinked"}
    silent: dict[tuple[str, str, str], list[Row]] = {}
    dropped: dict[tuple[str, str, str], list[Row]] = {}
    for part in parts:
        key = (part.predecessor, part.plan_id, part.level)
        if part.side != "old" or key[:2] not in spoken:
            continue
        if part.relation == "unlinked":
            silent.setdefault(key, []).append(part)
        elif part.relation == "dropped" and part.state in UNFULFILLED and part.reason is None:
            dropped.setdefault(key, []).append(part)
    for (old, new, level), some in silent.items():
        message = words.count(
            "No link says what became of {count} part of {old} in {new} ({level}): {first}.",
            "No link says what became of {count} parts of {old} in {new} ({level}), the first of them {first}.",
            len(some),
            old=old,
            new=new,
            level=level,
            first=some[0].node_id,
        )
        remedy = words.say("Add a row to links.csv that says it.")
        row = case.row("plan_measures", "node_id", some[0].node_id)
        yield Finding("warning", "part_without_link", "plan_measures", row, "node_id", message, remedy)
    for (old, new, level), some in dropped.items():
        message = words.count(
            "{count} part of {old} ({level}) was not fulfilled and is dropped in {new} without a reason: {first}.",
            "{count} parts of {old} ({level}) were not fulfilled and are dropped in {new} without a reason, the first "
            "of them {first}.",
            len(some),
            old=old,
            new=new,
            level=level,
            first=some[0].node_id,
        )
        remedy = words.say("Say in links.csv why it is no longer needed.")
        row = case.row("links", "from_node", some[0].node_id)
        yield Finding("warning", "dropped_without_reason", "links", row, "reason", message, remedy)


def links_astray(case: Case) -> Iterator[Finding]:
    """Links that do not lead from a plan to the one that follows it, or from one level to another."""
    say = case.words.say
    parts = {part.node_id: part for part in case.rows("plan_measures", "node_id plan_id level")}
    before = {plan.plan_id: plan.predecessor for plan in case.rows("plans", "plan_id predecessor")}
    for link in case.rows("links", "from_node to_node relation"):
        old, new = parts.get(link.from_node), parts.get(link.to_node)
        if old is None or new is None or link.relation in ("dropped", "new"):
            continue
        if not {old.plan_id, new.plan_id} <= before.keys():
            continue  # a plan that became known later
        named = {"old": old.node_id, "new": new.node_id}
        remedy = say("Name a part of a plan and one of the plan that follows it: the link is left out of all counts.")
        if old.plan_id == new.plan_id:
            message = say("The link from {old} to {new} stays in plan {plan}.", plan=old.plan_id, **named)
            yield Finding("error", "link_astray", "links", link.row, "to_node", message, remedy)
        elif before.get(new.plan_id) != old.plan_id:
            message = say(
                "The link from {old} to {new} leads from plan {first} to {second}, which does not follow it.",
                **named,
                first=old.plan_id,
                second=new.plan_id,
            )
            yield Finding("error", "link_astray", "links", link.row, "to_node", message, remedy)
        elif old.level != new.level:
            message = say(
                "The link from {old} to {new} leads from the level {first} to the level {second}.",
                **named,
                first=old.level,
                second=new.level,
            )
            remedy = say("Check it; each part is counted on its own level.")
            yield Finding("info", "link_between_levels", "links", link.row, "to_node", message, remedy)


def links_contradict(case: Case) -> Iterator[Finding]:
    """What is dropped and goes on, new and continues something; links that name too much or too little."""
    say = case.words.say
    links = case.rows("links", "from_node to_node relation")
    gone = {link.from_node for link in links if link.relation == "dropped"} - {None}
    fresh = {link.to_node for link in links if link.relation == "new"} - {None}
    for link in links:
        goes = link.relation in GOES_ON
        if goes and link.from_node in gone:
            message = say("{part} is dropped and goes on as well.", part=link.from_node)
            remedy = say("Keep one of the links; it is counted as going on.")
            yield Finding("warning", "link_contradicts", "links", link.row, "relation", message, remedy)
        if goes and link.to_node in fresh:
            message = say("{part} is new and continues an older part as well.", part=link.to_node)
            remedy = say("Keep one of the links; it is counted as continuing.")
            yield Finding("warning", "link_contradicts", "links", link.row, "relation", message, remedy)
        lacks = [name for name in ("from_node", "to_node") if getattr(link, name) is None]
        needed = {"dropped": "from_node", "new": "to_node"}.get(link.relation)
        if (goes and lacks) or needed in lacks:
            message = say("A link does not name {column}.", column=needed if needed in lacks else lacks[0])
            remedy = say("Name the part; until then it is not known what becomes of what.")
            yield Finding("warning", "link_incomplete", "links", link.row, needed or lacks[0], message, remedy)
        elif needed and not lacks:
            column = "to_node" if needed == "from_node" else "from_node"
            message = say("A link that says “{relation}” also names {column}.", relation=link.relation, column=column)
            remedy = say("Leave it empty, or say what became of the part; it is not looked at.")
            yield Finding("warning", "link_contradicts", "links", link.row, column, message, remedy)


SUCCESSION_RULES = (plans_in_a_circle, plans_apart, parts_left_open, links_astray, links_contradict)
