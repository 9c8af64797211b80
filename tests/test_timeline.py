"""Time: the seeds' periods and activities, order and refusals; definitions are rows of worked_examples/timeline.csv."""

from collections.abc import Callable

import pandas as pd
import pytest
from conftest import ROOT

from kpeval.faults import DataError
from kpeval.measures.timeline import activity_timeline, output_delivery, overlaps, project_period
from kpeval.project import Project, load

Table = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def ostrava() -> Project:
    return load("ostrava", ROOT / "data")


def test_ostravas_activities_last_as_many_days_as_the_text_says(ostrava: Project) -> None:
    timeline = activity_timeline(ostrava.activities, ostrava.projects, as_of="2019-10-31")
    days = dict(zip(timeline["activity_id"], timeline["days_planned"], strict=True))
    assert days == {"KA1": 730, "KA2": 365, "KA3": 579, "KA4": 730, "KA5": 669}
    assert not timeline["outside_project"].any()


@pytest.mark.parametrize("as_of", ["2017-10-31", "2018-06-30", "2018-12-31", "2019-10-31", "2026-01-01"])
def test_no_activity_of_ostrava_is_ever_called_late(ostrava: Project, as_of: str) -> None:
    timeline = activity_timeline(ostrava.activities, ostrava.projects, as_of=as_of)
    assert timeline["status"].isin(["not_started", "no_record"]).all()
    assert timeline[["days_late_start", "days_late_end"]].isna().all(axis=None)


def test_ostravas_outputs_are_without_a_due_day_and_none_is_claimed_late(ostrava: Project) -> None:
    outputs = output_delivery(ostrava.outputs, as_of="2019-10-31")
    assert len(outputs) == 8
    assert set(outputs["status"]) == {"no_due"}
    assert outputs["days_late"].isna().all()


def test_ostravas_plan_and_its_evaluation_overlap_by_214_days(ostrava: Project) -> None:
    pairs = overlaps(ostrava.activities).set_index(["activity_a", "activity_b"])["days"]
    assert len(pairs) == 10
    assert pairs["KA2", "KA3"] == 214
    assert pairs["KA1", "KA4"] == 730
    assert pairs["KA2", "KA5"] == 304


def test_usti_lasts_487_days_and_16_months() -> None:
    row = project_period(load("usti", ROOT / "data").projects, as_of="2006-12-31").iloc[0]
    assert (row["days"], row["months"], row["days_elapsed"]) == (487, 16, 306)
    assert (row["start_precision"], row["end_precision"]) == ("month", "month")


def test_each_pair_stands_once_and_only_within_its_project(table: Table) -> None:
    activities = table(
        """
        project_id | activity_id | planned_start | planned_end
        p          | KA2         | 2018-01-01    | 2018-01-31
        p          | KA1         | 2018-01-31    | 2018-02-28
        q          | KA1         | 2018-01-01    | 2018-12-31
        """
    )
    pairs = overlaps(activities)
    assert pairs.to_dict("list") == {"project_id": ["p"], "activity_a": ["KA1"], "activity_b": ["KA2"], "days": [1]}


def test_rows_come_by_project_planned_start_and_activity(table: Table) -> None:
    activities = table(
        """
        project_id | activity_id | planned_start | planned_end
        q          | KA1         | 2018-01-01    | 2018-12-31
        p          | KA3         | 2018-01-01    | 2018-12-31
        p          | KA1         | 2018-02-01    | 2018-12-31
        p          | KA2         | 2018-01-01    | 2018-12-31
        """
    )
    timeline = activity_timeline(activities, as_of="2018-06-30")
    assert list(timeline["project_id"] + timeline["activity_id"]) == ["pKA2", "pKA3", "pKA1", "qKA1"]


def test_time_elapsed_is_the_projects_or_that_of_its_activities(table: Table) -> None:
    activities = table(
        """
        activity_id | planned_start | planned_end
        KA1         | 2018-02-01    | 2018-02-14
        KA2         | 2018-02-15    | 2018-02-28
        """
    )
    alone = activity_timeline(activities, as_of="2018-02-14")
    assert list(alone["project_elapsed"]) == [0.5, 0.5]
    within = activity_timeline(activities, table("start | end\n 2018-02-08 | 2018-02-21"), as_of="2018-02-14")
    assert list(within["project_elapsed"]) == [0.5, 0.5]
    within = activity_timeline(activities, table("start | end\n 2018-02-14 | 2018-02-17"), as_of="2018-02-14")
    assert list(within["project_elapsed"]) == [0.25, 0.25]


def test_an_actual_day_that_is_not_known_yet_has_no_precision_either(table: Table) -> None:
    activities = table(
        "activity_id | planned_start | planned_end | actual_start\n KA1 | 2018-01 | 2018-06 | 2018-03-01"
    )
    row = activity_timeline(activities, as_of="2018-02-28").iloc[0]
    assert pd.isna(row["actual_start"])
    assert pd.isna(row["actual_start_precision"])
    assert row["planned_start_precision"] == "month"


def test_an_activity_that_stands_twice_is_refused(table: Table) -> None:
    activities = table("activity_id | planned_start\n KA1 | 2018-01-01\n KA1 | 2018-02-01")
    for measure in (lambda: activity_timeline(activities, as_of="2018-06-30"), lambda: overlaps(activities)):
        with pytest.raises(DataError, match=r"activities\.csv, row 1, activity_id: repeats row 0"):
            measure()


def test_a_day_that_cannot_be_read_is_told_with_row_and_column(table: Table) -> None:
    activities = table("activity_id | planned_start\n KA1 | soon")
    with pytest.raises(DataError, match=r"activities\.csv.*planned_start: 'soon' is not a day"):
        activity_timeline(activities, as_of="2018-06-30")
