"""How many hours of training does each person have, by what was known on a day, and when did they reach the threshold?

`sessions` are a person at a training, `hours_known` adds them up for each of several states: a person on a day.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kpeval.rows import (
    Cells,
    Flags,
    Numbers,
    Places,
    Rows,
    chosen,
    joined,
    newest,
    ordered,
    paired,
    picked,
    places,
    running,
    sums,
)
from kpeval.schema import ATTENDANCE, EVENTS, PEOPLE, TRAINING_RULE
from kpeval.values import arrays

PERSON = ["project_id", "person_id"]
PART = 1e6  # hours are added up in whole millionths: exactly, in whatever order
FUZZ = 1e-4  # hours, a third of a second: what 30 times 1.333333 for 80 minutes lacks of 40; 39.99 lacks more
MINUTES = 60.0  # in an hour as it is recorded
NO_DAY = np.datetime64("NaT", "us")


def sessions(events: pd.DataFrame, attendance: pd.DataFrame) -> Rows:
    """Every record of a person at a training: its day, its hours, and from when on it is known.

    Of a person at a training there are as many as were recorded, in the order of their recording.
    """
    held = arrays(EVENTS, events, "event_id kind date last_day hours mode recorded_on")
    rows = arrays(ATTENDANCE, attendance, "event_id person_id hours recorded_on")
    place = places(rows, held, ["project_id", "event_id"])
    training = np.zeros(len(place), dtype=bool)
    training[place >= 0] = held["kind"][place[place >= 0]] == "training"
    rows, place = chosen(rows, training), place[training]
    day = _first_stated(held["last_day"][place], held["date"][place], rows["recorded_on"], held["recorded_on"][place])
    rows |= {"event": place, "day": day, "elearning": held["mode"][place] == "elearning"}
    rows["hours"] = np.where(np.isnan(rows["hours"]), held["hours"][place], rows["hours"])
    # Where nothing says when it was, it is known on no day.
    rows["known_on"] = np.fmax(np.fmax(day, rows["recorded_on"]), held["recorded_on"][place])
    return ordered(rows, [*PERSON, "recorded_on"], missing_first=True)


def _first_stated(*columns: Cells) -> Cells:
    found = columns[0]
    for column in columns[1:]:
        found = np.where(np.isnat(found), column, found)
    return found


def everybody(people: pd.DataFrame, known: Rows, now: np.datetime64) -> Rows:
    """Each person of the table as known on the day, and those whom only the sessions name, by project and person."""
    rows = arrays(PEOPLE, people, "person_id role complete recorded_on")
    rows = chosen(rows, ~(rows["recorded_on"] > now))
    unnamed = np.full(len(known["person_id"]), np.nan, dtype=object)
    more = {name: known[name] for name in PERSON} | {"role": unnamed, "complete": unnamed}
    more = chosen(more, (places(more, rows, PERSON) < 0) & newest(*(more[name] for name in PERSON)))
    rows = ordered(joined({name: rows[name] for name in more}, more), PERSON)
    rows["complete"] = np.where(pd.isna(rows["complete"]), np.nan, rows["complete"]).astype(np.float64)
    return rows


def add_rule(rows: Rows, projects: pd.DataFrame | None, min_hours: float) -> None:
    """Adds the rule of its project to each row: min_hours (`assumed` where no rule says it), cap, factor."""
    count = len(rows["project_id"])
    rule = {name: np.full(count, np.nan) for name in ("min_hours", "max_elearning_hours", "minutes_per_hour")}
    if projects is not None:
        known = arrays(TRAINING_RULE, projects, " ".join(rule))
        place = places(rows, known, ["project_id"])
        rule = {name: picked(known[name], place) for name in rule}
    rows["assumed"] = np.isnan(rule["min_hours"])
    rows["min_hours"] = np.where(rows["assumed"], min_hours, rule["min_hours"])
    rows["cap"] = np.where(np.isnan(rule["max_elearning_hours"]), np.inf, rule["max_elearning_hours"])
    rows["factor"] = np.where(np.isnan(rule["minutes_per_hour"]), 1.0, MINUTES / rule["minutes_per_hour"])


def hours_known(states: Rows, held: Rows) -> Rows:
    """What each state comes to: a person, whom `person` numbers, on a `day`, with a rule.

    hours, hours_elearning and hours_counted, how many trainings are `unstated` (no hours are known of them), the day
    of the first one, whether the threshold is reached, and on which day. `held` are sessions, person by person.
    """
    count = len(states["day"])
    owner, row = paired(states["person"], held["person"])
    then = held["known_on"][row] <= states["day"][owner]
    rows = chosen(held, row[then]) | {"owner": owner[then]}
    rows = chosen(rows, newest(rows["owner"], rows["event"]))
    rows = ordered(rows, ["owner", "day"])
    owner, stated = rows["owner"], ~np.isnan(rows["hours"])
    parts = np.where(stated, np.rint(np.where(stated, rows["hours"], 0) * PART), np.nan)
    online = np.where(rows["elearning"], np.nan_to_num(parts), 0)
    present = np.nan_to_num(parts) - online
    rule = {name: states[name][owner] for name in ("min_hours", "cap", "factor")}
    so_far = _counted(running(present, owner), running(online, owner), rule)
    first = np.flatnonzero(_enough(so_far, rule))
    out = states | {
        "hours": _sum(parts, owner, count),
        "hours_elearning": _sum(online, owner, count),
        "unstated": np.bincount(owner[~stated], minlength=count),
        "first_day": picked(rows["day"], _first_of(owner, np.arange(len(owner)), count)),
        "reached_on": picked(rows["day"], _first_of(owner[first], first, count)),
    }
    out["hours_counted"] = _counted(
        np.rint((out["hours"] - out["hours_elearning"]) * PART), np.rint(out["hours_elearning"] * PART), out
    )
    out["reached"] = _enough(out["hours_counted"], out)
    short = np.where(out["reached"], 0.0, out["min_hours"] - out["hours_counted"])
    out["hours_to_go"] = np.where(np.isnan(out["hours"]), np.nan, short)
    return out


def _sum(parts: Numbers, owner: Places, count: int) -> Numbers:
    """In hours; 0 without a training, missing where no hours are known of any."""
    nowhere = np.bincount(owner, minlength=count) == 0
    stated = ~np.isnan(parts)
    return np.where(nowhere, 0.0, sums(parts[stated], owner[stated], count) / PART)


def _counted(present: Numbers, online: Numbers, rule: Rows) -> Numbers:
    """Of so many millionths of hours, in hours of the rule: all in presence, of e-learning as much as is allowed."""
    counted: Numbers = present * rule["factor"] / PART + np.minimum(online * rule["factor"] / PART, rule["cap"])
    return counted


def _enough(counted: Numbers, rule: Rows) -> Flags:
    enough: Flags = (counted >= rule["min_hours"] - FUZZ) & (counted > 0)
    return enough


def _first_of(groups: Places, rows: Places, count: int) -> Places:
    first = np.full(count, -1)
    first[groups[::-1]] = rows[::-1]  # of several the first stays
    return first


def numbers(rows: Rows, people: Rows) -> Places:
    """The number of each row's person among `people`."""
    return places(rows, people, PERSON)


def spread(rows: Rows, group: Places, indicators: Cells, owner: Places) -> Rows:
    """The rows once for each indicator of their group."""
    order = np.argsort(group, kind="stable")
    which, row = paired(owner, group[order])
    return chosen(rows, order[row]) | {"indicator_id": indicators[which]}
