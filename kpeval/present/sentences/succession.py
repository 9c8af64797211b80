"""What do the numbers from plan to plan say in words?"""

from __future__ import annotations

from collections import Counter

import pandas as pd

from kpeval.codes import GOES_ON
from kpeval.present.cells import Row, each, one_project
from kpeval.present.display import Sentence, unstated
from kpeval.present.language import Language, language
from kpeval.present.planned import DONE, done, titles
from kpeval.present.successions import flows


def plan_continuity(continuity: pd.DataFrame, *, lang: str) -> Sentence:
    """Whether the plans follow one another without a gap, which was approved late, and where the project lies."""
    words = language(lang)
    one_project(continuity)
    if continuity.empty:
        return unstated(words.say("The documents name no community plan."))
    plans = each(continuity, "plan_id title predecessor gap_days approval_lag project_days period_start")
    parts = [
        words.count(
            "The documents name {count} community plan.", "The documents name {count} community plans.", len(plans)
        )
    ]
    following = [plan for plan in plans if pd.notna(plan.gap_days)]
    if following:
        parts.append(_gaps(following, words))
    late = [plan for plan in plans if pd.notna(plan.approval_lag) and plan.approval_lag > 0]
    if late:
        latest = max(late, key=lambda plan: plan.approval_lag)
        parts.append(
            words.count(
                "“{plan}” was approved {count} day after it began.",
                "“{plan}” was approved {count} days after it began.",
                int(latest.approval_lag),
                plan=_name(latest),
            )
        )
    within = [plan for plan in plans if pd.notna(plan.project_days) and plan.project_days > 0]
    if within:
        said = [
            words.count("{count} day of “{plan}”", "{count} days of “{plan}”", int(plan.project_days), plan=_name(plan))
            for plan in within
        ]
        parts.append(words.say("The project covers {days}.", days=words.list(said)))
    return Sentence((" ".join(parts),))


def _gaps(plans: list[Row], words: Language) -> str:
    gaps, overlaps = (
        [plan for plan in plans if plan.gap_days > 0],
        [plan for plan in plans if plan.gap_days < 0],
    )
    if not gaps and not overlaps:
        return (
            words.count(
                "{count} of them follows the one before without a gap.",
                "{count} of them follow the one before without a gap.",
                len(plans),
            )
            if len(plans) > 1
            else words.say("“{plan}” follows the one before it without a gap.", plan=_name(plans[0]))
        )
    said = []
    if gaps:
        widest = max(gaps, key=lambda plan: plan.gap_days)
        said.append(
            words.count(
                "Before “{plan}” there is {count} day without a plan.",
                "Before “{plan}” there are {count} days without a plan.",
                int(widest.gap_days),
                plan=_name(widest),
            )
        )
    if overlaps:
        widest = min(overlaps, key=lambda plan: plan.gap_days)
        said.append(
            words.count(
                "“{plan}” overlaps the one before it by {count} day.",
                "“{plan}” overlaps the one before it by {count} days.",
                -int(widest.gap_days),
                plan=_name(widest),
            )
        )
    return " ".join(said)


def _name(plan: Row) -> str:
    return str(plan.title if isinstance(plan.title, str) else plan.plan_id)


def plan_revision(revision: pd.DataFrame, *, lang: str) -> Sentence:
    """How much of each plan goes on in the one that follows, a sentence for two plans and a level, the last four."""
    words = language(lang)
    one_project(revision)
    if revision.empty:
        return unstated(words.say("The documents do not state what became of the measures of one plan in the next."))
    rows = each(revision)[-4:]
    return Sentence(tuple(_revised(row, words) for row in rows))


def _revised(row: Row, words: Language) -> str:
    plans = {"old": row.predecessor, "new": row.plan_id, "level": row.level}
    if pd.isna(row.share_carried):
        said = words.say("{old} → {new} ({level}): what became of the old plan's parts is not stated.", **plans)
    else:
        going = row.carried_over + row.modified + row.merged + row.split
        said = words.count(
            "{old} → {new} ({level}): {count} part of {all} goes on ({share}).",
            "{old} → {new} ({level}): {count} parts of {all} go on ({share}).",
            int(going),
            all=words.number(row.nodes_old),
            share=words.percent(row.share_carried),
            **plans,
        )
        if pd.notna(row.carry_over_rate):
            said += " " + words.count(
                "Of {all} that were not fulfilled, {count} goes on.",
                "Of {all} that were not fulfilled, {count} go on.",
                int(row.unfulfilled_carried),
                all=words.number(row.unfulfilled),
            )
        if row.unlinked_old:
            said += " " + words.count(
                "What became of {count} is not stated.", "What became of {count} is not stated.", int(row.unlinked_old)
            )
    if pd.notna(row.share_new) and row.new:
        said += " " + words.count(
            "Of {all} parts of the new plan, {count} is new.",
            "Of {all} parts of the new plan, {count} are new.",
            int(row.new),
            all=words.number(row.nodes_new),
        )
    return said


def plan_successions(successions: pd.DataFrame, plans: pd.DataFrame | None = None, *, lang: str) -> Sentence:
    """What of the old plan was fulfilled, what of the rest goes on, and how often it is not said why.

    `plans` tells what the plans are called, which is said where each is first named.
    """
    words = language(lang)
    found = flows(successions)
    if found is None or not found.became:
        return unstated(words.say("The documents do not state what became of the measures of one plan in the next."))
    names = titles(plans)
    old, new = (f"{plan} ({names[plan]})" if names.get(plan, plan) != plan else plan for plan in (found.old, found.new))
    fulfilled, unknown = found.of(states=DONE), found.of(states=("no_info",))
    if unknown == found.of():
        return Sentence((words.say("Which parts of {old} were fulfilled is not stated.", old=old),))
    parts = [
        words.count(
            "Of {all} parts of {old}, {count} was {done} by the latest evaluation known.",
            "Of {all} parts of {old}, {count} were {done} by the latest evaluation known.",
            fulfilled,
            all=words.number(found.of()),
            old=old,
            done=done(found.of(states=("continuous",)), words),
        )
    ]
    if unknown:
        parts.append(words.count("The state of {count} is not known.", "The state of {count} is not known.", unknown))
    unfulfilled, going = found.unfulfilled
    if going:
        parts.append(
            words.count(
                "Of {all} that were not fulfilled, {count} goes on in {new}.",
                "Of {all} that were not fulfilled, {count} go on in {new}.",
                going,
                all=words.number(unfulfilled),
                new=new,
            )
        )
        carried = [row for row in found.rows if row.side == "old" and row.relation in GOES_ON]
        silent = sum(not isinstance(row.reason, str) for row in carried)
        if silent:
            parts.append(
                words.count(
                    "For {count} of those that go on no reason is stated.",
                    "For {count} of those that go on no reason is stated.",
                    silent,
                )
            )
    return Sentence((" ".join(parts),))


def goal_survival(survival: pd.DataFrame, *, lang: str) -> Sentence:
    """How many parts stand in more than one plan, and how many in the most plans: level by level."""
    words = language(lang)
    one_project(survival)
    rows = [row for row in each(survival, "level origin plans_lived fate") if row.origin != "unlinked"]
    if not rows:
        return unstated(words.say("The documents do not state over how many plans goals and measures live."))
    levels = dict.fromkeys(row.level for row in rows)
    said = [_lived([row for row in rows if row.level == level], words) for level in levels]
    if len(levels) == 1:
        return Sentence(tuple(said))
    named = zip(levels, said, strict=True)
    return Sentence(tuple(words.say("Level “{level}”: {said}", level=level, said=part) for level, part in named))


def _lived(rows: list[Row], words: Language) -> str:
    """Over how many plans the parts of one level live."""
    lived = Counter(int(row.plans_lived) for row in rows)
    longest = max(lived)
    said = words.count(
        "{count} part of the plans is followed from where it first stands.",
        "{count} parts of the plans are followed from where they first stand.",
        len(rows),
    )
    if longest == 1:
        return f"{said} {words.say('Nothing of it is stated to go on in a later plan.')}"
    many = words.count("{count} plan", "{count} plans", longest)
    said += " " + words.count(
        "{count} stands in {plans}, the most.", "{count} stand in {plans}, the most.", lived[longest], plans=many
    )
    if lived[1]:
        said += " " + words.count("{count} stands in one plan only.", "{count} stand in one plan only.", lived[1])
    new = sum(row.plans_lived == 1 and row.fate == "still_there" for row in rows)
    if new:
        said += " " + words.count(
            "Of these {count} stands in the last plan and may still go on.",
            "Of these {count} stand in the last plan and may still go on.",
            new,
        )
    return said
