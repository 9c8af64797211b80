"""Whom do the target groups of a project speak of, and which of them do the measures of its plans forget?

METHOD.md G1 to G4. A group counts with the measures that name it; no people are counted here.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.codes import NO_COVERAGE
from kpeval.evaluated import Plan, known_plan, one_each
from kpeval.results.groups import CANONICAL_GROUPS, GROUP_AREAS, GROUP_COVERAGE
from kpeval.rows import Cells, Flags, Places, Rows, chosen, joined, newest, numbered, ordered, paired, places, positive
from kpeval.rules.groups import canonical_of
from kpeval.schema import AREAS, EVALUATIONS, TARGET_GROUPS
from kpeval.shapes import shaped
from kpeval.timespan import as_day64
from kpeval.trees import natural
from kpeval.values import arrays

HEADS = ("project_id", "plan_id", "level", "plan")  # what rows of a plan begin with


def canonical_groups(target_groups: pd.DataFrame, areas: pd.DataFrame | None = None) -> pd.DataFrame:
    """Which group, by its usual name, does each target group speak of, and each area where `areas` are given?

    What the project states in `canonical` counts (how: stated); else kpeval suggests what the label speaks of, by the
    table `kpeval/rules/target_groups.csv` (suggested), several groups parted by `; `; none where it knows none. A
    suggestion is an assumption: it is shown as such, and no figure rests on it.

    One row is a target group or an area. Columns: project_id, kind (group, area), id, label, canonical (missing: none),
    how; rows by project, kind (groups first) and id. DataError for a repeated group or area. Rule: METHOD.md G1.
    """
    rows = arrays(TARGET_GROUPS, target_groups, "group_id label canonical?")
    listed = {"project_id": rows["project_id"], "id": rows["group_id"], "label": rows["label"]}
    listed["kind"] = np.full(len(rows["label"]), "group", dtype=object)
    listed["canonical"], listed["how"] = canonical_of(rows["label"], rows["canonical"])
    if areas is not None:
        rows = arrays(AREAS, areas, "area_id label")
        more = {"project_id": rows["project_id"], "id": rows["area_id"], "label": rows["label"]}
        more["kind"] = np.full(len(rows["label"]), "area", dtype=object)
        more["canonical"], more["how"] = canonical_of(rows["label"], np.full(len(rows["label"]), np.nan, dtype=object))
        listed = joined(listed, more)
    listed["area"] = listed["kind"] == "area"
    return shaped(CANONICAL_GROUPS, _in_order(listed, ["project_id", "area"], "id"))


def group_coverage(
    target_groups: pd.DataFrame,
    plan_measures: pd.DataFrame,
    evaluations: pd.DataFrame | None = None,
    *,
    as_of: str | date,
    plan_id: str | None = None,
) -> pd.DataFrame:
    """In how many measures of each plan is each target group named, and which group does a plan forget?

    A measure names the groups that it, or a part of it, names; where none does, those of the nearest part of the plan
    above it that names any. share_of_measures = measures / all_measures, the measures of the plan; a measure counts in
    each of its groups, so that the shares add up to more than 1. forgotten: no measure names the group. Where no
    measure of a plan names any group, nothing can be told (reason: no_group_named), and measures, share and forgotten
    are missing, not 0.

    One row is a plan and a group that the project lists or the plan names. Columns: project_id, plan_id, level (as the
    town calls it), group_id, label (missing: not listed), measures, all_measures, share_of_measures, without_group
    (measures of the plan that name none), forgotten, reason; rows by project, plan and group. Counted are the parts of
    one level, that of which most parts are counted by `plan_fulfilment` (of several the highest). `plan_id`: of this
    plan only. What became known after `as_of` is not there. DataError for a repeated row or a circle in a tree. Rules:
    METHOD.md G2 and G3.
    """
    now = as_day64(as_of)
    plan, level, pairs = _read(plan_measures, evaluations, now, plan_id)
    nodes = plan.nodes
    heads = chosen({name: nodes[name] for name in HEADS}, level)
    first = newest(heads["plan"][::-1])[::-1]
    number = heads["plan"][first]
    silent = ~np.isin(np.flatnonzero(level), pairs["node"])
    plans = chosen(heads, first) | {
        "all_measures": np.bincount(heads["plan"])[number],
        "without_group": np.bincount(heads["plan"], weights=silent)[number],
    }
    named = {
        "project_id": nodes["project_id"][pairs["node"]],
        "plan": nodes["plan"][pairs["node"]],
        "group_id": pairs["group"],
    }
    rows = _crossed(plans, _groups(target_groups, now), named)
    rows["measures"] = _counted(rows, named, ["plan", "group_id"])
    names_any = np.isin(rows["plan"], named["plan"])
    rows["measures"] = np.where(names_any, rows["measures"], np.nan)
    rows["share_of_measures"] = rows["measures"] / positive(rows["all_measures"].astype(np.float64))
    rows["forgotten"] = np.where(names_any, rows["measures"] == 0, np.nan)
    rows["reason"] = np.full(len(names_any), np.nan, dtype=object)
    rows["reason"][~names_any] = NO_COVERAGE[0]
    return shaped(GROUP_COVERAGE, _in_order(rows, ["project_id", "plan_id"], "group_id"))


def group_areas(
    target_groups: pd.DataFrame,
    plan_measures: pd.DataFrame,
    evaluations: pd.DataFrame | None = None,
    *,
    as_of: str | date,
    plan_id: str | None = None,
) -> pd.DataFrame:
    """In how many measures of each area of a plan is each target group named?

    Groups of a measure and what is counted as in `group_coverage`; the area of a measure is its own, else that of the
    nearest part above it that has one.

    One row is a plan, a group that the project lists or the plan names, and an area of the plan's measures (missing:
    of measures without an area). Columns: project_id, plan_id, level, group_id, label, area_id, measures (0: in none;
    a plan of which no measure names a group has no rows); rows by project, plan, group and area. Rule: METHOD.md G4.
    """
    now = as_day64(as_of)
    plan, level, pairs = _read(plan_measures, evaluations, now, plan_id)
    nodes = plan.nodes
    known = _nearest(~pd.isna(nodes["area_id"]), nodes["parent"])
    area = np.where(known < 0, np.nan, nodes["area_id"][known])
    heads = chosen({name: nodes[name] for name in HEADS} | {"area_id": area}, level)
    heads = chosen(heads, np.isin(heads["plan"], nodes["plan"][pairs["node"]]))
    plans = chosen(heads, newest(numbered(heads["plan"], heads["area_id"])))
    named = {
        "project_id": nodes["project_id"][pairs["node"]],
        "plan": nodes["plan"][pairs["node"]],
        "group_id": pairs["group"],
        "area_id": area[pairs["node"]],
    }
    rows = _crossed(plans, _groups(target_groups, now), named)
    rows["measures"] = _counted(rows, named, ["plan", "group_id", "area_id"])
    return shaped(GROUP_AREAS, _in_order(rows, ["project_id", "plan_id"], "group_id", "area_id"))


def _read(
    plan_measures: pd.DataFrame, evaluations: pd.DataFrame | None, now: np.datetime64, plan_id: str | None
) -> tuple[Plan, Flags, Rows]:
    """What is known of the plans, which nodes are their measures, and which group each of these names (node, group)."""
    if evaluations is None:
        evaluations = pd.DataFrame(columns=["project_id", *EVALUATIONS.names], dtype="str")
    plan = known_plan(plan_measures, evaluations, now)
    level = _main_level(plan.nodes)
    if plan_id is not None:
        level &= plan.nodes["plan_id"] == plan_id
    return plan, level, _named(plan.nodes, level)


def _main_level(nodes: Rows) -> Flags:
    """The nodes of the level of each plan of which most parts are counted; of several that stands highest."""
    level = numbered(nodes["plan"], nodes["level"])
    size = np.bincount(level, weights=nodes["counted"], minlength=level.max(initial=-1) + 1)
    order = np.lexsort((nodes["depth"], -size[level], nodes["plan"]))
    first = order[newest(nodes["plan"][order][::-1])[::-1]]
    flags: Flags = np.isin(level, level[first]) & nodes["counted"]
    return flags


def _named(nodes: Rows, level: Flags) -> Rows:
    """Which group each node of the level names, each once: node, group."""
    parent = nodes["parent"]
    row, group = one_each(nodes["group_id"])
    row, group = row[~pd.isna(group)], group[~pd.isna(group)]
    inside = _nearest(level, parent)[row]  # what is part of a measure names for it
    own = {"node": inside[inside >= 0], "group": group[inside >= 0]}
    silent = level.copy()
    silent[own["node"]] = False
    silent_rows = np.flatnonzero(silent)
    above = _nearest(~pd.isna(nodes["group_id"]), parent)[silent_rows]
    silent_rows, above = silent_rows[above >= 0], above[above >= 0]
    here, there = paired(above, row)  # the groups stand node by node
    pairs = joined(own, {"node": silent_rows[here], "group": group[there]})
    return chosen(pairs, newest(numbered(pairs["node"], pairs["group"])))


def _nearest(flags: Flags, parent: Places) -> Places:
    """Of each node itself or the nearest node above it that is flagged; -1 where none is."""
    place = np.arange(len(flags))
    while (up := (place >= 0) & ~flags[place]).any():
        place = np.where(up, parent[place], place)
    return place


def _in_order(rows: Rows, keys: list[str], *names: str) -> Rows:
    """By the keys, then by the names in their natural order: G2 before G10."""
    sorting = {f"{name} in order": natural(rows[name]) for name in names}
    return ordered(rows | sorting, [*keys, *sorting, *names])


def _groups(target_groups: pd.DataFrame, now: np.datetime64) -> Rows:
    rows = arrays(TARGET_GROUPS, target_groups, "group_id label recorded_on")
    return chosen(rows, ~(rows.pop("recorded_on") > now))


def _crossed(plans: Rows, groups: Rows, named: Rows) -> Rows:
    """Each row of `plans` with each group that its project lists or its plan names."""
    plan, group = paired(*_of_projects(plans, groups))
    listed = {"row": plan, "group_id": groups["group_id"][group], "label": groups["label"][group]}
    first = newest(numbered(named["plan"], named["group_id"]))
    plan, other = paired(plans["plan"], named["plan"][first][np.argsort(named["plan"][first], kind="stable")])
    names = named["group_id"][first][np.argsort(named["plan"][first], kind="stable")][other]
    rest = {"row": plan, "group_id": names, "label": np.full(len(names), np.nan, dtype=object)}
    both = joined(rest, listed)  # of a group that is listed and named the listed row stays
    both = chosen(both, newest(numbered(both["row"], both["group_id"])))
    rows = chosen(plans, both["row"])
    return rows | {"group_id": both["group_id"], "label": both["label"]}


def _of_projects(plans: Rows, groups: Rows) -> tuple[Places, Places]:
    """The number of the project of each row of the two; the groups stand project by project."""
    numbers = numbered(np.concatenate([plans["project_id"], groups["project_id"]]))
    here, there = np.split(numbers, [len(plans["project_id"])])
    order = np.argsort(there, kind="stable")
    for name in groups:
        groups[name] = groups[name][order]
    return here, there[order]


def _counted(rows: Rows, named: Rows, keys: list[str]) -> Cells:
    """How many of the pairs `named` fall on each row."""
    place = places(named, rows, keys)
    return np.bincount(place, minlength=len(rows["plan"])).astype(np.float64)
