"""Over how many successive plans does a goal or a measure live?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.results import GOAL_SURVIVAL
from kpeval.rows import Flags, Places, Rows, chosen, newest, paired, worded
from kpeval.shapes import shaped
from kpeval.succession import NEW, OLD, Succession, depths, succession
from kpeval.timespan import as_day64


def goal_survival(
    plan_measures: pd.DataFrame,
    links: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    as_of: str | date,
    level: str | None = None,
) -> pd.DataFrame:
    """In how many successive plans does a goal or a measure stand, and was it dropped then, or is it still there?

    A part lives on in each part that it is carried over, modified, split or merged into: of a split part as long as
    any of its parts lives; what is merged lives on for each of those that were merged. plans_lived = plans from the
    one in which it stands first to the last in which it, or what became of it, stands, both counted.

    One row is a part that continues no part of an earlier plan. Columns: project_id, node_id, plan_id (where it stands
    first), level, title, origin (first_plan: its plan has none before it; new: a link says so; unlinked: no link says
    where it comes from), plans_lived, last_plan, fate (still_there: it, or something that came of it, stands in a plan
    that no known plan follows; dropped: all that it came to in its last plan is dropped; unlinked: no link says what
    became of it); rows by project, plan, level and part. `level`: of this level, as the town calls it, alone; else of
    all that count in `plan_revision`. Plans that follow each other in a circle are in no order, and their parts are
    left out. What was recorded after `as_of` is not known. Raises DataError for a repeated plan, part or link. Rule:
    METHOD.md R6.
    """
    found, _ = succession(plans, plan_measures, links, as_day64(as_of))
    plan, node = found.plans, found.nodes
    depth = depths(plan["before"])[node["plan"]]
    comes, goes, dropped = _said(found, len(depth))
    root = np.flatnonzero(node["counted"] & ~np.isnan(depth) & ~comes[:, 1])
    if level is not None:
        root = root[node["level"][root] == level]
    chain, part = _chains(root, found.edges)
    reached = np.full(len(root), -1.0)
    np.maximum.at(reached, chain, depth[part])
    ends = depth[part] == reached[chain]
    last = np.full(len(root), len(plan["before"]), dtype=np.intp)
    np.minimum.at(last, chain[ends], node["plan"][part[ends]])
    followed = np.zeros(len(plan["before"]), dtype=bool)
    followed[plan["before"][plan["before"] >= 0]] = True
    still = _any(chain, ~followed[node["plan"][part]], len(root))
    unsaid = _any(chain, ends & (~dropped[part] | goes[part]), len(root))
    rows = {name: node[name][root] for name in ("project_id", "node_id", "level", "title")}
    rows["plan_id"] = plan["plan_id"][node["plan"][root]]
    rows["plans_lived"] = reached - depth[root] + 1
    rows["last_plan"] = plan["plan_id"][last]
    starts = plan["before"][node["plan"][root]] < 0
    rows["origin"] = worded([(starts, "first_plan"), (comes[root, 0], "new")], "unlinked")
    rows["fate"] = worded([(still, "still_there"), (unsaid, "unlinked")], "dropped")
    return shaped(GOAL_SURVIVAL, rows)


def _said(found: Succession, count: int) -> tuple[Flags, Flags, Flags]:
    """Of each part whether it is new and whether it continues one that is named, whether it goes on, and is dropped."""
    claims = found.claims
    of_new, of_old = claims["side"] == NEW, claims["side"] == OLD
    comes = np.zeros((count, 2), dtype=bool)
    comes[claims["node"][of_new & (claims["weight"] == 1)], 0] = True
    comes[found.edges["to"], 1] = True
    goes, dropped = np.zeros((2, count), dtype=bool)
    goes[claims["node"][of_old & (claims["weight"] > 1)]] = True
    dropped[claims["node"][of_old & (claims["weight"] == 1)]] = True
    return comes, goes, dropped


def _chains(root: Places, edges: Rows) -> tuple[Places, Places]:
    """Each part that came of each root, itself included, as the root's number and the part's place; each once."""
    order = np.argsort(edges["node"], kind="stable")
    node, to = edges["node"][order], edges["to"][order]
    front = {"chain": np.arange(len(root)), "part": root}
    found = [front]
    while len(front["part"]):  # plan by plan: what goes on stands in the plan that follows, and circles have no root
        here, edge = paired(front["part"], node)
        front = {"chain": front["chain"][here], "part": to[edge]}
        front = chosen(front, newest(front["chain"], front["part"]))
        found.append(front)
    chains = {name: np.concatenate([rows[name] for rows in found]) for name in front}
    once = newest(chains["chain"], chains["part"])
    return chains["chain"][once], chains["part"][once]


def _any(group: Places, flags: Flags, count: int) -> Flags:
    held: Flags = np.bincount(group[flags], minlength=count) > 0
    return held
