"""Indicators: shape, order and refusals of the measure; every definition is a row of worked_examples/fulfilment.csv."""

from collections.abc import Callable

import pandas as pd
import pytest
from conftest import ROOT

from kpeval.faults import DataError
from kpeval.measures.indicators import indicator_fulfilment
from kpeval.project import load

Table = Callable[..., pd.DataFrame]


@pytest.fixture
def waiting(table: Table) -> pd.DataFrame:
    return table(
        """
        indicator_id | name          | unit | direction | baseline
        waiting      | waiting time  | days | decrease  | 30
        services     | services      |      | increase  | 10
        """
    )


@pytest.fixture
def targets(table: Table) -> pd.DataFrame:
    return table("indicator_id | due | target\n services | 2018-12-31 | 30\n waiting | 2018-12-31 | 20")


@pytest.fixture
def values(table: Table) -> pd.DataFrame:
    return table("indicator_id | measured_on | actual\n waiting | 2018-06-30 | 25\n services | 2018-06-30 | 15")


def test_rows_come_by_project_and_indicator(waiting: pd.DataFrame, targets: pd.DataFrame, values: pd.DataFrame) -> None:
    result = indicator_fulfilment(waiting, targets, values, as_of="2018-12-31")
    assert list(result["indicator_id"]) == ["services", "waiting"]
    assert list(result["fulfilment"]) == [0.25, 0.5]
    assert list(result["of_target"]) == [0.5, 1.25]


def test_the_two_percentages_are_equal_only_where_the_baseline_is_0(table: Table) -> None:
    indicators = table("indicator_id | baseline\n a | 0\n b | 10")
    targets = table("indicator_id | due | target\n a | 2018-12-31 | 40\n b | 2018-12-31 | 40")
    values = table("indicator_id | measured_on | actual\n a | 2018-06-30 | 25\n b | 2018-06-30 | 25")
    rows = indicator_fulfilment(indicators, targets, values, as_of="2018-06-30")
    assert list(rows["of_target"]) == [0.625, 0.625]
    assert list(rows["fulfilment"]) == [0.625, 0.5]


def test_the_same_indicator_of_two_projects_is_kept_apart(table: Table) -> None:
    both = "project_id | indicator_id"
    result = indicator_fulfilment(
        table(f"{both} | baseline\n p | I | 0\n q | I | 0"),
        table(f"{both} | due | target\n p | I | 2018-12-31 | 10\n q | I | 2018-12-31 | 20"),
        table(f"{both} | measured_on | actual\n p | I | 2018-06-30 | 5\n q | I | 2018-06-30 | 20"),
        as_of="2018-12-31",
    )
    assert list(result["target"]) == [10, 20]
    assert list(result["fulfilment"]) == [0.5, 1]


def test_targets_and_values_of_an_unknown_indicator_add_no_row(
    waiting: pd.DataFrame, targets: pd.DataFrame, values: pd.DataFrame
) -> None:
    strange = targets.assign(indicator_id=targets["indicator_id"].replace("services", "unknown"))
    result = indicator_fulfilment(waiting, strange, values.head(1).assign(indicator_id="unknown"), as_of="2018-12-31")
    assert list(result["indicator_id"]) == ["services", "waiting"]
    assert result["actual"].isna().all()


def test_an_indicator_that_was_introduced_later_is_not_there_yet(
    waiting: pd.DataFrame, targets: pd.DataFrame, values: pd.DataFrame
) -> None:
    later = waiting.assign(recorded_on=["2018-07-01", None])
    result = indicator_fulfilment(later, targets, values, as_of="2018-06-30")
    assert list(result["indicator_id"]) == ["services"]


def test_the_start_comes_from_the_project_only_where_the_baseline_has_no_day(table: Table) -> None:
    indicators = table("indicator_id | baseline | baseline_on\n a | 0 | \n b | 0 | 2018-06-30")
    targets = table("indicator_id | due | target\n a | 2018-07-10 | 10\n b | 2018-07-10 | 10")
    values = table("indicator_id | measured_on | actual\n a | 2018-06-30 | 5\n b | 2018-06-30 | 0")
    projects = table("start | end\n 2018-06-21 | 2018-07-10")
    result = indicator_fulfilment(indicators, targets, values, projects, as_of="2018-06-30")
    assert list(result["expected"]) == [0.5, 0]
    assert list(result["status"]) == ["on_track", "on_track"]


def test_as_of_is_named_and_needed(waiting: pd.DataFrame, targets: pd.DataFrame, values: pd.DataFrame) -> None:
    with pytest.raises(TypeError, match="as_of"):
        indicator_fulfilment(waiting, targets, values)  # type: ignore[call-arg]


@pytest.mark.parametrize("as_of", ["2018-06", "yesterday", "31.2.2018"])
def test_as_of_that_is_no_day_is_refused(
    waiting: pd.DataFrame, targets: pd.DataFrame, values: pd.DataFrame, as_of: str
) -> None:
    with pytest.raises(ValueError, match=as_of.split(".")[0]):
        indicator_fulfilment(waiting, targets, values, as_of=as_of)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("indicators", "indicator_id | baseline\n a | 0\n a | 1"),
        ("targets", "indicator_id | due | target\n a | 2018-12-31 | 1\n a | 2018-12-31 | 2"),
        ("measurements", "indicator_id | measured_on | actual\n a | 2018-06-30 | 1\n a | 2018-06-30 | 2"),
    ],
)
def test_a_key_that_stands_twice_is_refused(table: Table, name: str, rows: str) -> None:
    tables = {
        "indicators": table("indicator_id | baseline\n a | 0"),
        "targets": table("indicator_id | due | target\n a | 2018-12-31 | 1"),
        "measurements": table("indicator_id | measured_on | actual\n a | 2018-06-30 | 1"),
    } | {name: table(rows)}
    with pytest.raises(DataError, match=f"{name}.csv, row 1.*repeats row 0"):
        indicator_fulfilment(**tables, as_of="2018-06-30")


@pytest.mark.parametrize("unit", ["%", " %", "‰", "procent", "procenta", "podíl", "percent"])
def test_a_unit_that_is_a_rate_leaves_fulfilment_missing_without_a_baseline(table: Table, unit: str) -> None:
    indicators = table("indicator_id\n a").assign(unit=unit)
    targets = table("indicator_id | due | target\n a | 2018-06-30 | 40")
    values = table("indicator_id | measured_on | actual\n a | 2018-06-30 | 20")
    row = indicator_fulfilment(indicators, targets, values, as_of="2018-06-30").iloc[0]
    assert pd.isna(row["fulfilment"])
    assert not row["assumed"]
    assert (row["of_target"], row["reason"]) == (0.5, "no_baseline")


@pytest.mark.parametrize(("as_of", "status"), [("2018-12-31", "not_due"), ("2019-10-31", "missing")])
def test_ostrava_has_no_value_and_says_so(as_of: str, status: str) -> None:
    ostrava = load("ostrava", ROOT / "data")
    rows = indicator_fulfilment(
        ostrava.indicators, ostrava.targets, ostrava.measurements, ostrava.projects, as_of=as_of
    )
    assert list(rows["code"]) == ["60000", "80500"]
    assert list(rows["target"]) == [20, 1]
    assert list(rows["status"]) == [status, status]
    assert list(rows["reason"]) == [status, status]
    assert rows[["actual", "of_target", "fulfilment", "gap"]].isna().all(axis=None)
