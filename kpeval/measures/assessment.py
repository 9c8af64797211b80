"""How does the town assess the quality of its own planning, area by area? No score is made of it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.results import SELF_ASSESSMENT
from kpeval.rows import Rows, chosen, joined, newest, numbered, ordered
from kpeval.rules.quality import area_numbers, quality_areas
from kpeval.schema import ANSWERS
from kpeval.schema import SELF_ASSESSMENT as ASSESSED
from kpeval.shapes import shaped
from kpeval.timespan import as_day64
from kpeval.values import arrays

NO_DAY = np.datetime64("NaT", "us")


def self_assessment(self_assessment: pd.DataFrame, *, as_of: str | date) -> pd.DataFrame:
    """Which criteria of the quality of planning did the town find met by the day, in each of the eight key areas?

    Of a criterion that was assessed several times the last assessment by `as_of` counts; one without a day counts as
    the earliest. criteria = met + partly + not_met + unanswered.

    One row is one of the ministry's eight areas, or another area that the town names itself. Columns: project_id, area
    (the ministry's Czech name, or the town's own), number (1 to 8, missing for the town's own), criteria, met, partly,
    not_met, unanswered (counts of criteria), assessed_on (the last day); rows by project and number, the town's own
    areas last.

    - An area is named by its number or its name, in Czech or English, whatever its capitals.
    - An area of which nothing is assessed has 0 criteria and no other count; a project of which nothing at all is
      assessed by the day has no row.
    - Areas and criteria are never weighed or added to a score: the ministry sets none.

    Raises DataError for a repeated assessment of a criterion on a day. Rules: METHOD.md Q1 and Q2.
    """
    now = as_day64(as_of)
    rows = arrays(ASSESSED, self_assessment, "area criterion met assessed_on recorded_on")
    rows = chosen(rows, ~(rows["assessed_on"] > now) & ~(rows["recorded_on"] > now))
    rows["number"] = number = area_numbers(rows["area"])
    names = np.array([np.nan, *(area.cs for area in quality_areas())], dtype=object)
    rows["written"] = rows["area"]
    rows["area"] = np.where(np.isnan(number), rows["area"], names[np.nan_to_num(number).astype(np.intp)])
    rows = ordered(rows, ["project_id", "area", "criterion", "assessed_on", "written"], missing_first=True)
    rows = chosen(rows, newest(rows["project_id"], rows["area"], rows["criterion"]))
    areas = _areas(rows)
    place = numbered(*(np.concatenate([areas[name], rows[name]]) for name in ("project_id", "area")))
    count = len(areas["area"])
    where = np.full(place.max(initial=-1) + 1, -1)
    where[place[:count]] = np.arange(count)
    mine = where[place[count:]]
    areas["criteria"] = np.bincount(mine, minlength=count).astype(np.float64)
    answers = {answer: rows["met"] == answer for answer in ANSWERS} | {"unanswered": pd.isna(rows["met"])}
    for name, given in answers.items():
        counted = np.bincount(mine[given], minlength=count).astype(np.float64)
        areas[name] = np.where(areas["criteria"] > 0, counted, np.nan)
    areas["assessed_on"] = np.full(count, NO_DAY)
    np.fmax.at(areas["assessed_on"], mine, rows["assessed_on"])
    return shaped(SELF_ASSESSMENT, areas)


def _areas(rows: Rows) -> Rows:
    """The eight areas of each project that assessed anything, and those of its own."""
    known = quality_areas()
    projects = pd.unique(rows["project_id"])
    eight = {
        "project_id": np.repeat(projects, len(known)),
        "number": np.tile(np.array([area.number for area in known], dtype=float), len(projects)),
        "area": np.tile(np.array([area.cs for area in known], dtype=object), len(projects)),
    }
    own = chosen({name: rows[name] for name in eight}, np.isnan(rows["number"]))
    own = chosen(own, newest(own["project_id"], own["area"]))
    return ordered(joined(eight, own), ["project_id", "number", "area"])
