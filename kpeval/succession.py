"""Which plan follows which, and which part of a plan goes on as which part of the next, by what is known on the day?

`succession` finds the plans, their parts and what the links say of them; the measures from plan to plan count it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from kpeval.codes import GOES_ON
from kpeval.rows import Flags, Numbers, Places, Rows, chosen, numbered, ordered, paired, places
from kpeval.schema import LINKS, PLAN_MEASURES, PLANS
from kpeval.trees import natural
from kpeval.values import arrays

OLD, NEW = 0, 1  # the side on which a part stands: in the preceding plan, or in the one that follows


class Succession(NamedTuple):
    """Places are rows of `plans` and `nodes`; -1 is none."""

    plans: Rows  # those known, by project, first day and name; `before`: the place of the preceding plan
    nodes: Rows  # the parts of these plans, plan by plan; `plan`: its place; `counted`: its level is one that counts
    claims: Rows  # of a part, by a link: `pair` (place of the new plan), `side`, `node`, `link`, `weight`, `other`
    astray: Rows  # links that are left out, once for each part they name: `pair`, `side`, `node`
    edges: Rows  # links by which a part goes on as another: `node`, `to`


def known(rows: Rows, now: np.datetime64) -> Rows:
    """The rows that had become known by the day; what says no day was known from the start."""
    return chosen(rows, ~(rows["recorded_on"] > now))


def known_plans(plans: pd.DataFrame, now: np.datetime64) -> Rows:
    """The plans known on the day, by project, first day and name, with the place of the plan `before` each.

    A plan that names itself, or one that is not known, has none before it.
    """
    names = "plan_id title? period_start? period_end? predecessor approved_on derived assumed recorded_on"
    rows = known(ordered(arrays(PLANS, plans, names), ["project_id", "period_start", "plan_id"]), now)
    named = {"project_id": rows["project_id"], "plan_id": rows["predecessor"]}
    before = places(named, rows, ["project_id", "plan_id"])
    rows["before"] = np.where(before == np.arange(len(before)), -1, before)
    return rows


def depths(before: Places) -> Numbers:
    """How many plans stand before each; missing for plans that follow each other in a circle, or such a one."""
    depth = np.where(before < 0, 0, np.nan)
    for _ in range(len(before)):  # as often as the longest chain has plans
        further = np.where(np.isnan(depth), depth[before] + 1, depth)
        if np.array_equal(further, depth, equal_nan=True):
            break
        depth = further
    return depth


def succession(
    plans: pd.DataFrame, plan_measures: pd.DataFrame, links: pd.DataFrame, now: np.datetime64
) -> tuple[Succession, Rows]:
    """The plans, their parts and what became of them, and the links themselves (METHOD.md R3 and R4)."""
    plan = known_plans(plans, now)
    node = _nodes(plan_measures, plan, now)
    link = known(arrays(LINKS, links, "from_node to_node relation reason recorded_on"), now)
    link = ordered(link, ["project_id", "from_node", "to_node", "relation"])
    ends = {side: _ends(link, name, node) for side, name in ((OLD, "from_node"), (NEW, "to_node"))}
    relation = link["relation"]
    # What is dropped goes nowhere and what is new comes from nowhere: the other end says nothing.
    asked = {OLD: (relation != "new") & ends[OLD][0], NEW: (relation != "dropped") & ends[NEW][0]}
    stands = {side: asked[side] & (ends[side][1] >= 0) for side in ends}
    of_plan = {side: _at(node["plan"], ends[side][1]) for side in ends}
    both = asked[OLD] & asked[NEW]
    follows = stands[OLD] & stands[NEW] & (_at(plan["before"], of_plan[NEW]) == of_plan[OLD])
    holds = np.where(both, follows, stands[OLD] | stands[NEW])
    weight = np.select([relation == word for word in GOES_ON], range(2, 2 + len(GOES_ON)), 1)
    claims = [
        _claims(plan, side, np.flatnonzero(stands[side]), ends, of_plan, np.where(follows, of_plan[NEW], -1))
        for side in (OLD, NEW)
    ]
    found = {name: np.concatenate([claim[name] for claim in claims]) for name in claims[0]}
    found["weight"] = weight[found["link"]]
    good = holds[found["link"]]
    goes = np.flatnonzero(follows & (weight > 1))
    edges = {"node": ends[OLD][1][goes], "to": ends[NEW][1][goes]}
    node["counted"] = _counted(node, chosen(found, good)["node"])
    return Succession(plan, node, chosen(found, good), chosen(found, ~good), edges), link


def _nodes(plan_measures: pd.DataFrame, plan: Rows, now: np.datetime64) -> Rows:
    rows = known(arrays(PLAN_MEASURES, plan_measures, "node_id plan_id parent_id level title? recorded_on"), now)
    rows["plan"] = places(rows, plan, ["project_id", "plan_id"])
    rows["printed"] = natural(rows["node_id"])  # 1.10 stands after 1.9
    return ordered(chosen(rows, rows["plan"] >= 0), ["plan", "level", "printed", "node_id"])


def _ends(link: Rows, name: str, node: Rows) -> tuple[Flags, Places]:
    """Whether a link names a part there, and where that stands."""
    named = {"project_id": link["project_id"], "node_id": link[name]}
    return ~pd.isna(link[name]), places(named, node, ["project_id", "node_id"])


def _at(cells: Places, where: Places) -> Places:
    """The cells that stand there; -2 for nowhere, which is not the -1 of no plan."""
    return np.where(where >= 0, np.append(cells, -2)[np.maximum(where, -1)], -2)


def _claims(
    plan: Rows,
    side: int,
    link: Places,
    ends: dict[int, tuple[Flags, Places]],
    of_plan: dict[int, Places],
    pair: Places,
) -> Rows:
    """What the links say of the parts on one side, once for each pair of plans that is meant.

    A link that names both parts means the pair of the new one; one that names the old part alone all plans that
    follow its own, one that names the new part alone its own plan and the one before.
    """
    two = pair[link] >= 0
    if side == NEW:
        single, means = link, of_plan[NEW][link]
        kept = plan["before"][means] >= 0 if len(means) else np.zeros(0, dtype=bool)
        link, means = single[kept], means[kept]
    else:
        follower = np.argsort(plan["before"], kind="stable")
        follower = follower[plan["before"][follower] >= 0]
        alone, later = paired(of_plan[OLD][link[~two]], plan["before"][follower])
        means = np.concatenate([pair[link[two]], follower[later]])
        link = np.concatenate([link[two], link[~two][alone]])
    return {
        "pair": means,
        "side": np.full(len(link), side),
        "node": ends[side][1][link],
        "link": link,
        "other": np.where(pair[link] >= 0, ends[1 - side][1][link], -1),
    }


def _counted(node: Rows, linked: Places) -> Flags:
    """The parts on levels that count: of each plan those that links name; where none does, those of its leaves."""
    parent = places({"project_id": node["project_id"], "node_id": node["parent_id"]}, node, ["project_id", "node_id"])
    leaf = np.ones(len(parent), dtype=bool)
    leaf[parent[parent >= 0]] = False
    level = numbered(node["plan"], node["level"])
    of_plan, of_level = np.zeros((2, max(node["plan"].max(initial=-1), level.max(initial=-1)) + 1), dtype=bool)
    of_plan[node["plan"][linked]] = True
    of_level[level[linked]] = True
    of_level[level[leaf & ~of_plan[node["plan"]]]] = True
    flags: Flags = of_level[level]
    return flags
