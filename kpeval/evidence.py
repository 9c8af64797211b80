"""Which indicators take their value from who attended, and what are their values then, day by day?

They stand among the measurements, in place of what is reported: so whatever reads measurements agrees.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from kpeval import training
from kpeval.columns import listed
from kpeval.rows import Cells, Flags, Rows, chosen, framed, joined, newest, numbered, ordered, picked, places
from kpeval.schema import INDICATORS, TRAINING_RULE
from kpeval.training_rules import CODE
from kpeval.values import arrays

KEY = ["project_id", "indicator_id"]
BLANKS = re.compile(r"\s")


def counting(indicators: pd.DataFrame, projects: pd.DataFrame | None, now: np.datetime64 | None = None) -> Rows:
    """The indicators that count the people who reached the threshold, as project_id and indicator_id, in their order.

    Of those that accumulate by persons: which [rules] names; else which have the code of the rule (6 00 00, 600 000);
    else the only one.
    """
    rows = arrays(INDICATORS, indicators, "indicator_id code accumulation recorded_on")
    known = np.ones(len(rows["indicator_id"]), dtype=bool) if now is None else ~(rows["recorded_on"] > now)
    rows = ordered(chosen(rows, known & (rows["accumulation"] == "persons")), KEY)
    count = len(rows["indicator_id"])
    rule = {"training_indicators": np.full(count, np.nan, dtype=object), "training_code": np.full(count, CODE, object)}
    if projects is not None:
        told = arrays(TRAINING_RULE, projects, " ".join(rule))
        place = places(rows, told, ["project_id"])
        rule = {name: picked(told[name], place) for name in rule}
    named = _named(rows["indicator_id"], rule["training_indicators"])
    codes = np.where(pd.isna(rule["training_code"]), CODE, rule["training_code"])
    coded = _coded(rows["code"], codes)
    project = numbered(rows["project_id"])
    size = int(project.max(initial=-1)) + 1
    any_named, any_coded = (np.bincount(project[some], minlength=size)[project] > 0 for some in (named, coded))
    only = np.bincount(project, minlength=size)[project] == 1
    which = np.where(any_named, named, np.where(any_coded, coded, only)).astype(bool)
    return {name: rows[name][which] for name in KEY}


def _named(indicators: Cells, lists: Cells) -> Flags:
    """Whether an indicator stands in its project's list."""
    kinds = {told: set(listed(told)) for told in set(lists[~pd.isna(lists)])}
    found = np.zeros(len(indicators), dtype=bool)
    for told, names in kinds.items():  # as many as there are different lists
        found |= (lists == told) & np.isin(indicators.astype(str), sorted(names))
    return found


def _coded(codes: Cells, wanted: Cells) -> Flags:
    """Whether a code is the one wanted, however it is spaced, or its form from 2021 on, with a 0 behind it."""
    plain = pd.Series(codes, dtype=object).astype("str").str.replace(BLANKS, "", regex=True).to_numpy(dtype=object)
    same: Flags = (plain == wanted) | (plain == wanted + "0")
    return same


def reached_over_time(
    events: pd.DataFrame, attendance: pd.DataFrame, projects: pd.DataFrame, now: np.datetime64
) -> Rows:
    """Who reached the threshold, as it became known: rows like measurements, which hold on `now` and on any day before.

    A person who reached it: 1 on the day they did, recorded when it became known; where a correction moves that day,
    it is taken back by a row without a value. Each project begins with 0, of nobody, on its first training, so that it
    has a value from the day its first attendance is known. Nothing of a project whose threshold nobody states.
    """
    held = training.sessions(events, attendance)
    held = chosen(held, held["known_on"] <= now)
    training.add_rule(held, projects, np.nan)
    held = chosen(held, ~held["assumed"])
    people = chosen({name: held[name] for name in training.PERSON}, newest(held["project_id"], held["person_id"]))
    held["person"] = training.numbers(held, people)
    states = ordered(held | {"day": held["known_on"]}, ["person", "day"])
    states = chosen(states, newest(states["person"], states["day"]))
    names = (*training.PERSON, "person", "day", "min_hours", "cap", "factor")
    states = training.hours_known({name: states[name] for name in names}, held)
    now_on, before = states["reached_on"], np.roll(states["reached_on"], 1)
    before = np.where(np.diff(states["person"], prepend=-1) != 0, training.NO_DAY, before)
    moved = ~((now_on == before) | (np.isnat(now_on) & np.isnat(before)))
    rows = _values(chosen(states, moved & ~np.isnat(before)), before[moved & ~np.isnat(before)], np.nan)
    rows = joined(_values(chosen(states, moved & ~np.isnat(now_on)), now_on[moved & ~np.isnat(now_on)], 1.0), rows)
    first = ordered(held, ["project_id", "known_on", "day"])
    first = chosen(first, newest(first["project_id"][::-1])[::-1])  # the first of each project
    nobody = {"person_id": np.full(len(first["day"]), np.nan, dtype=object), "day": first["known_on"]}
    return joined(_values(first | nobody, first["day"], 0.0), rows)


def _values(rows: Rows, measured_on: Cells, actual: float) -> Rows:
    told = {"measured_on": measured_on, "recorded_on": rows["day"], "actual": np.full(len(measured_on), actual)}
    return {name: rows[name] for name in training.PERSON} | told


def counted_measurements(
    reported: pd.DataFrame,
    indicators: pd.DataFrame,
    events: pd.DataFrame,
    attendance: pd.DataFrame,
    projects: pd.DataFrame,
    now: np.datetime64,
) -> pd.DataFrame:
    """The measurements as known on the day, with the values of indicators that count people in training from evidence.

    From the day on which the first attendance is known; what was reported and known before that day stays until it,
    then is taken back; what was reported later is not there. Rows of a breakdown stay. Rows that were added have the
    row number 0. The same frame where nothing is counted.
    """
    if attendance.empty or events.empty:
        return reported
    which = counting(indicators, projects, now)
    if not len(which["indicator_id"]):
        return reported
    reached = reached_over_time(events, attendance, projects, now)
    added = _of_each(which, reached)
    if not len(added["actual"]):
        return reported
    owner = places({name: reported[name].to_numpy(dtype=object) for name in KEY}, which, KEY)
    begins = ordered(reached, ["project_id", "recorded_on"])
    begins = chosen(begins, newest(begins["project_id"][::-1])[::-1])
    since = picked(begins["recorded_on"], places({"project_id": _text(reported, "project_id")}, begins, ["project_id"]))
    own = (owner >= 0) & reported["dimension"].isna().to_numpy() & ~np.isnat(since)
    measured, recorded = (reported[name].to_numpy(dtype="datetime64[us]") for name in ("measured_on", "recorded_on"))
    early = own & (np.fmax(measured, recorded) < since)
    back = {name: _text(reported, name)[early] for name in (*KEY, "person_id")}
    back |= {"measured_on": measured[early], "recorded_on": since[early], "actual": np.full(int(early.sum()), np.nan)}
    both = joined(back, {name: added[name] for name in back})  # of the same key what was counted stays
    both = chosen(both, newest(*(both[name] for name in (*KEY, "measured_on", "person_id", "recorded_on"))))
    flags = {"derived": pd.array(np.ones(len(both["actual"]), dtype=bool), dtype="boolean")}
    more = framed(both | flags, pd.RangeIndex(len(both["actual"]))).reindex(columns=reported.columns)
    types: Any = reported.dtypes.to_dict()
    more = more.astype(types).set_axis(np.zeros(len(more), dtype=np.intp), axis=0)
    both_kinds: pd.DataFrame = pd.concat([reported[~own | early], more])
    return both_kinds


def _of_each(which: Rows, reached: Rows) -> Rows:
    """The rows once for each indicator of their project that counts them."""
    projects = {"project_id": np.unique(np.asarray(reached["project_id"], dtype=str)).astype(object)}
    owner = places(which, projects, ["project_id"])
    which, owner = chosen(which, owner >= 0), owner[owner >= 0]
    return training.spread(reached, places(reached, projects, ["project_id"]), which["indicator_id"], owner)


def _text(frame: pd.DataFrame, name: str) -> Cells:
    cells: Cells = frame[name].to_numpy(dtype=object)
    return cells
