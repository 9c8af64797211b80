"""What became of the parts of a plan in the plan that follows it?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval import codes
from kpeval.evaluated import as_last_evaluated, known_plan
from kpeval.results import PLAN_REVISION, PLAN_SUCCESSIONS
from kpeval.rows import (
    Cells,
    Numbers,
    Places,
    Rows,
    chosen,
    joined,
    newest,
    numbered,
    ordered,
    paired,
    places,
    positive,
)
from kpeval.shapes import shaped
from kpeval.succession import NEW, OLD, Succession, succession
from kpeval.timespan import as_day64

WORDS = {OLD: ("unlinked", "dropped", *codes.GOES_ON), NEW: ("unlinked", "new", *codes.GOES_ON)}  # by weight


def plan_revision(
    plans: pd.DataFrame,
    plan_measures: pd.DataFrame,
    links: pd.DataFrame,
    evaluations: pd.DataFrame | None = None,
    *,
    as_of: str | date,
) -> pd.DataFrame:
    """How much of a plan goes on in the plan that follows it, how much is dropped, and how much of that one is new?

    Parts are counted, not links: each part of the old plan once, as carried_over, modified, merged, split, dropped, or
    unlinked_old where no link says what became of it; of several links the one that changes most counts (in this
    order, split most), and whatever goes on is not dropped. Each part of the new plan once: it continues an old one,
    or is new, or no link says where it comes from (unlinked_new). share_carried = carried_over + modified + merged +
    split / nodes_old; share_dropped = dropped / nodes_old; share_new = new / nodes_new; carry_over_rate =
    unfulfilled_carried / unfulfilled, of the parts whose latest evaluation known says in progress, partial, not
    fulfilled or postponed. state_unknown: no evaluation, or none that says a state.

    One row is a level (as the town calls it) of two plans, of which `plan_id` follows `predecessor`. Columns:
    project_id, predecessor, plan_id, level, nodes_old, carried_over, modified, merged, split, dropped, unlinked_old,
    share_carried, share_dropped, unfulfilled, unfulfilled_carried, carry_over_rate, state_unknown, nodes_new, new,
    unlinked_new, share_new, links_left_out; rows by project, first day of the new plan, and level. Of each plan the
    levels count of which links name a part; where no link names any, those on which parts without parts of their own
    stand. Shares are missing where there is nothing to divide by, and where no link says anything of the parts in
    question: that is not 0. Without evaluations all states are unknown, and where they are, unfulfilled and
    unfulfilled_carried are missing. links_left_out: links of these parts to one that is not known, or not in the plan
    that follows. What was recorded after `as_of` is not known. Raises DataError for a repeated plan, part or link.
    Rules: METHOD.md R3 to R5.
    """
    found, _ = succession(plans, plan_measures, links, now := as_day64(as_of))
    rows = _parts(found, plan_measures, evaluations, now)
    given, group = np.unique(numbered(rows["pair"], rows["level"], in_order=True), return_inverse=True)
    count, old, new = len(given), rows["side"] == OLD, rows["side"] == NEW
    went = rows["weight"] > 1

    def counted(flags: Cells) -> Numbers:
        return np.bincount(group[flags], minlength=count).astype(np.float64)

    left = rows["unfulfilled"]
    table = {word: counted(old & (rows["weight"] == weight)) for weight, word in enumerate(WORDS[OLD])}
    table["unlinked_old"] = table.pop("unlinked")
    table |= {"nodes_old": counted(old), "nodes_new": counted(new), "state_unknown": counted(old & rows["unknown"])}
    table |= {"new": counted(new & (rows["weight"] == 1)), "unlinked_new": counted(new & (rows["weight"] == 0))}
    stated = table["nodes_old"] > table["state_unknown"]  # where no state is, nobody knows how many were not fulfilled
    table["unfulfilled"] = np.where(stated, counted(left), np.nan)
    table["unfulfilled_carried"] = np.where(stated, counted(left & went), np.nan)
    said_old, said_new = table["nodes_old"] - table["unlinked_old"], table["nodes_new"] - table["unlinked_new"]
    table["share_carried"] = _share(counted(old & went), table["nodes_old"], said_old)
    table["share_dropped"] = _share(table["dropped"], table["nodes_old"], said_old)
    table["share_new"] = _share(table["new"], table["nodes_new"], said_new)
    table["carry_over_rate"] = _share(
        table["unfulfilled_carried"], table["unfulfilled"], counted(left & (rows["weight"] > 0))
    )
    table["links_left_out"] = np.bincount(group, weights=rows["astray"], minlength=count).astype(np.float64)
    first = np.zeros(count, dtype=np.intp)
    first[group] = np.arange(len(group))
    names = ("project_id", "predecessor", "plan_id", "level")
    return shaped(PLAN_REVISION, table | {name: rows[name][first] for name in names})


def plan_successions(
    plans: pd.DataFrame,
    plan_measures: pd.DataFrame,
    links: pd.DataFrame,
    evaluations: pd.DataFrame | None = None,
    *,
    as_of: str | date,
) -> pd.DataFrame:
    """What became of each part of a plan in the next one, and why; and where does each part of that come from?

    The parts, levels, states and relations are those that `plan_revision` counts.

    One row is a part of one of two plans, of which `plan_id` follows `predecessor`; a part of a plan in the middle
    stands there twice, as a new and as an old one. Columns: project_id, predecessor, plan_id, side (old, new), node_id,
    title, level, state (of an old part: what its latest evaluation known says; no_info where none does), relation
    (what became of an old part: carried_over, modified, merged, split, dropped, unlinked; where a new one comes from:
    the same four, new, unlinked), others (the parts of the other plan, separated by ;), reason (as the links say it,
    each wording once); rows by project, first day of the new plan, side (old first), level and part. What was recorded
    after `as_of` is not known. Raises DataError for a repeated plan, part or link, or parts
    in a circle. Rules: METHOD.md R3 and R4.
    """
    found, link = succession(plans, plan_measures, links, now := as_day64(as_of))
    rows = _parts(found, plan_measures, evaluations, now)
    rows = ordered(rows, ["pair", "side", "level", "printed", "node_id"])
    said = found.claims
    part = _member(said, rows)
    others = np.where(said["other"] >= 0, np.append(found.nodes["node_id"], np.nan)[said["other"]], np.nan)
    rows["others"] = _listed(others, part, len(rows["pair"]))
    rows["reason"] = _listed(link["reason"][said["link"]], part, len(rows["pair"]))
    words = np.array([WORDS[OLD], WORDS[NEW]], dtype=object)
    rows["relation"] = words[rows["side"], rows["weight"]]
    rows["side"] = np.array(codes.SIDES, dtype=object)[rows["side"]]
    return shaped(PLAN_SUCCESSIONS, rows)


def _share(part: Numbers, whole: Numbers, said: Numbers) -> Numbers:
    """Missing where nothing is said of any of them: nobody knows, which is not 0."""
    return np.where(said > 0, part / positive(whole), np.nan)


def _parts(
    found: Succession, plan_measures: pd.DataFrame, evaluations: pd.DataFrame | None, now: np.datetime64
) -> Rows:
    """The counted parts of each two plans that follow each other: which side, relation by weight, state."""
    plan, node = found.plans, found.nodes
    pair = np.flatnonzero(plan["before"] >= 0)
    sides = []
    for side, owner in ((OLD, plan["before"][pair]), (NEW, pair)):
        which, place = paired(owner, node["plan"])
        sides.append({"pair": pair[which], "side": np.full(len(place), side), "node": place})
    rows = joined(*sides)
    rows = chosen(rows, node["counted"][rows["node"]])
    rows |= {name: node[name][rows["node"]] for name in ("project_id", "node_id", "level", "title", "printed")}
    rows |= {"plan_id": plan["plan_id"][rows["pair"]], "predecessor": plan["predecessor"][rows["pair"]]}
    rows["weight"] = np.zeros(len(rows["pair"]), dtype=np.intp)
    np.maximum.at(rows["weight"], _member(found.claims, rows), found.claims["weight"])
    astray = _member(found.astray, rows)
    rows["astray"] = np.bincount(astray[astray >= 0], minlength=len(rows["pair"]))
    state = np.where(rows["side"] == OLD, _states(node, plan_measures, evaluations, now)[rows["node"]], np.nan)
    rows["state"] = state
    rows["unfulfilled"] = np.isin(state.astype(str), codes.UNFULFILLED)
    rows["unknown"] = state == "no_info"
    return rows


def _member(claims: Rows, rows: Rows) -> Places:
    return places(claims, rows, ["pair", "side", "node"])


def _states(node: Rows, plan_measures: pd.DataFrame, evaluations: pd.DataFrame | None, now: np.datetime64) -> Cells:
    """What the last evaluation of each part that was known on the day says of its state, as plan_fulfilment has it."""
    plan = known_plan(plan_measures, pd.DataFrame() if evaluations is None else evaluations, now)
    last = as_last_evaluated(plan, np.ones(len(plan.nodes["node_id"]), dtype=bool), now)
    states: Cells = last["state"][places(node, plan.nodes, ["project_id", "node_id"])]
    return states


def _listed(cells: Cells, part: Places, count: int) -> Cells:
    """The texts of each of `count` parts in one, in their order and each once; missing where a part has none."""
    rows = {"part": part, "text": cells}
    rows = chosen(rows, ~pd.isna(cells) & (part >= 0))
    rows = chosen(rows, np.flatnonzero(newest(rows["part"][::-1], rows["text"][::-1])[::-1]))  # the first of its kind
    rows = ordered(rows, ["part"])
    size = np.bincount(rows["part"], minlength=count)
    nth = np.arange(len(rows["part"])) - np.repeat(np.cumsum(size) - size, size)
    texts = np.full(count, np.nan, dtype=object)
    for place in range(int(size.max(initial=0))):  # as often as one part has links
        here = chosen(rows, nth == place)
        before = texts[here["part"]]
        texts[here["part"]] = here["text"] if place == 0 else before + "; " + here["text"]
    return texts
