"""Money over time: sums, the curve, the three-way comparison. Definitions: worked_examples/drawdown.csv."""

from collections.abc import Callable

import pandas as pd
import pytest
from conftest import ROOT

from kpeval.faults import DataError
from kpeval.measures.drawdown import drawdown, drawdown_curve, three_way
from kpeval.measures.indicators import indicator_fulfilment
from kpeval.measures.timeline import activity_timeline
from kpeval.project import load

Table = Callable[..., pd.DataFrame]


@pytest.fixture
def projects(table: Table) -> pd.DataFrame:
    return table("start | end | total_cost | currency\n 2018-02-01 | 2018-02-28 | 1000 | CZK")


@pytest.fixture
def plan(table: Table) -> pd.DataFrame:
    return table(
        """
        period_start | period_end | amount
        2018-02-01   | 2018-02-14 | 400
                     | 2018-02-28 | 600
        """
    )


@pytest.fixture
def books(table: Table) -> pd.DataFrame:
    return table(
        """
        date       | type        | amount
        2018-02-07 | expenditure | 100
        2018-02-20 | expenditure | 300
        2018-02-20 | refund      | 50
        2018-03-05 | expenditure | 200
        """
    )


def test_a_thousand_halers_add_up_exactly(table: Table, projects: pd.DataFrame) -> None:
    cents = pd.DataFrame({"project_id": "p", "date": "2018-02-10", "type": "expenditure", "amount": [0.01] * 1000})
    none = table("period_end | amount").iloc[:0]
    assert drawdown(none, cents, projects, as_of="2018-02-28")["spent"].iloc[0] == 10.00


def test_every_project_has_a_row_whether_money_moved_or_not(
    plan: pd.DataFrame, books: pd.DataFrame, table: Table
) -> None:
    two = table("project_id | start | end | total_cost\n q | 2018-01 | 2018-12 | 5\n p | 2018-02 | 2018-02 | 1000")
    result = drawdown(plan, books, two, as_of="2018-02-28")
    assert list(result["project_id"]) == ["p", "q"]
    assert list(result["spent"].isna()) == [False, True]


def test_movements_of_an_unknown_project_add_nothing(
    plan: pd.DataFrame, books: pd.DataFrame, projects: pd.DataFrame
) -> None:
    strange = pd.concat([books, books.assign(project_id="x")])
    assert drawdown(plan, strange, projects, as_of="2018-02-28")["spent"].tolist() == [350]


def test_the_curve_has_a_point_for_each_day_on_which_something_moves(
    plan: pd.DataFrame, books: pd.DataFrame, projects: pd.DataFrame
) -> None:
    curve = drawdown_curve(plan, books, projects, as_of="2018-02-21").set_index("day")
    moved = ["2018-01-31", "2018-02-07", "2018-02-14", "2018-02-20", "2018-02-21", "2018-02-27", "2018-02-28"]
    assert [f"{day:%Y-%m-%d}" for day in curve.index] == moved
    assert curve["planned"].tolist() == [0, 200, 400, 400, 400, 400, 1000]
    assert curve["spent"].iloc[:5].tolist() == [0, 100, 100, 350, 350]
    assert curve["spent"].iloc[5:].isna().all()


def test_the_curve_adds_up_to_the_haler(table: Table, projects: pd.DataFrame) -> None:
    days = [f"2018-02-{day:02}" for day in range(1, 11)]
    books = pd.DataFrame({"project_id": "p", "date": days, "type": "expenditure", "amount": 0.29})
    curve = drawdown_curve(table("period_end | amount").iloc[:0], books, projects, as_of="2018-02-10")
    assert curve["spent"].tolist() == [0.29, 0.58, 0.87, 1.16, 1.45, 1.74, 2.03, 2.32, 2.61, 2.9]


def test_the_curve_of_a_project_without_money_has_no_points(table: Table, projects: pd.DataFrame) -> None:
    curve = drawdown_curve(pd.DataFrame(), pd.DataFrame(), projects, as_of="2018-02-21")
    assert curve.empty
    assert str(curve["currency"].dtype) == "str"


def test_a_day_with_nanoseconds_makes_no_other_curve(
    plan: pd.DataFrame, books: pd.DataFrame, projects: pd.DataFrame
) -> None:
    fine = drawdown_curve(plan, books, projects, as_of=pd.Timestamp("2018-02-21").as_unit("ns"))
    pd.testing.assert_frame_equal(fine, drawdown_curve(plan, books, projects, as_of="2018-02-21"))


def test_a_step_that_stands_twice_is_refused(plan: pd.DataFrame, books: pd.DataFrame, projects: pd.DataFrame) -> None:
    with pytest.raises(DataError, match=r"finance_plan\.csv, row 2.*repeats row 0"):
        drawdown(pd.concat([plan, plan.head(1)]), books, projects, as_of="2018-02-28")


def test_an_amount_that_cannot_be_read_is_told(plan: pd.DataFrame, books: pd.DataFrame, projects: pd.DataFrame) -> None:
    with pytest.raises(DataError, match=r"transactions\.csv, row 1, amount: 'a lot' is not a number"):
        drawdown(plan, books.assign(amount=["1", "a lot", "2", "3"]), projects, as_of="2018-02-28")


def test_a_movement_without_a_day_is_not_lost_in_silence(
    plan: pd.DataFrame, books: pd.DataFrame, projects: pd.DataFrame
) -> None:
    """The schema needs the day of a movement; without it the sum would be short by that amount, unseen."""
    undated = books.assign(date=["2018-02-07", None, "2018-02-20", "2018-03-05"])
    with pytest.raises(DataError, match=r"transactions\.csv, row 1, date"):
        drawdown(plan, undated, projects, as_of="2018-03-31")


def test_three_ways_side_by_side_from_the_other_results(
    plan: pd.DataFrame, books: pd.DataFrame, projects: pd.DataFrame, table: Table
) -> None:
    spent = drawdown(plan, books, projects, as_of="2018-02-21")
    timeline = activity_timeline(table("activity_id | planned_start\n KA1 | 2018-02-01"), projects, as_of="2018-02-21")
    reached = indicator_fulfilment(
        table("indicator_id | baseline\n a | 0\n b | 0\n c |"),
        table("indicator_id | due | target\n a | 2018-02-28 | 10\n b | 2018-02-28 | 10"),
        table("indicator_id | measured_on | actual\n a | 2018-02-20 | 4\n b | 2018-02-20 | 30"),
        projects,
        as_of="2018-02-21",
    )
    row = three_way(timeline, spent, reached).iloc[0]
    assert (row["time"], row["money"], row["results"]) == (0.75, 0.35, 0.7)
    assert row["money_minus_time"] == pytest.approx(-0.4)
    assert row["results_minus_time"] == pytest.approx(-0.05)
    assert row["results_minus_money"] == pytest.approx(0.35)
    assert (row["indicators"], row["indicators_counted"]) == (3, 2)


def test_the_seeds_have_time_and_nothing_else() -> None:
    for name, as_of, elapsed in (("ostrava", "2018-06-30", 242 / 730), ("usti", "2006-12-31", 306 / 487)):
        seed = load(name, ROOT / "data")
        spent = drawdown(seed.finance_plan, seed.transactions, seed.projects, as_of=as_of)
        timeline = activity_timeline(seed.activities, seed.projects, as_of=as_of)
        reached = indicator_fulfilment(seed.indicators, seed.targets, seed.measurements, seed.projects, as_of=as_of)
        row = three_way(timeline, spent, reached).iloc[0]
        assert row["time"] == pytest.approx(elapsed, rel=1e-15)
        assert row[["money", "results", "money_minus_time", "results_minus_time"]].isna().all()
        assert spent[["planned", "spent", "burn_rate", "required_rate", "projected_total"]].isna().all(axis=None)
