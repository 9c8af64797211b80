"""Who was trained for how long, and how many people does that make an indicator count?

The rule says from how many hours on a person counts: 40 in OPZ, 24 in OP VVV, or as `[rules]` of project.toml has it.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval import accumulation, training
from kpeval.evidence import KEY, counting
from kpeval.results import PERSONS_COUNTED, PERSONS_REACHED, TRAINING_HOURS
from kpeval.rows import Cells, Rows, chosen, joined, last_of, newest, numbered, ordered, paired, picked, places
from kpeval.schema import INDICATORS
from kpeval.shapes import shaped
from kpeval.timespan import as_day64
from kpeval.values import arrays

DESCRIBED = "code name? unit?"


def training_hours(
    people: pd.DataFrame,
    events: pd.DataFrame,
    attendance: pd.DataFrame,
    projects: pd.DataFrame | None = None,
    *,
    as_of: str | date,
    min_hours: float = 40.0,
) -> pd.DataFrame:
    """How many hours of training does each person have by the day, and are they enough to count?

    hours = the sum of a person's hours at events of the kind training; hours_counted = (hours - hours_elearning)
    + min(hours_elearning, cap), in hours of the rule; reached: hours_counted >= min_hours, which is not rounded: 39.99
    is not 40. reached_on = the last day of the training with which the running sum reaches it, in the order of their
    days. hours_to_go = min_hours - hours_counted, 0 where reached.

    One row is a person: of `people` as known on the day, or one whom only attendance at a training names. Columns:
    project_id, person_id, role, complete, hours, hours_elearning, hours_counted, unstated (trainings of which nobody
    states the hours), first_day, reached, reached_on, hours_to_go, min_hours, assumed (no rule states min_hours: the
    argument stands in); rows by project and person. No table shows it: see `training_summary`.

    - Trainings alone count, for the support that the threshold measures is training: who sat in a working group for 40
      hours planned, and was not trained.
    - A training counts from its last day (else its day) on; one without a day from the day it was recorded (its
      attendance, else itself), else never. What was recorded after `as_of` is not known. Of a person at a training
      recorded again the later record counts, from the day it was recorded.
    - Hours that attendance leaves blank are the training's. More than the training's are counted as recorded, since
      nobody can tell which of the two is wrong; `findings` says so. Where neither states hours they are not in the sum
      (`unstated`), which is missing where no training has any.
    - Hours are added up in millionths, exactly; a threshold missed by a third of a second (0.0001) is reached, for
      30 x 80 minutes may be written 1.333333.
    - `projects` brings the rule: min_hours; max_elearning_hours, the cap (none: all count); minutes_per_hour, of an
      hour of the rule (hours are recorded by the clock; none: as recorded). e-learning is the mode elearning; online
      is in presence, at a distance.
    - A person is one person_id: two of one person are two people (`findings` suggests them), and each may fall short.

    Raises DataError for a repeated key, ValueError where min_hours is not above 0. Rules: METHOD.md H1 to H3.
    """
    if not min_hours > 0:
        raise ValueError(f"min_hours is {min_hours}: a threshold lies above 0")
    now = as_day64(as_of)
    held = training.sessions(events, attendance)
    held = chosen(held, held["known_on"] <= now)
    rows = training.everybody(people, held, now)
    held["person"] = training.numbers(held, rows)
    rows |= {"person": np.arange(len(rows["person_id"])), "day": np.full(len(rows["person_id"]), now)}
    training.add_rule(rows, projects, min_hours)
    return shaped(TRAINING_HOURS, training.hours_known(rows, held))


def persons_reached(
    training_hours: pd.DataFrame, indicators: pd.DataFrame | None = None, projects: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Which people does an indicator count, as rows that can stand among its measurements?

    One row is a person who reached the threshold, for each indicator of the project that counts them: those with the
    accumulation persons that `[rules] training_indicators` names (in `projects`); else those with the code 60000 (also
    written 6 00 00, 600 000); else the only one. Columns: project_id, indicator_id (missing without `indicators`),
    measured_on (the day the threshold was reached), actual (1), person_id, derived (always); rows by indicator, person.

    Where people were trained and none reached the threshold there is one row without a person, whose actual is 0, on
    the day of the first training: the value is then 0, not missing. An incomplete record counts (ESF: it enters the
    grand total, and no breakdown). Rules: METHOD.md H2, H4.
    """
    names = ["project_id", "person_id", "reached", "reached_on", "first_day"]
    rows: Rows = {name: training_hours[name].to_numpy(dtype=object) for name in names[:2]}
    rows |= {name: training_hours[name].to_numpy(dtype="datetime64[us]") for name in names[3:]}
    reached = training_hours["reached"].fillna(False).to_numpy(dtype=bool)
    found = {name: rows[name][reached] for name in names[:2]} | {"measured_on": rows["reached_on"][reached]}
    found["actual"] = np.ones(len(found["person_id"]))
    trained = ordered(chosen(rows, ~np.isnat(rows["first_day"])), ["project_id", "first_day"])
    first = chosen(trained, newest(trained["project_id"][::-1])[::-1])
    first = chosen(first, places(first, _once(found), ["project_id"]) < 0)
    nobody: Rows = {"project_id": first["project_id"], "person_id": np.full(len(first["first_day"]), np.nan, object)}
    found = joined(found, nobody | {"measured_on": first["first_day"], "actual": np.zeros(len(first["first_day"]))})
    found["indicator_id"] = np.full(len(found["actual"]), np.nan, dtype=object)
    if indicators is not None:
        found = _spread(found, counting(indicators, projects))
    found["derived"] = np.ones(len(found["actual"]))
    return shaped(PERSONS_REACHED, ordered(found, [*KEY, "person_id"]))


def persons_counted(
    training_hours: pd.DataFrame,
    indicators: pd.DataFrame,
    reported: pd.DataFrame,
    projects: pd.DataFrame | None = None,
    *,
    as_of: str | date,
) -> pd.DataFrame:
    """How many people does attendance give an indicator, and how many were reported?

    counted = the people who reached the threshold by the day; reported = the value that the measurements as reported
    (`project.reported`) give by the day, by the rule of `persons`; counted_then = those who had reached the threshold
    by the day of that value, by what is known now; difference = counted_then - reported: a report is held against
    its own day. Both missing where nothing is reported. Neither number is corrected by the other.

    One row is an indicator that counts people in training (see `persons_reached`) of a project in which somebody was
    trained. Columns: project_id, indicator_id, code, name, unit, counted, reported, reported_on,
    counted_then, difference, min_hours, assumed; rows by project and indicator. `training_hours` is that of the same
    day. Rule: METHOD.md H4.
    """
    now = as_day64(as_of)
    which = counting(indicators, projects, now)
    held: Rows = {"project_id": training_hours["project_id"].to_numpy(dtype=object)}
    for name in ("min_hours", "assumed", "reached"):
        held[name] = training_hours[name].to_numpy(dtype=np.float64, na_value=np.nan)
    trained = training_hours["first_day"].notna().to_numpy(dtype=bool)
    held["reached_on"] = training_hours["reached_on"].to_numpy(dtype="datetime64[us]")
    held = ordered(chosen(held, trained), ["project_id"])
    mine = places(which, _once(held), ["project_id"])
    which, mine = chosen(which, mine >= 0), mine[mine >= 0]
    named = arrays(INDICATORS, indicators, f"indicator_id accumulation {DESCRIBED}")
    rows = chosen(named, places(which, named, KEY))
    one, project = _once(held), places(held, _once(held), ["project_id"])
    count = len(one["project_id"])
    reached = np.bincount(project, weights=held["reached"], minlength=count)
    rows["counted"] = reached[mine].astype(np.float64)  # of nothing NumPy makes whole numbers
    rows |= {name: one[name][mine] for name in ("min_hours", "assumed")}
    values = accumulation.known(rows, reported, now)
    rows["reported"] = accumulation.accumulated(values, accumulation.kinds(rows))
    last = last_of(values["indicator"], len(rows["indicator_id"]))
    rows["reported_on"] = picked(values["measured_on"], last)
    row, person = paired(mine, project)
    by_then = held["reached_on"][person] <= rows["reported_on"][row]
    then = np.bincount(row[by_then], minlength=len(mine))
    rows["counted_then"] = np.where(np.isnat(rows["reported_on"]), np.nan, then)
    rows["difference"] = rows["counted_then"] - rows["reported"]
    return shaped(PERSONS_COUNTED, rows)


def _once(rows: Rows) -> Rows:
    """The last row of each project."""
    return chosen(rows, newest(rows["project_id"]))


def _spread(rows: Rows, which: Rows) -> Rows:
    """The rows once for each indicator that counts them."""
    every: Cells = np.concatenate([rows["project_id"], which["project_id"]])
    group, owner = np.split(numbered(every), [len(rows["project_id"])])
    return training.spread(rows, group, which["indicator_id"], owner)
