"""What do sentences say of target groups: by which usual names they go, and whom the measures of a plan forget?"""

from __future__ import annotations

import pandas as pd

from kpeval.codes import GROUPS_KNOWN
from kpeval.present.cells import each, holds
from kpeval.present.display import Sentence, unstated
from kpeval.present.grouped import called, counted_plan, nothing_told, plan_called
from kpeval.present.language import language
from kpeval.present.planned import of_plan, titles


def canonical_groups(groups: pd.DataFrame, *, lang: str) -> Sentence:
    """For how many groups and areas a usual name is stated, suggested or not known."""
    words = language(lang)
    if groups.empty:
        return unstated(words.say("No target group is stated."))
    how = groups["how"].tolist()
    told = {
        "stated": words.say("stated {count}", count=words.number(how.count("stated"))),
        "suggested": words.say("suggested by kpeval {count}", count=words.number(how.count("suggested"))),
        "none": words.say("not known {count}", count=words.number(how.count("none"))),
    }
    parts = [told[name] for name in GROUPS_KNOWN if name in how]
    said = words.say("Usual names of target groups and areas: {counted}.", counted=words.list(parts))
    return Sentence((said,))


def group_coverage(coverage: pd.DataFrame, plans: pd.DataFrame | None = None, *, lang: str) -> Sentence:
    """Whom the measures of the last plan forget, else whom they name least; and which plans do not tell."""
    words = language(lang)
    if reason := nothing_told(coverage, words):
        return unstated(reason)
    names = titles(plans)
    plan = counted_plan(coverage, names)
    rows = each(of_plan(coverage, plan))
    forgotten = [called(row, words) for row in rows if row.measures == 0]
    named = plan_called(plan, names, words)
    if forgotten:
        said = words.count(
            "{plan}: {count} of {all} target groups stands in no measure: {groups}.",
            "{plan}: {count} of {all} target groups stand in no measure: {groups}.",
            len(forgotten),
            plan=named,
            all=words.number(len(rows)),
            groups="; ".join(forgotten),
        )
    else:
        least = min(row.measures for row in rows)
        said = words.count(
            "{plan}: each target group stands in a measure; in fewest, {count} of {all}: {groups}.",
            "{plan}: each target group stands in a measure; in fewest, {count} of {all}: {groups}.",
            int(least),
            plan=named,
            all=words.number(rows[0].all_measures),
            groups="; ".join(called(row, words) for row in rows if row.measures == least),
        )
    silent = coverage[coverage["measures"].isna()]["plan_id"].unique().tolist()
    if silent:
        said += " " + words.say(
            "Whom the measures of other plans forget cannot be told, for they name no target group: {plans}.",
            plans="; ".join(plan_called(one, names, words) for one in silent),
        )
    return Sentence((said,))


def group_areas(matrix: pd.DataFrame, plans: pd.DataFrame | None = None, *, lang: str) -> Sentence:
    """Which target groups the last plan names in one area only."""
    words = language(lang)
    if matrix.empty:
        return unstated(words.say("No target group in a measure of a community plan is stated."))
    names = titles(plans)
    plan = counted_plan(matrix, names)
    rows = each(of_plan(matrix, plan))
    areas: dict[str, int] = {}
    for row in rows:
        areas[called(row, words)] = areas.get(called(row, words), 0) + holds(row.measures > 0)
    single = [group for group, count in areas.items() if count == 1]
    named = plan_called(plan, names, words)
    if not single:
        return Sentence((words.say("{plan}: no target group is named in one area only.", plan=named),))
    said = words.count(
        "{plan}: {count} of {all} target groups is named in one area only: {groups}.",
        "{plan}: {count} of {all} target groups are named in one area only: {groups}.",
        len(single),
        plan=named,
        all=words.number(len(areas)),
        groups="; ".join(single),
    )
    return Sentence((said,))
