"""The money in detail on a page: what is shown, what is left out and why, what is only a bound."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import kpeval as kp
from kpeval import results
from kpeval.present.charts.figure import SURPLUS, Chart
from kpeval.present.display import Omitted, Table
from kpeval.values import typed

NBSP, MINUS = "\u00a0", "\u2212"
PROJECTS = pd.DataFrame(
    {
        "project_id": ["p"],
        "title": ["t"],
        "start": ["2021-01-01"],
        "end": ["2021-12-31"],
        "currency": ["CZK"],
        "total_cost": [1000.0],
    }
)


def frame(columns: str, *rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame([("p", *row) for row in rows], columns=["project_id", *columns.split()])


def of(name: str, columns: str, *rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of a result with nothing known but these columns, in crowns."""
    declared = results.RESULT_TABLES[name]
    return typed(declared, frame(columns, *rows).assign(currency="CZK"))[0]


def said(shown: object) -> str:
    return str(shown).replace(NBSP, " ")


def cells(shown: Table | Omitted) -> dict[str, list[str]]:
    """The rows of a table by their names, each cell with its mark."""
    assert isinstance(shown, Table), shown
    rows = [[f"{cell.text} {cell.mark}".strip().replace(NBSP, " ") for cell in row] for row in shown.rows]
    return {row[0]: row[1:] for row in rows}


LINES = frame("line_id title amount", ("1", "Staff", 600.0), ("2", "Rooms", 300.0))
MOVES = frame(
    "date type amount line_id", ("2021-03-01", "expenditure", 700.0, "1"), ("2021-04-01", "expenditure", 50.0, None)
)


def by_line(moves: pd.DataFrame = MOVES) -> pd.DataFrame:
    return kp.spending(LINES, moves, PROJECTS, as_of="2021-12-31")


# --- spending ---


def test_the_parts_add_up_in_the_last_row():
    rows = cells(kp.tables.spending(by_line(), lang="en"))

    assert rows["1 Staff"] == ["CZK 600", "CZK 700", f"{MINUS}CZK 100", "116.7%"]
    assert rows["not assigned to any"] == ["not stated", "CZK 50", "[x]", "[x]"]
    assert rows["In all"] == ["CZK 900", "CZK 750", "CZK 150", "83.3%"]


def test_budgets_from_two_places_may_overlap_and_are_not_added():
    parts = of(
        "spending",
        "by category basis budget spent",
        ("activity", "A", "lines", 600.0, 1.0),
        ("activity", "B", "activity", 500.0, 2.0),
    )
    rows = cells(kp.tables.spending(parts, lang="en"))

    assert rows["B"][0] == "CZK 500 as stated for the whole"
    assert rows["In all"] == ["not stated", "CZK 3", "[x]", "[x]"]


def test_a_budget_divided_twice_is_refused():
    twice = pd.concat([by_line(), by_line().assign(by="chapter")])

    with pytest.raises(ValueError, match="divides the budget once"):
        kp.tables.spending(twice, lang="en")


def test_where_no_spending_names_a_part_nobody_knows_whether_one_is_overspent():
    loose = frame("date type amount line_id", ("2021-04-01", "expenditure", 50.0, None))
    lines = frame("line_id title amount source", ("1", "Staff", 600.0, None))
    funding = frame("source kind declared_amount", ("EU", "eu", 600.0))
    parts = kp.spending(lines, loose, PROJECTS, funding=funding, as_of="2021-12-31", by="source")

    told = said(kp.sentences.spending(parts, lang="en"))
    assert told == "CZK 50, 100.0% of what is spent, belongs to no part."


def test_where_no_spending_is_stated_no_table_repeats_the_sources():
    nothing = frame("date type amount line_id").astype({"amount": "float64"})
    lines = frame("line_id title amount source", ("1", "Staff", 600.0, "EU"))
    shown = {
        by: kp.tables.spending(kp.spending(lines, nothing, PROJECTS, as_of="2021-12-31", by=by), lang="en")
        for by in ("source", "line")
    }

    assert str(shown["source"].reason) == "What was spent of the sources is not stated."
    assert not hasattr(shown["line"], "reason")


def test_picture_and_sentence_agree_on_what_is_overspent():
    parts = of(
        "spending",
        "by category budget spent left share_spent",
        ("activity", "A", 600.0, 300.0, 300.0, 0.5),
        ("activity", None, 100.0, 150.0, -50.0, 1.5),
    )
    beside = parts.assign(category=["A", "B"], budget=[600.0, 0.0], spent=[700.0, 150.0], left=[-100.0, -150.0])

    assert "No part has spent more than its budget." in said(kp.sentences.spending(parts, lang="en"))
    assert "overspent" not in str(kp.charts.spending(parts, lang="en").title)
    beside["share_spent"] = [7 / 6, None]
    assert said(kp.charts.spending(beside, lang="en").title) == "2 parts of the budget are overspent, most of all B"


def test_what_is_overspent_and_what_belongs_to_none_is_said():
    assert said(kp.sentences.spending(by_line(), lang="en")) == (
        "Most was spent on 1 Staff: CZK 700. More than its budget was spent on 1 part: 1 Staff. "
        "CZK 50, 6.7% of what is spent, belongs to no part."
    )


def test_the_chart_marks_what_is_beyond_the_budget():
    chart = kp.charts.spending(by_line(), lang="en")

    assert isinstance(chart, Chart)
    assert chart.title == "1 part of the budget is overspent, 1"
    over = [mark for mark in chart.drawing.marks if mark.name == "over"]
    assert [mark.look.fill for mark in over] == [SURPLUS, SURPLUS]  # line 1, and what has no budget at all
    assert [(mark.points[0][0], mark.points[1][0]) for mark in over] == [(600.0, 700.0), (0.0, 50.0)]


@pytest.mark.parametrize(("many", "why"), [(1, "one part only"), (31, "too many parts")])
def test_one_bar_or_a_page_of_bars_is_no_chart(many, why):
    rows = [("line", str(number), 10.0, 5.0, 0.5) for number in range(many)]

    shown = kp.charts.spending(of("spending", "by category budget spent share_spent", *rows), lang="en")
    assert isinstance(shown, Omitted)
    assert why in str(shown)


# --- stages and steps ---


def test_a_stage_that_nothing_tells_of_is_named_and_gets_no_zero():
    moves = frame("date type amount", ("2021-03-01", "expenditure", 400.0), ("2021-04-01", "claim", 300.0))
    shown = kp.tables.money_stages(kp.money_stages(moves, PROJECTS, as_of="2021-12-31"), lang="en")

    assert cells(shown)["Claimed from the funder"] == ["CZK 300 30.0% of the budget"]
    assert "Received in all" not in cells(shown)
    assert "Approved by the funder" in said(shown).split("Not stated:")[1]


def test_money_received_in_advance_and_money_still_out_are_told_apart():
    advance = frame("date type amount", ("2021-03-01", "advance", 400.0), ("2021-04-01", "expenditure", 300.0))
    ahead = kp.money_stages(advance, PROJECTS, as_of="2021-12-31")
    behind = kp.money_stages(advance.assign(amount=[200.0, 300.0]), PROJECTS, as_of="2021-12-31")

    assert "CZK 100 more was received than is spent." in said(kp.sentences.money_stages(ahead, lang="en"))
    assert "CZK 100 more is spent than was received." in said(kp.sentences.money_stages(behind, lang="en"))


def test_a_step_to_come_is_not_called_unstated():
    plan = frame(
        "period_start period_end amount", ("2021-01-01", "2021-06-30", 500.0), ("2021-07-01", "2021-12-31", 500.0)
    )
    shown = kp.tables.claims(kp.claims(plan, MOVES, PROJECTS, as_of="2021-06-30"), lang="en")

    assert cells(shown)["1 Jul 2021 – 31 Dec 2021"] == ["CZK 500", "[z]", "[z]"]
    assert cells(shown)["1 Jan 2021 – 30 Jun 2021"] == ["CZK 500", "CZK 750", "CZK 250"]


def test_the_sentence_compares_at_the_end_of_the_last_step_that_is_over():
    plan = frame(
        "period_start period_end amount", ("2021-01-01", "2021-06-30", 500.0), ("2021-07-01", "2021-12-31", 500.0)
    )
    text = said(kp.sentences.claims(kp.claims(plan, MOVES, PROJECTS, as_of="2021-10-10"), lang="en"))

    assert text == "By the end of the step to 30 Jun 2021 CZK 750 was spent, CZK 250 more than the CZK 500 planned."


# --- value for money ---

COSTS = "basis activity_id kind item title cost quantity unit_cost others reason"


def costs(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return of("unit_costs", COSTS, *rows)


def test_the_basis_stands_beside_every_cost_per_unit():
    shown = costs(
        ("activity", "KA5", "training_hours", None, None, 400.0, 16.0, 25.0, 1, None),
        ("project", None, "indicator", "I", "People", 1000.0, 20.0, 50.0, 0, None),
    )
    rows = cells(kp.tables.unit_costs(shown, lang="en"))

    assert rows["hours of training held"] == ["KA5 divided by 1 more quantity", "CZK 400", "16", "CZK 25.00"]
    assert rows["People"] == ["the whole project", "CZK 1,000", "20", "CZK 50.00"]


def test_a_quantity_of_one_says_no_more_than_the_cost():
    one = costs(("activity", "KA2", "output", "V1", "Plan", 400.0, 1.0, 400.0, 0, None))

    assert isinstance(kp.tables.unit_costs(one, lang="en"), Omitted)
    assert cells(kp.tables.unit_costs(one, lang="en", full=True))["Plan"][-1] == "CZK 400.00"


def test_what_has_no_cost_per_unit_is_counted_with_the_reason():
    shown = costs(
        ("activity", "KA1", "output", "V1", "Minutes", 400.0, 8.0, 50.0, 1, None),
        ("activity", "KA1", "output", "V2", "Report", 400.0, None, None, 1, "no_quantity"),
    )

    assert "Without a cost per unit: the quantity is not stated 1." in str(kp.tables.unit_costs(shown, lang="en"))


def earned(*work: tuple[Any, ...]) -> pd.DataFrame:
    timeline = frame("activity_id status elapsed", *(row[:3] for row in work))
    money = frame("by category budget spent", *(("activity", row[0], *row[3:]) for row in work)).assign(currency="CZK")
    return kp.earned_value(timeline, money)


def test_while_something_is_under_way_the_indices_are_bounds_and_no_estimate_is_shown():
    rows = cells(
        kp.tables.earned_value(
            earned(("A", "finished", 1.0, 600.0, 500.0), ("B", "under_way", 0.5, 400.0, 300.0)), lang="en"
        )
    )

    assert rows["Cost performance index (CPI)"] == ["0.75 at least"]
    assert rows["Earned value if all under way were done"] == ["CZK 1,000"]
    assert not [name for name in rows if "EAC" in name or "TCPI" in name]


def test_once_all_is_finished_the_estimate_is_shown():
    rows = cells(kp.tables.earned_value(earned(("A", "finished", 1.0, 600.0, 500.0)), lang="en"))

    assert rows["Estimate at completion (EAC)"] == ["CZK 500"]
    assert rows["Cost performance index (CPI)"] == ["1.20"]


@pytest.mark.parametrize("show", [kp.tables.earned_value, kp.sentences.earned_value, kp.workings.earned_value])
def test_without_budgets_one_sentence_says_why_there_is_no_earned_value(show: Callable[..., object]):
    assert str(show(earned(("A", "finished", 1.0, None, 500.0)), lang="en")) == (
        "No earned value: an activity states no budget."
    )


def test_the_workings_come_to_the_figures_of_the_table():
    found = earned(("A", "finished", 1.0, 600.0, 500.0), ("B", "not_started", 0.0, 400.0, 0.0))
    text = said(kp.workings.earned_value(found, lang="en"))

    assert "Cost performance index (CPI): 600 / 500 = 1.20" in text
    assert "Estimate at completion (EAC): 1,000 × 500 / 600 = CZK 833" in text
    assert "Index needed for the rest (TCPI): (1,000 − 600) / (1,000 − 500) = 0.80" in text


# --- converted ---


def test_a_year_without_a_rate_says_so_and_so_does_the_sum():
    moves = frame("date type amount", ("2020-03-01", "expenditure", 250.0), ("2021-03-01", "expenditure", 260.0))
    rates = frame("kind period currency rate published_by", ("exchange", "2020", "EUR", 25.0, "CNB"))
    shown = kp.tables.converted_amounts(kp.converted_amounts(moves, rates, PROJECTS, as_of="2021-12-31"), lang="en")

    assert cells(shown)["2020"] == ["CZK 250", "25", "EUR 10.00"]
    assert cells(shown)["2021"] == ["CZK 260", "[z]", "no rate published"]
    assert cells(shown)["In all"] == ["CZK 510", "[z]", "no rate published"]
    assert "Rate published by: CNB." in said(shown)


def test_without_rates_nothing_is_converted():
    nothing = kp.converted_amounts(MOVES, frame("kind period rate published_by"), PROJECTS, as_of="2021-12-31")

    assert nothing.empty
    assert isinstance(kp.tables.converted_amounts(nothing, lang="en"), Omitted)
