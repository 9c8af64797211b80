"""Charts say what the numbers say, to eye and ear, and stand in a page lean, safe and the same every time."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd
import pytest
import town
from lxml import etree, html
from matplotlib.figure import Figure
from matplotlib.textpath import text_to_path

from kpeval.codes import ACTIVITY_STATES, INDICATOR_STATES
from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.measures.drawdown import drawdown, drawdown_curve, three_way
from kpeval.measures.indicators import indicator_course, indicator_fulfilment
from kpeval.measures.plan import measure_states, plan_fulfilment
from kpeval.measures.public import comment_settlement, plan_steps
from kpeval.measures.spending import spending
from kpeval.measures.timeline import activity_timeline, output_delivery
from kpeval.present import charts
from kpeval.present.charts.drawing import DRAW, Mark
from kpeval.present.charts.figure import PALETTE, WIDTH, Chart
from kpeval.present.charts.lanes import at
from kpeval.present.charts.letters import breadth, font, wrapped
from kpeval.present.charts.panels import scale
from kpeval.present.display import Omitted
from kpeval.present.language import language
from kpeval.present.svg import cleaned, inline_svg, legible
from kpeval.project import load

DATA = Path(__file__).parents[1] / "data"
NOW = "2021-12-31"
LISTENED = 600  # letters of an alternative text that one can listen to
PROJECTS = pd.DataFrame(
    {
        "project_id": ["p"],
        "title": ["A town plans"],
        "start": ["2021-01-01"],
        "end": ["2022-12-31"],
        "currency": ["CZK"],
        "total_cost": [1_000_000.0],
        "language": ["en"],
    }
)


def frame(columns: str, *rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame([("p", *row) for row in rows], columns=["project_id", *columns.split()])


def shares(*rows: tuple[Any, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    funding = frame("source kind declared_share declared_amount", *rows)
    return budget_shares(funding, PROJECTS), reconciliation(funding, PROJECTS)


def over(city: float = 140_000) -> tuple[pd.DataFrame, pd.DataFrame]:
    return shares(("grant", "joint", None, 900_000), ("city", "municipality", None, city))


def fulfilment(*rows: tuple[Any, ...], as_of: str = NOW, due: str = "2022-12-31") -> pd.DataFrame:
    """Rows of id, target, actual; a count that starts at 0."""
    indicators = frame("indicator_id name", *((name, f"Indicator {name}") for name, _, _ in rows))
    targets = frame("indicator_id due target", *((name, due, target) for name, target, _ in rows))
    measured = frame("indicator_id measured_on actual", *((name, "2021-12-01", value) for name, _, value in rows))
    return indicator_fulfilment(indicators, targets, measured, PROJECTS, as_of=as_of)


ACTIVITIES = frame(
    "activity_id title planned_start planned_end actual_start actual_end",
    ("KA1", "Coordination", "2021-01-01", "2022-12-31", "2021-01-15", None),
    ("KA2", "Analysis of needs", "2021-02-01", "2021-09-30", "2021-02-01", "2021-11-20"),
    ("KA3", "Drafting the plan", "2021-10-01", "2022-06-30", None, None),
    ("KA4", "Public comments", "2022-05-01", "2022-07-31", None, None),
)
OUTPUTS = frame(
    "output_id activity_id title due delivered_on",
    ("1", "KA2", "analysis", "2021-09-30", "2021-11-20"),
    ("2", "KA3", "draft", "2022-06-30", "2022-06-30"),
    ("3", "KA1", "minutes", None, None),
)
PLANS = frame(
    "plan_id title period_start period_end", ("a", "Third plan", "2015", "2018"), ("b", "Fourth plan", "2019", "2022")
)
PROCEDURES = frame(
    "procedure_id plan_id opened closed hearing_on published_on",
    ("R", "b", "2021-11-01", "2022-01-14", "2021-12-01", "2022-02-28"),
)
SETTLEMENTS = ("accepted", "accepted", "partly", "rejected", "open")
COMMENTS = frame(
    "comment_id procedure_id received_on kind settlement settled_on reason",
    *((str(place), "R", "2021-11-10", "content", word, "2021-12-10", None) for place, word in enumerate(SETTLEMENTS)),
)
STEPS = frame(
    "period_start period_end amount", ("2021-01-01", "2021-12-31", 400_000), ("2022-01-01", "2022-12-31", 600_000)
)
SPENT = frame("date type amount", ("2021-03-31", "expenditure", 100_000), ("2021-11-30", "expenditure", 250_000))


def timeline(as_of: str = NOW) -> pd.DataFrame:
    return activity_timeline(ACTIVITIES, PROJECTS, as_of=as_of)


def comments(factor: float = 1, as_of: str = NOW) -> pd.DataFrame:
    return comment_settlement(PROCEDURES, COMMENTS.head(len(COMMENTS) if factor == 1 else 3), as_of=as_of)


def course(as_of: str = NOW, factor: float = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    spent = SPENT.assign(amount=SPENT["amount"] * factor)
    return drawdown(STEPS, spent, PROJECTS, as_of=as_of), drawdown_curve(STEPS, spent, PROJECTS, as_of=as_of)


def parts(factor: float = 1) -> pd.DataFrame:
    """Spending by line, with a factor of 2 more than the first line has."""
    lines = frame("line_id title amount", ("1", "Staff", 600_000), ("2", "Rooms", 300_000))
    moves = ("2021-03-01", "expenditure", 350_000 * factor, "1"), ("2021-05-01", "expenditure", 60_000, "2")
    loose = ("2021-06-01", "expenditure", 40_000, None)
    return spending(lines, frame("date type amount line_id", *moves, loose), PROJECTS, as_of=NOW)


def together(factor: float = 1) -> pd.DataFrame:
    return three_way(timeline(), course(factor=factor)[0], fulfilment(("a", 20, 10), ("b", 20, 8)))


def chart_of(shown: Chart | Omitted) -> Chart:
    assert isinstance(shown, Chart), shown
    return shown


INDICATORS = frame(
    "indicator_id name unit direction accumulation scale baseline",
    ("a", "People in courses", "people", "increase", "sum", "number", 0),
    ("b", "Days of waiting", "days", "decrease", "latest", "number", 60),
    ("c", "Services in the network", "services", "maintain", "latest", "number", None),
    ("d", "Comments answered", None, "increase", "ratio", "rate", 0.2),
    ("e", "Stages", None, "increase", "latest", "step", 0),
    ("f", "Mentions", None, None, "sum", "number", None),
    ("g", "Never measured", None, "increase", "latest", "number", 0),
)
GOALS = frame(
    "indicator_id due target tolerance effective_on",
    ("a", "2021-12-31", 8, None, None),
    ("a", "2022-12-31", 30, None, None),
    ("a", "2022-12-31", 20, None, "2021-09-01"),
    ("b", "2022-12-31", 45, None, None),
    ("c", "2022-12-31", 38, 2, None),
    ("d", "2022-12-31", 0.8, None, None),
    ("e", "2021-06-30", 1, None, None),
    ("e", "2022-06-30", 2, None, None),
    ("g", "2022-12-31", 5, None, None),
)
READINGS = frame(
    "indicator_id measured_on actual numerator denominator",
    ("a", "2021-03-31", 4, None, None),
    ("a", "2021-11-30", 5, None, None),
    ("b", "2021-06-30", 58, None, None),
    ("b", "2021-11-30", 50, None, None),
    ("c", "2021-11-30", 35, None, None),
    ("d", "2021-06-30", None, 1, 4),
    ("d", "2021-11-30", None, 5, 6),
    ("e", "2021-05-31", 1, None, None),
    ("f", "2021-10-31", 3, None, None),
    ("f", "2021-11-30", 4, None, None),
)


def over_time(factor: float = 1, **how: Any) -> Chart | Omitted:
    return over_time_of(INDICATORS, factor, **how)


def over_time_of(indicators: pd.DataFrame, factor: float = 1, **how: Any) -> Chart | Omitted:
    values = READINGS.assign(actual=READINGS["actual"] * factor)
    tables = (indicators, GOALS, values, PROJECTS)
    days, stand = indicator_course(*tables, as_of=NOW), indicator_fulfilment(*tables, as_of=NOW)
    return charts.indicator_course(days, stand, as_of=NOW, **{"lang": "en", **how})


# Each chart, made from numbers that can be turned up: `factor` 1 and 2 are two different findings.
MAKERS: dict[str, Callable[[float], Chart]] = {
    "budget_shares": lambda factor: chart_of(charts.budget_shares(*over(140_000 * factor), lang="en")),
    "indicator_fulfilment": lambda factor: chart_of(
        charts.indicator_fulfilment(fulfilment(("a", 20, 11 * factor), ("b", 10, 1)), as_of=NOW, lang="en")
    ),
    "indicator_course": lambda factor: chart_of(over_time(factor)),
    "activity_timeline": lambda factor: chart_of(
        charts.activity_timeline(
            timeline(NOW if factor == 1 else "2021-10-31"),
            as_of=NOW if factor == 1 else "2021-10-31",
            outputs=OUTPUTS,
            plans=PLANS,
            projects=PROJECTS,
            lang="en",
        )
    ),
    "comment_settlement": lambda factor: chart_of(charts.comment_settlement(comments(factor), as_of=NOW, lang="en")),
    "drawdown": lambda factor: chart_of(charts.drawdown(*course(factor=factor), lang="en")),
    "spending": lambda factor: chart_of(charts.spending(parts(factor), as_of=NOW, lang="en")),
    "three_way": lambda factor: chart_of(charts.three_way(together(factor), lang="en")),
    "plan_fulfilment": lambda factor: chart_of(
        charts.plan_fulfilment(
            plan_fulfilment(*town.plan(2, 2, 3), as_of=f"{2020 + int(factor)}-12-31"), plans=town.PLANS, lang="en"
        )
    ),
    "measure_states": lambda factor: chart_of(
        charts.measure_states(
            measure_states(*town.plan(2, 3, 3), as_of=f"{2020 + int(factor)}-12-31"), plans=town.PLANS, lang="en"
        )
    ),
}
EACH = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def page_of(shown: Chart) -> str:
    return shown._repr_mimebundle_()[0]["text/html"]


def said(shown: Chart) -> list[str]:
    return [line.text for line in shown.drawing.lines]


def named(shown: Chart, name: str) -> list[Mark]:
    return [mark for mark in shown.drawing.marks if mark.name == name]


def bars(shown: Chart, name: str) -> list[tuple[float, float]]:
    """First and last place of the bars of a name, in data."""
    across = ([x for x, _ in mark.points] for mark in named(shown, name))
    return [(min(places), max(places)) for places in across]


def marks(shown: Chart, name: str) -> list[float]:
    return [mark.points[0][0] for mark in named(shown, name)]


def demo(as_of: str, lang: str = "en") -> list[Chart]:
    project = load("demo", DATA)
    owners = project.projects
    found = indicator_fulfilment(project.indicators, project.targets, project.measurements, owners, as_of=as_of)
    activities = activity_timeline(project.activities, owners, as_of=as_of)
    money = drawdown(project.finance_plan, project.transactions, owners, as_of=as_of)
    curve = drawdown_curve(project.finance_plan, project.transactions, owners, as_of=as_of)
    return [
        shown
        for shown in (
            charts.budget_shares(
                budget_shares(project.funding, owners),
                reconciliation(project.funding, owners),
                projects=owners,
                lang=lang,
            ),
            charts.indicator_fulfilment(found, as_of=as_of, lang=lang),
            charts.indicator_course(
                indicator_course(project.indicators, project.targets, project.measurements, owners, as_of=as_of),
                found,
                as_of=as_of,
                lang=lang,
            ),
            charts.activity_timeline(
                activities, as_of=as_of, outputs=project.outputs, plans=project.plans, projects=owners, lang=lang
            ),
            charts.drawdown(money, curve, as_of=as_of, lang=lang),
            charts.three_way(three_way(activities, money, found), as_of=as_of, lang=lang),
            charts.plan_fulfilment(
                plan_fulfilment(project.plan_measures, project.evaluations, as_of=as_of), plans=project.plans, lang=lang
            ),
            charts.measure_states(
                measure_states(project.plan_measures, project.evaluations, as_of=as_of), plans=project.plans, lang=lang
            ),
        )
        if isinstance(shown, Chart)
    ]


# --- words


@EACH
def test_a_chart_is_a_figure_with_title_subtitle_and_alt(make: Callable[[float], Chart]) -> None:
    shown = make(1)
    assert isinstance(shown, Figure)
    assert all((shown.title, shown.subtitle, shown.alt))
    assert str(shown) == shown.alt
    assert shown.title in shown.alt
    assert len(shown.title.split(" ")) <= 15
    assert len(shown.alt) <= LISTENED


@EACH
def test_title_and_alt_follow_the_numbers(make: Callable[[float], Chart]) -> None:
    assert make(1).alt != make(2).alt
    assert make(1).title != make(2).title


@EACH
def test_the_bundle_is_a_figure_element_whose_svg_is_named_by_the_alt(make: Callable[[float], Chart]) -> None:
    shown = make(1)
    data, metadata = shown._repr_mimebundle_()
    assert data["text/plain"] == shown.alt
    assert shown.name in charts.__all__
    assert metadata["text/html"]["kpeval"] == {
        "kind": "chart",
        "title": shown.title,
        "alt": shown.alt,
        "table": shown.name,
    }
    figure = html.fromstring(data["text/html"])
    assert (figure.tag, figure.get("class")) == ("figure", "chart")
    assert figure.findtext("figcaption/strong") == shown.title
    assert figure.findtext("figcaption/span") == shown.subtitle
    svg = figure.find("svg")
    assert svg.get("role") == "img"
    assert svg[0].tag == "title"
    assert svg[0].get("id") == svg.get("aria-labelledby")
    assert svg[0].text == shown.alt
    assert svg.get("viewbox").split()[2] == "380"


def test_the_title_says_what_the_budget_comes_to() -> None:
    assert (
        MAKERS["budget_shares"](1).title
        == "2 sources together promise 104.0% of the cost: a surplus of CZK\u00a040,000"
    )
    under = chart_of(charts.budget_shares(*over(50_000), lang="en"))
    assert under.title == "2 sources together cover only 95.0% of the cost: CZK\u00a050,000 is missing"
    even = chart_of(charts.budget_shares(*over(100_000), lang="en"))
    assert even.title == "The sources add up to the total cost; grant gives 90.0%"


def test_halers_of_the_cost_alone_are_shown_too() -> None:
    funding = frame("source declared_amount", ("grant", 600_000), ("city", 400_000))
    owners = PROJECTS.assign(total_cost=1_000_000.5)
    checked = reconciliation(funding, owners).assign(state="under")
    shown = chart_of(charts.budget_shares(budget_shares(funding, owners), checked, lang="en"))
    assert shown.title.endswith("CZK\u00a00.50 is missing")
    assert "100% = total cost CZK\u00a01,000,000.50" in said(shown)


@pytest.mark.parametrize(("cost", "amount"), [(1_000_000.5, "1,000,000.50"), (1_000_000, "1,000,000")])
def test_the_budget_of_the_curve_keeps_its_halers(cost: float, amount: str) -> None:
    owners = PROJECTS.assign(total_cost=cost)
    money, days = (find(STEPS, SPENT, owners, as_of=NOW) for find in (drawdown, drawdown_curve))
    shown = chart_of(charts.drawdown(money, days, as_of=NOW, lang="en"))
    assert f"budget CZK\u00a0{amount}" in said(shown)
    assert f"budget CZK\u00a0{amount};" in shown.alt


def test_without_a_budget_the_scale_and_the_title_keep_the_halers() -> None:
    owners = PROJECTS.assign(total_cost=float("nan"))
    spent = SPENT.assign(amount=[60_000.25, 60_000.25])
    money, days = (find(STEPS.iloc[:0], spent, owners, as_of=NOW) for find in (drawdown, drawdown_curve))
    shown = chart_of(charts.drawdown(money, days, as_of=NOW, lang="en"))
    assert {"60,000.25", "120,000.50", "CZK\u00a0120,000.50"} <= set(said(shown))
    assert shown.title == "CZK\u00a0120,000.50 is spent; neither a budget nor a plan is stated"


def test_half_of_an_odd_amount_is_not_rounded_on_the_scale() -> None:
    owners = PROJECTS.assign(total_cost=float("nan"))
    spent = SPENT.assign(amount=[100_000, 250_001])
    money, days = (find(STEPS.iloc[:0], spent, owners, as_of=NOW) for find in (drawdown, drawdown_curve))
    assert "175,000.50" in said(chart_of(charts.drawdown(money, days, as_of=NOW, lang="en")))


def test_a_surplus_within_the_tolerance_is_no_finding() -> None:
    found, checked = shares(("grant", "eu", None, 900_000.5), ("city", "municipality", None, 100_000))
    shown = chart_of(charts.budget_shares(found, checked.assign(state="reconciled"), lang="en"))
    assert bars(shown, "surplus") == []
    assert shown.title.startswith("The sources add up to the total cost")


def test_without_reconciliation_the_surplus_is_told_in_percent() -> None:
    shown = chart_of(charts.budget_shares(over()[0], lang="en"))
    assert "surplus 4.0%" in said(shown)


def test_an_amount_not_stated_is_said_and_no_sum_is_claimed() -> None:
    found, checked = shares(
        ("grant", "eu", None, 400_000), ("state", "state", None, 100_000), ("city", "municipality", None, None)
    )
    shown = chart_of(charts.budget_shares(found, checked, lang="en"))
    assert {"not stated", "Amounts stated, together"} <= set(said(shown))
    assert shown.title == "The amounts stated come to 50.0% of the cost; 1 source states none"


def test_without_a_total_the_shares_are_of_the_sum_and_nothing_is_too_much() -> None:
    funding = frame("source kind declared_amount", ("grant", "eu", 900), ("city", "municipality", 100))
    shown = chart_of(charts.budget_shares(budget_shares(funding), lang="en"))
    assert shown.subtitle == "Sources as shares of their sum"
    assert shown.title == "Of the sources grant gives the largest part, 90.0%"


def test_where_nothing_is_recorded_no_activity_is_called_late() -> None:
    unknown = activity_timeline(ACTIVITIES.drop(columns=["actual_start", "actual_end"]), PROJECTS, as_of="2022-12-31")
    shown = chart_of(charts.activity_timeline(unknown, as_of="2022-12-31", lang="en"))
    assert shown.title == "4 activities are planned; when they ran is not recorded"
    assert said(shown).count("no record") == 4
    assert bars(shown, "actual") == []


def test_the_title_says_when_no_spending_is_recorded() -> None:
    nothing = SPENT.iloc[:0]
    money, curve = drawdown(STEPS, nothing, PROJECTS, as_of=NOW), drawdown_curve(STEPS, nothing, PROJECTS, as_of=NOW)
    shown = chart_of(charts.drawdown(money, curve, as_of=NOW, lang="en"))
    assert shown.title == "No spending is recorded; 40.0% of the budget was planned"
    assert chart_of(charts.drawdown(money, curve, lang="en")).subtitle == "Money spent and planned, cumulated"


def test_what_is_not_known_of_the_three_says_so() -> None:
    shown = chart_of(
        charts.three_way(
            together().assign(**dict.fromkeys(["results", "results_minus_time", "results_minus_money"], float("nan"))),
            lang="en",
        )
    )
    assert "not stated" in said(shown)
    assert "Results reached: not stated" in shown.alt


def test_a_share_of_money_that_cannot_be_computed_is_not_called_unstated() -> None:
    unknown = dict.fromkeys(["money", "money_minus_time", "results_minus_money"], float("nan"))
    shown = chart_of(charts.three_way(together().assign(**unknown), lang="en"))
    assert "Money spent: cannot be computed" in shown.alt
    assert "cannot be computed" in said(shown)
    assert "not stated" not in said(shown)


@pytest.mark.parametrize("status", INDICATOR_STATES)
def test_every_status_of_an_indicator_has_a_word(status: str) -> None:
    rows = fulfilment(("a", 20, 10), ("b", 20, 10))
    for known in (rows, rows.assign(fulfilment=[float("nan"), 0.5])):
        shown = chart_of(charts.indicator_fulfilment(known.assign(status=status), lang="en"))
        assert sum(len(set(text) & set("abcdefghijklmnopqrstuvwxyz")) > 3 for text in said(shown)) >= 4


@pytest.mark.parametrize("status", ACTIVITY_STATES)
def test_every_status_of_an_activity_has_a_word(status: str) -> None:
    shown = chart_of(charts.activity_timeline(timeline().assign(status=status), as_of=NOW, lang="en"))
    assert sum(text.startswith(status.replace("_", " ")) for text in said(shown)) == 4


# --- geometry


def test_104_percent_is_seen_to_overshoot_the_total() -> None:
    shown = MAKERS["budget_shares"](1)
    assert marks(shown, "whole") == [1]
    (first, last), *_ = bars(shown, "surplus")
    assert (first, last) == pytest.approx((1, 1.04))
    assert max(end for _, end in bars(shown, "source")) == pytest.approx(1.04)
    assert shown.span[1] == pytest.approx(1.04)
    assert "surplus CZK\u00a040,000" in said(shown)
    assert {"90.0%", "14.0%", "104.0%"} <= set(said(shown))


def test_each_source_begins_where_the_last_one_ended() -> None:
    shown = MAKERS["budget_shares"](1)
    ends = bars(shown, "source")
    assert [first for first, _ in ends[1:]] == pytest.approx([last for _, last in ends[:-1]])


def test_what_is_missing_is_an_empty_part_up_to_the_total() -> None:
    shown = chart_of(charts.budget_shares(*over(50_000), lang="en"))
    assert bars(shown, "shortfall")[0] == pytest.approx((0.95, 1), abs=0.002)
    assert "missing CZK\u00a050,000" in said(shown)


def test_computed_parts_are_hatched_and_say_so() -> None:
    stated = frame(
        "source kind group declared_share declared_amount",
        ("ESF and state", "joint", "g", None, 950_000),
        ("ESF", "eu", "g", 0.85, None),
        ("state", "state", "g", 0.10, None),
        ("city", "municipality", None, 0.05, 50_000),
    )
    shown = chart_of(charts.budget_shares(budget_shares(stated, PROJECTS), lang="en"))
    assert sum(text.endswith("(computed)") for text in said(shown)) == 2
    plain = chart_of(charts.budget_shares(*over(100_000), lang="en"))
    assert len(named(shown, "hatch")) - len(named(plain, "hatch")) == 2
    assert len(named(shown, "source")) - len(named(plain, "source")) == 1


def test_more_sources_than_fit_are_drawn_as_one() -> None:
    found, checked = shares(*((f"source {number:02}", "own", None, 10_000) for number in range(100)))
    shown = chart_of(charts.budget_shares(found, checked, lang="en"))
    assert "71 further sources" in said(shown)
    assert max(end for _, end in bars(shown, "source")) == pytest.approx(1)


def test_of_more_indicators_than_are_drawn_those_that_the_title_counts_come_first() -> None:
    met = [(f"{number:02}", 10, 10) for number in range(33)]
    found = fulfilment(*met, ("missed", 10, 2), ("empty", 10, None), due=NOW)
    shown = chart_of(charts.indicator_fulfilment(found, lang="en"))
    assert shown.title == "33 of 35 indicators have reached their targets; 1 has missed it"
    assert {"Indicator missed", "Indicator empty"} <= set(said(shown))
    assert shown.alt.index("Indicator missed") < shown.alt.index("Indicator empty") < shown.alt.index("Indicator 00")


def test_where_thirty_have_no_value_one_that_has_gives_the_scale() -> None:
    empty = [(f"{number:02}", 10, None) for number in range(35)]
    found = fulfilment(*empty, ("met", 10, 10), ("met too", 10, 10), due=NOW)
    shown = chart_of(charts.indicator_fulfilment(found, lang="en"))
    assert "30 of 37 shown" in shown.subtitle
    assert len(bars(shown, "reached")) == 1


def test_the_alternative_text_names_the_worst_first_though_the_chart_keeps_the_order() -> None:
    found = fulfilment(("a good", 10, 10), ("bad", 10, 2), due=NOW)
    shown = chart_of(charts.indicator_fulfilment(found, lang="en"))
    assert shown.alt.index("Indicator bad") < shown.alt.index("Indicator a good")
    assert said(shown).index("Indicator a good") < said(shown).index("Indicator bad")


def test_a_bar_ends_where_the_progress_is() -> None:
    shown = chart_of(charts.indicator_fulfilment(fulfilment(("a", 20, 9), ("b", 10, 8)), lang="en"))
    assert [end for _, end in bars(shown, "reached")] == pytest.approx([0.45, 0.8])
    assert marks(shown, "target") == [1, 1]
    assert marks(shown, "expected") == pytest.approx([0.5, 0.5], abs=0.01)
    assert {"45.0%", "80.0%", "9, target 20", "0%", "50%", "100%"} <= set(said(shown))


def test_a_bar_far_beyond_its_target_or_below_its_baseline_is_cut_and_its_number_true() -> None:
    shown = chart_of(charts.indicator_fulfilment(fulfilment(("a", 20, 124), ("b", 10, -4)), lang="en"))
    assert bars(shown, "reached") == [pytest.approx((0, 1.5)), pytest.approx((-0.25, 0))]
    assert {language("en").percent(6.2), language("en").percent(-0.4)} <= set(said(shown))


def test_what_has_no_value_keeps_an_empty_track_with_its_word() -> None:
    rows = fulfilment(("a", 20, 10), ("b", 20, None))
    shown = chart_of(charts.indicator_fulfilment(rows, lang="en"))
    assert len(bars(shown, "track")) == 2
    assert len(bars(shown, "reached")) == 1
    assert "not yet due" in said(shown)


def test_thirty_indicators_are_drawn_of_more_those_with_a_value_first() -> None:
    rows = [(f"{number:02}", 10, None if number < 10 else 5) for number in range(40)]
    shown = chart_of(charts.indicator_fulfilment(fulfilment(*rows), lang="en"))
    assert len(bars(shown, "reached")) == 30
    assert "30 of 40 shown" in shown.subtitle
    assert re.search(r"and \d+ more in the table", shown.alt)
    assert len(shown.alt) <= LISTENED


def test_bars_of_time_lie_on_their_days() -> None:
    shown = MAKERS["activity_timeline"](1)
    day = at(pd.Timestamp(NOW)) + 1
    planned, actual = bars(shown, "planned"), bars(shown, "actual")
    outline = 2 * shown.point
    assert planned[0] == pytest.approx((at(pd.Timestamp("2021-01-01")), at(pd.Timestamp("2023-01-01"))), abs=outline)
    assert actual == [
        pytest.approx((at(pd.Timestamp("2021-01-15")), day)),  # under way: up to the day of the report
        pytest.approx((at(pd.Timestamp("2021-02-01")), at(pd.Timestamp("2021-11-21")))),
    ]
    assert set(marks(shown, "as of")) == {day}
    assert {"as of 31\u00a0Dec\u00a02021", "1\u00a0Feb\u00a02021", "20\u00a0Nov\u00a02021"} <= set(said(shown))


def test_the_projects_period_is_thick_on_the_axis_for_a_shade_alone_is_hardly_seen() -> None:
    shown = MAKERS["activity_timeline"](1)
    assert bars(shown, "project") == [(at(pd.Timestamp("2021-01-01")), at(pd.Timestamp("2022-12-31")) + 1)]
    assert contrast(PALETTE["edge"][0], PALETTE["surface"][0]) >= 3


def test_a_plan_beyond_the_axis_is_cut_and_keeps_its_years() -> None:
    shown = MAKERS["activity_timeline"](1)
    low, high = shown.span
    assert all(low - 1 <= first and last <= high + 1 for first, last in bars(shown, "planned"))
    assert {"Community plans", "2015", "2018", "2019", "2022"} <= set(said(shown))


def test_outputs_are_diamonds_and_what_is_delivered_later_is_not_known() -> None:
    shown = MAKERS["activity_timeline"](1)
    colours = sorted(mark.look.fill for mark in named(shown, "output"))
    assert colours == sorted([PALETTE["ink"][0], PALETTE["surface"][0]])  # one delivered, one due
    assert "1 output without a day is not drawn" in shown.subtitle


def test_the_result_of_output_delivery_draws_the_same_diamonds_as_the_table() -> None:
    delivered = output_delivery(OUTPUTS, as_of=NOW)
    drawn = charts.activity_timeline(
        timeline(), as_of=NOW, outputs=delivered, plans=PLANS, projects=PROJECTS, lang="en"
    )
    assert page_of(chart_of(drawn)) == page_of(MAKERS["activity_timeline"](1))


def steps_of(as_of: str = NOW) -> pd.DataFrame:
    plans = PLANS.assign(drafted_on=["2014-06-30", "2021-10-20"], approved_on=["2014-12-01", "2022-03-01"])
    return plan_steps(plans, PROCEDURES, as_of=as_of)


def dots(chart: Chart, name: str) -> list[float]:
    return [x for mark in named(chart, name) for x, _ in mark.points[::2]]


def test_steps_of_a_plan_stand_on_their_days_done_ones_apart_from_those_ahead() -> None:
    shown = chart_of(charts.activity_timeline(timeline(), plans=PLANS, steps=steps_of(), lang="en"))

    done = {at(pd.Timestamp(day)) + 0.5 for day in ("2021-10-20", "2021-11-01", "2021-12-01")}
    assert done < set(dots(shown, "step done"))
    assert len(dots(shown, "step done")) == 3 + 1, "and the one that says what they are"
    assert at(pd.Timestamp("2022-01-14")) + 0.5 in dots(shown, "step planned")
    assert at(pd.Timestamp("2014-12-01")) + 0.5 not in dots(shown, "step done"), "it is long before the axis begins"
    assert "Making of: Fourth plan" in " ".join(said(shown))
    assert "Making of: Third plan" not in " ".join(said(shown))


def test_without_steps_the_timeline_is_drawn_as_before() -> None:
    given = {"plans": PLANS, "outputs": OUTPUTS, "lang": "en"}
    without, with_none = (
        chart_of(charts.activity_timeline(timeline(), steps=steps, **given)) for steps in (None, steps_of().iloc[:0])
    )
    assert page_of(without) == page_of(with_none)
    assert not named(without, "step done")


def test_comments_are_bars_on_one_scale_and_those_accepted_in_part_are_hatched() -> None:
    shown = chart_of(charts.comment_settlement(comments(), as_of=NOW, lang="en"))

    assert bars(shown, "track") == [(0.0, 5.0)] * 4
    assert [last for _, last in bars(shown, "comments")] == [5.0, 4.0, 2.0]  # no reason is given for any
    assert bars(shown, "in part") == [(pytest.approx(2, abs=0.02), pytest.approx(3, abs=0.02))]
    assert shown.title == "Of 5 comments 4 are settled; accepted in whole or in part: 3"
    assert {"5", "4", "0", "2 + 1"} <= set(said(shown))


def test_where_formal_comments_are_drawn_too_the_picture_says_so() -> None:
    formal = comment_settlement(PROCEDURES, COMMENTS.assign(kind=["content"] * 4 + ["formal"]), as_of=NOW)

    assert "of every kind" in chart_of(charts.comment_settlement(formal, as_of=NOW, lang="en")).subtitle
    assert "of every kind" not in chart_of(charts.comment_settlement(comments(), as_of=NOW, lang="en")).subtitle


def test_of_two_procedures_that_with_the_last_comments_is_drawn_and_named() -> None:
    second = PROCEDURES.assign(procedure_id="S", opened="2021-12-01")
    both = comment_settlement(pd.concat([PROCEDURES, second]), COMMENTS, as_of=NOW)
    shown = chart_of(charts.comment_settlement(both, as_of=NOW, lang="en"))

    assert "· R ·" in shown.subtitle


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_without_comments_there_is_no_chart_of_them(lang: str) -> None:
    for shown in (comments().iloc[:0], comments(as_of="2021-11-09")):
        assert isinstance(charts.comment_settlement(shown, lang=lang), Omitted)


def test_a_day_far_from_the_project_has_no_line_but_stands_in_the_subtitle() -> None:
    planned = activity_timeline(ACTIVITIES.iloc[1:3], PROJECTS, as_of="2035-01-01")
    shown = chart_of(charts.activity_timeline(planned, as_of="2035-01-01", lang="en"))
    assert marks(shown, "as of") == []
    assert "as of 1\u00a0Jan\u00a02035" in shown.subtitle


def test_spending_rises_in_steps_and_stops_at_the_day() -> None:
    shown = MAKERS["drawdown"](1)
    (spent,), (planned,) = named(shown, "spent"), named(shown, "planned")
    assert max(spent.points)[0] == at(pd.Timestamp(NOW)) + 1
    assert max(planned.points)[0] == at(pd.Timestamp("2022-12-31")) + 1
    assert all(x == later or y == after for (x, y), (later, after) in itertools.pairwise(spent.points))
    assert {"spent 35.0%", "planned 40.0%", "CZK\u00a0350,000", "budget CZK\u00a01,000,000"} <= set(said(shown))


def test_each_indicator_that_was_measured_has_a_panel_and_the_others_are_named() -> None:
    shown = chart_of(over_time())
    assert len(named(shown, "actual")) == 6
    assert "without a value: Never measured" in shown.subtitle
    words = said(shown)
    for text in ("on track", "far behind", "ahead", "no target"):
        assert text in words, text


def test_what_adds_up_is_drawn_as_steps_and_a_reading_as_a_point() -> None:
    steps, readings, *_ = named(chart_of(over_time()), "actual")
    assert all(x == later or y == after for (x, y), (later, after) in itertools.pairwise(steps.points))
    assert len(readings.points) == 2
    assert readings.points[0][0] != readings.points[1][0]
    assert readings.points[0][1] < readings.points[1][1]  # fewer days of waiting stand lower


def test_a_revised_target_is_a_step_whose_old_part_is_dashed_and_says_so() -> None:
    shown = chart_of(over_time())
    (old,), new = named(shown, "old target"), named(shown, "target")[0]
    assert old.look.dash
    assert not new.look.dash
    assert old.points[-1][0] == new.points[0][0]
    assert old.points[0][1] < new.points[0][1]  # 30 stands above 20
    assert {"target 20", "30, revised"} <= set(said(shown))


def test_the_way_bends_at_milestones_and_goes_in_steps_where_nothing_is_expected_between() -> None:
    planned = named(chart_of(over_time()), "planned")
    assert len(planned[0].points) == 3  # start, milestone, due day
    stairs = planned[-1].points
    assert all(x == later or y == after for (x, y), (later, after) in itertools.pairwise(stairs))


def test_what_is_to_be_kept_has_a_band_and_no_way() -> None:
    shown = chart_of(over_time())
    assert len(named(shown, "tolerance")) == 1
    assert len(named(shown, "planned")) == 4  # of a, b, d and e


def test_a_scale_begins_at_zero_unless_all_values_lie_far_above_it() -> None:
    assert scale([(pd.Timestamp(NOW), 3), (pd.Timestamp(NOW), 9)], 0, False)[0] == 0
    assert scale([(pd.Timestamp(NOW), 50), (pd.Timestamp(NOW), 60)], 0, True)[0] == 0
    low, high = scale([(pd.Timestamp(NOW), 50), (pd.Timestamp(NOW), 60)], 0, False)
    assert 45 < low < 50
    assert high == 60
    assert scale([(pd.Timestamp(NOW), -5), (pd.Timestamp(NOW), 60)], 0, False)[0] < -5
    assert "60" in said(chart_of(over_time()))  # where days of waiting began


def test_of_more_panels_than_are_asked_for_those_behind_come_first() -> None:
    shown = chart_of(over_time(most=2))
    assert len(named(shown, "actual")) == 2
    assert "2 of 6 shown, what is behind first" in shown.subtitle
    assert {"far behind"} <= set(said(shown))
    assert shown.title == chart_of(over_time()).title  # it tells of all


def test_a_panel_names_its_unit_and_its_last_value() -> None:
    assert {"People in courses (people)", "9", "50", "60.0%", "target 80.0%"} <= set(said(chart_of(over_time())))


def test_three_bars_stand_on_one_scale() -> None:
    shown = MAKERS["three_way"](1)
    assert [end for _, end in bars(shown, "reached")] == pytest.approx([0.5, 0.35, 0.45])
    assert marks(shown, "expected") == pytest.approx([0.5, 0.5])


# --- nothing to draw


def measured(readings: pd.DataFrame) -> Chart | Omitted:
    tables = (INDICATORS, GOALS, readings, PROJECTS)
    days, stand = indicator_course(*tables, as_of=NOW), indicator_fulfilment(*tables, as_of=NOW)
    return charts.indicator_course(days, stand, as_of=NOW, lang="en")


def one_payment() -> Chart | Omitted:
    tables = (STEPS.iloc[:0], SPENT.iloc[:1], PROJECTS)
    return charts.drawdown(drawdown(*tables, as_of=NOW), drawdown_curve(*tables, as_of=NOW), as_of=NOW, lang="en")


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (lambda: charts.budget_shares(over()[0].iloc[:0], lang="en"), "No source states"),
        (lambda: charts.budget_shares(over()[0].assign(amount=float("nan")), lang="en"), "No source states"),
        (
            lambda: charts.budget_shares(*shares(("all", "eu", None, 1_000_000)), lang="en"),
            "There is one source only, all",
        ),
        (lambda: charts.indicator_fulfilment(fulfilment(("a", 1, 1)).iloc[:0], lang="en"), "No indicator is stated"),
        (
            lambda: charts.indicator_fulfilment(fulfilment(("a", 1, None), ("b", 1, None)), lang="en"),
            "No indicator has a progress that could be drawn: not yet due (2).",
        ),
        (
            lambda: charts.indicator_fulfilment(fulfilment(("a", 1, 1), due="2021-12-31"), lang="en"),
            "There is one indicator",
        ),
        (
            lambda: charts.activity_timeline(timeline().iloc[:0], as_of=NOW, lang="en"),
            "No activity with a stated period",
        ),
        (
            lambda: charts.activity_timeline(
                timeline().assign(planned_end=pd.NaT, actual_start=pd.NaT), as_of=NOW, lang="en"
            ),
            "No activity with a stated period",
        ),
        (
            lambda: charts.activity_timeline(timeline().iloc[:1], as_of=NOW, lang="en"),
            "There is one activity only. KA1",
        ),
        (lambda: charts.drawdown(*(table.iloc[:0] for table in course()), lang="en"), "Neither a financial plan"),
        (
            lambda: charts.drawdown(course()[0], course()[1].assign(planned=None, spent=None), lang="en"),
            "Neither a financial plan",
        ),
        (
            lambda: charts.budget_shares(*shares(("a", "eu", None, 9e4), ("b", "own", None, None)), lang="en"),
            "a: 9.0%.",
        ),
        (
            lambda: charts.indicator_fulfilment(fulfilment(("a", 1, 1), ("b", 1, None), due="2021-12-31"), lang="en"),
            "one only has a known progress, a: 100.0%",
        ),
        (lambda: measured(READINGS.iloc[:0]), "No indicator has been measured"),
        (lambda: measured(READINGS.iloc[:1]), "One value only has been measured, People in courses (people): 4."),
        (one_payment, "one amount only is known: CZK\u00a0100,000."),
        (lambda: charts.three_way(together().iloc[:0], lang="en"), "Neither time nor money"),
        (lambda: charts.three_way(together().assign(money=None, results=None), lang="en"), "Time elapsed: 50.0%"),
    ],
)
def test_where_nothing_or_one_number_would_be_drawn_a_sentence_says_why(
    shown: Callable[[], Chart | Omitted], reason: str
) -> None:
    omitted = shown()
    assert isinstance(omitted, Omitted)
    assert reason in omitted.reason
    assert omitted.reason.endswith(".")


def test_a_number_that_no_chart_shows_stands_on_the_page_with_the_reason() -> None:
    shown = charts.three_way(together().assign(money=None, results=None), lang="en")
    html, noted = (part["text/html"] for part in shown._repr_mimebundle_())
    assert noted["kpeval"]["kind"] == "sentence"
    assert "one only is known. Time elapsed: 50.0%." in html


def test_where_nothing_is_known_the_sentence_beside_the_chart_says_so_alone() -> None:
    shown = charts.three_way(together().iloc[:0], lang="en")
    assert shown._repr_mimebundle_()[1]["text/html"]["kpeval"]["kind"] == "omitted"


def test_a_chart_shows_one_project() -> None:
    two = pd.concat([timeline(), timeline().assign(project_id="q")])
    with pytest.raises(ValueError, match="a chart shows one project, and this frame has 2"):
        charts.activity_timeline(two, as_of=NOW, lang="en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no language 'xx'"):
        charts.three_way(together(), lang="xx")


# --- pure and the same every time


def test_no_input_is_changed() -> None:
    tables = [
        *over(),
        fulfilment(("a", 20, 9), ("b", 10, 1)),
        timeline(),
        OUTPUTS,
        PLANS,
        PROJECTS,
        *course(),
        together(),
    ]
    before = [table.copy(deep=True) for table in tables]
    charts.budget_shares(tables[0], tables[1], projects=tables[6], lang="en")
    charts.indicator_fulfilment(tables[2], projects=tables[6], as_of=NOW, lang="en")
    charts.activity_timeline(tables[3], as_of=NOW, outputs=tables[4], plans=tables[5], projects=tables[6], lang="en")
    charts.drawdown(tables[7], tables[8], projects=tables[6], lang="en")
    charts.three_way(tables[9], projects=tables[6], lang="en")
    for table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, copy)


def test_nothing_global_is_left_changed_and_nothing_global_changes_a_chart() -> None:
    expected = {name: page_of(make(1)) for name, make in MAKERS.items()}
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "text.color": "red", "svg.hashsalt": "other"}):
        before = dict(matplotlib.rcParams)
        assert {name: page_of(make(1)) for name, make in MAKERS.items()} == expected
        assert dict(matplotlib.rcParams) == before


def test_a_fresh_process_draws_the_same_bytes_in_whichever_order_and_never_imports_pyplot() -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "import hashlib, test_charts as t\n"
        "order = sorted(t.MAKERS, reverse=sys.argv[1] == 'back')\n"
        "pages = ''.join(sorted(t.page_of(t.MAKERS[name](1)) for name in order))\n"
        "print(hashlib.sha256(pages.encode()).hexdigest(), 'matplotlib.pyplot' in sys.modules)"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code, order], capture_output=True, text=True, check=True, cwd=DATA.parent
        ).stdout
        for order in ("forth", "back")
    }
    assert len(runs) == 1
    assert runs.pop().endswith(" False\n")


def test_a_notebook_shows_a_chart_once_and_not_as_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.publish_display_data", lambda data, metadata: shown.append(data))
    from IPython.core.formatters import DisplayFormatter

    assert DisplayFormatter().format(MAKERS["three_way"](1)) == ({}, {})
    assert [set(data) for data in shown] == [{"text/html", "text/plain"}]


def test_a_chart_can_be_saved_as_a_picture(tmp_path: Path) -> None:
    MAKERS["activity_timeline"](1).savefig(tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


# --- svg


@EACH
def test_svg_holds_text_as_text_and_nothing_that_the_page_forbids(make: Callable[[float], Chart]) -> None:
    shown = make(1)
    svg = inline_svg(shown, shown.alt)
    root = etree.fromstring(svg)
    assert {element.tag for element in root.iter()} <= {"svg", "g", "path", "text", "title"}
    names = {name for element in root.iter() for name in element.attrib}
    assert not names & {"style", "class", "font-family", "onload", "xmlns"}
    assert not re.search("url\\(|http", svg)
    assert {text.text for text in root.iter("text")} == {text for text in said(shown) if text}
    assert {int(size.get("font-size", "10")) for size in root.iter("text", "g")} == {10}


@EACH
def test_only_colours_of_the_palette_are_used_so_that_a_page_can_turn_dark(make: Callable[[float], Chart]) -> None:
    shown = make(1)
    used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', inline_svg(shown, shown.alt)))
    assert used - {"none"} <= {light for light, _ in PALETTE.values()}


def test_ids_are_unique_over_the_figures_of_a_page() -> None:
    page = "".join(page_of(make(factor)) for make in MAKERS.values() for factor in (1, 2))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 2 * len(MAKERS)
    assert set(re.findall(r'aria-labelledby="([^"]+)"', page)) == set(ids)


def test_a_chart_weighs_about_five_kilobytes() -> None:
    for make in MAKERS.values():
        assert len(page_of(make(1)).encode()) < 6_000
    for shown in demo("2022-06-30"):
        assert len(page_of(shown).encode()) < 12_000


def test_the_renderer_of_pages_makes_the_bytes_that_are_left_of_matplotlibs_own() -> None:
    shown = [make(factor) for make in MAKERS.values() for factor in (1, 2)]
    shown += [one for as_of in ("2021-02-28", "2022-06-30", "2024-06-30") for one in demo(as_of, "cs")]
    many = pd.DataFrame({"date": pd.date_range("2021-01-01", periods=300), "type": "expenditure", "amount": 1_000})
    spent = many.assign(project_id="p", date=many["date"].dt.strftime("%Y-%m-%d"))
    curve = drawdown_curve(STEPS, spent, PROJECTS, as_of=NOW)
    shown.append(chart_of(charts.drawdown(drawdown(STEPS, spent, PROJECTS, as_of=NOW), curve, as_of=NOW, lang="en")))
    for one in shown:
        assert page_of(one).partition("</figcaption>")[2] == inline_svg(one, one.alt) + "</figure>"


def test_what_somebody_adds_to_a_chart_is_shown_too() -> None:
    shown = MAKERS["three_way"](1)
    plain = page_of(shown)
    shown.text(0.5, 0.5, "added")
    assert "added</text>" in page_of(shown)
    shown.texts[0].remove()
    assert page_of(shown) == plain


def test_references_inside_any_figure_are_kept_and_made_its_own() -> None:
    def figure(colour: str) -> Figure:
        made = Figure()
        axes = made.add_subplot()
        axes.bar([1, 2], [3, 4], hatch="//", color=colour)
        axes.plot([1, 2], [1, 2], marker="o")
        return made

    pages = [inline_svg(figure(colour), "a bar") for colour in ("red", "blue")]
    ids = []
    for page in pages:
        own = re.findall(r' id="([^"]+)"', page)
        used = re.findall(r'(?:href="|url\()#([^")]+)', page)
        assert set() < set(used) <= set(own)
        assert not re.search("style=|xlink", page)
        ids += own
    assert len(ids) == len(set(ids))


def test_what_is_not_on_the_list_is_dropped() -> None:
    hostile = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9"
      onload="alert(1)"><script>alert(1)</script><style>*{fill:url(http://x)}</style><!-- note -->
      <a xlink:href="javascript:alert(1)"><path d="M0 0L1 1"/></a><foreignObject><p>x</p></foreignObject>
      <image href="http://x/y.png"/><use href="http://x#y"/><path style="fill: url(http://x)" d="M0 0L1 0L1 1z"
      onclick="alert(1)"/><text style="font-family: 'Evil'; fill: #fff" x="1" y="2">kept</text></svg>"""
    svg = cleaned(hostile, "alt")
    for word in ("script", "alert", "http:", "javascript", "style", "onclick", "image", "foreign", "Evil", "note"):
        assert word not in svg
    assert "kept</text>" in svg


@pytest.mark.parametrize(
    ("svg", "fault"),
    [
        (b"<svg viewBox='0 0 1 1'><text>\x00</text></svg>", "not well-formed"),
        (b"<svg/>", "no viewBox"),
        (b"<svg viewBox='0 0 1 1'>" + b" " * 8_000_001 + b"</svg>", "more than 8,000,000"),
    ],
)
def test_a_figure_that_cannot_stand_in_a_page_is_refused(svg: bytes, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        cleaned(svg, "alt")


# --- hostile text

HOSTILE = [
    "$x^$ costs 5$ and 6$",
    "<script>alert(1)</script>",
    "\"' onload=alert(1) x='",
    "a\x00b\x07c\x1b[31m",
    "right\u202eto left\u200f",
    "line\nbreak\u2028and\ttab",
    "{name} {0} %s",
    "&amp; &lt;b&gt; ]]>",
    "emoji 🙂 and 社会福祉",
    "half \ud800 a pair",
    "x" * 1_000_000,
    "\\alpha \\frac{1}{2} $\\badcommand$",
    "left\u200eto right\u2067 isolate\u2069 mark\u061c",
    "Z\u0351\u036b\u0343a\u0300" * 300,
    "👩‍👩‍👧‍👦🏳️‍🌈" * 60,
    "\u202e" * 1000,
    "word " * 3_000,
    "e\u0301" * 500,
    "",
    " ",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_stands_in_the_data_is_shown_as_text(text: str) -> None:
    owners = PROJECTS.assign(title=text)
    shown = [
        charts.budget_shares(over()[0].assign(source=[text + "1", text + "2"]), projects=owners, lang="en"),
        charts.indicator_fulfilment(
            fulfilment(("a", 20, 9), ("b", 10, 1)).assign(name=text, code=text, unit=text), projects=owners, lang="en"
        ),
        charts.activity_timeline(
            timeline().assign(title=text, activity_id=text),
            as_of=NOW,
            plans=PLANS.assign(title=text or "plan"),
            projects=owners,
            lang="en",
        ),
        over_time_of(INDICATORS.assign(name=text, unit=text)),
        charts.drawdown(course()[0].assign(currency=f"{text}CZK"), course()[1], projects=owners, lang="en"),
        charts.three_way(together(), projects=owners, lang="en"),
    ]
    for one in shown:
        page = page_of(chart_of(one))
        figure = html.fromstring(page)
        assert not figure.xpath("//script | //b | //*[@onload]")
        etree.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
        assert len(page) < 40_000
        assert not re.search("[\x00-\x08\x0b-\x1f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
        page.encode()
        cut(chart_of(one))


def test_long_text_is_shortened_and_says_so() -> None:
    assert legible("a  b\tc\n") == "a b c"
    assert legible("x" * 300) == "x" * 199 + "…"
    assert legible("12\u00a0Kč") == "12\u00a0Kč"
    assert len(legible("e\u0301" * 500)) <= 200
    lines = wrapped("word " * 100, 100)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(breadth(line) <= 100 for line in lines)


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "31.\u00a012.\u00a02023",
        "3\u00a0648\u00a0425,00\u00a0Kč (dopočteno)",
        "Tvorba a aktualizace plánu, AVATAR, Ý. To.",
        "  two  spaces ",
        "a",
        "",
        " ",
        "−40,0 %–1½×",
        "first offer, flat; Ostrava – Poruba",
        "soft\u00adly",
        "e\u0301\u0301 社会福祉",
    ],
)
def test_a_text_put_together_from_its_pairs_is_as_wide_as_when_it_is_set_whole(text: str, bold: bool) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        whole = text_to_path.get_text_width_height_descent(text, font(10, bold), ismath=False)[0]
    assert breadth(text, 10, bold) == pytest.approx(whole, abs=1e-9)


@pytest.mark.parametrize("bold", [False, True])
def test_each_pair_of_letters_is_as_wide_as_the_fonts_library_sets_it(bold: bool) -> None:
    letters = [chr(code) for code in (*range(0x21, 0x7F), *range(0xC0, 0x180), 0x2013, 0x2212)]
    pairs = [
        one + other
        for first in "AfFKLPTVWYrvy.-ŤÝ"
        for letter in letters
        for one, other in (first + letter, letter + first)
    ]
    wide = (text_to_path.get_text_width_height_descent(pair, font(100, bold), ismath=False)[0] for pair in pairs)
    assert [breadth(pair, 100, bold) for pair in pairs] == list(wide)


# --- layout


def boxes(shown: Chart) -> list[tuple[str, float, float, float, float]]:
    """Each text with left, right, top and bottom in points."""
    found = []
    for line in shown.drawing.lines:
        wide = breadth(line.text, line.size, line.bold)
        anchor = shown.left + (line.x - shown.span[0]) / shown.point
        left = anchor - wide * {"left": 0, "center": 0.5, "right": 1}[line.align]
        found.append((line.text, left, left + wide, line.y - 0.72 * line.size, line.y + 0.1 * line.size))
    return found


def cut(shown: Chart) -> None:
    height = 72 * shown.get_figheight()
    for text, left, right, top, bottom in boxes(shown):
        assert -0.5 <= left <= right <= WIDTH + 0.5, f"cut at the side: {text}"
        assert -0.5 <= top <= bottom <= height + 1, f"cut above or below: {text}"


@pytest.mark.parametrize("lang", ["cs", "en"])
@pytest.mark.parametrize("as_of", ["2021-02-28", "2021-12-31", "2022-06-30", "2023-06-30", "2023-12-31", "2024-06-30"])
def test_no_text_is_cut_or_covers_another(as_of: str, lang: str) -> None:
    for shown in demo(as_of, lang):
        assert len(shown.title.split(" ")) <= 15
        cut(shown)
        for one, other in itertools.combinations(boxes(shown), 2):
            beside = one[2] <= other[1] + 0.5 or other[2] <= one[1] + 0.5
            apart = one[4] <= other[3] + 0.5 or other[4] <= one[3] + 0.5
            assert beside or apart, f"{one} and {other}"


def test_the_budgets_of_the_seeds_are_not_cut_either() -> None:
    for name in ("ostrava", "usti"):
        project = load(name, DATA)
        found = budget_shares(project.funding, project.projects)
        cut(chart_of(charts.budget_shares(found, reconciliation(project.funding, project.projects), lang="en")))


# --- colours


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


TEXT_ON = [(text, ground) for text in ("ink", "muted", "second") for ground in ("surface", "shade")]
TEXT_ON += [("muted", "track"), ("accent", "surface")]
GRAPHICS_ON = [
    *((what, "surface") for what in ("accent", "second", "surplus", "edge", "ink")),
    *((what, "track") for what in ("accent", "second", "edge", "ink")),
    *((what, "shade") for what in ("accent", "second", "edge", "ink")),
]


NAME_OF = {light: name for name, (light, _) in PALETTE.items()}
GROUNDS = {"track", "shade", "surface"}  # what others stand on; that a bar could be longer is no fact of its own


def beneath(shown: Chart, x: float, y: float, layer: float) -> str:
    """The name of the colour that lies under a place (data, points) below a layer."""
    found = "surface"
    for mark in sorted(shown.drawing.marks, key=lambda mark: mark.layer):
        across, down = zip(*mark.points, strict=True)
        inside = min(across) <= x <= max(across) and min(down) <= y <= max(down)
        if mark.look.fill and mark.layer < layer and inside:
            found = NAME_OF[mark.look.fill]
    return found


def pairs_of(shown: Chart) -> Iterator[tuple[str, str, str]]:
    """What stands on what: kind, colour, ground."""
    for line in shown.drawing.lines:
        wide = breadth(line.text, line.size, line.bold) * shown.point
        left = line.x - wide * {"left": 0, "center": 0.5, "right": 1}[line.align]
        for x in (left, left + wide / 2, left + wide):
            yield "text", NAME_OF[line.colour], beneath(shown, x, line.y - 3, 99)
    for mark in shown.drawing.marks:
        colour = NAME_OF[mark.look.stroke or mark.look.fill]
        outline = mark.look.stroke and max(mark.codes) > DRAW  # seen against what lies around it
        if colour not in GROUNDS and not any(mark.points == under.points for under in halos(shown)):
            for x, y in mark.points:
                ground = "surface" if outline else beneath(shown, x, y, mark.layer)
                if ground != colour:  # what goes on from a bar has its colour
                    yield "graphic", colour, ground


def halos(shown: Chart) -> list[Mark]:
    return [mark for mark in shown.drawing.marks if NAME_OF.get(mark.look.stroke) == "surface" and not mark.look.fill]


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@EACH
def test_whatever_stands_on_something_has_contrast_to_it(make: Callable[[float], Chart], mode: int) -> None:
    wanted = {"text": 4.5, "graphic": 3.0}
    for factor in (1, 2):
        found = set(pairs_of(make(factor)))
        assert found
        for kind, colour, ground in found:
            if (kind, colour, ground) == ("graphic", "surplus", "accent") and mode:
                continue  # in the dark its outline and hatch tell it
            reached = contrast(PALETTE[colour][mode], PALETTE[ground][mode])
            assert reached >= wanted[kind], (kind, colour, ground, round(reached, 2))


@pytest.mark.parametrize("name", ["target", "expected"])
def test_a_mark_that_crosses_a_bar_has_a_halo_wider_than_itself(name: str) -> None:
    shown = chart_of(charts.indicator_fulfilment(fulfilment(("a", 20, 19), ("b", 10, 12)), lang="en"))
    for mark in named(shown, name):
        under = [halo for halo in halos(shown) if halo.points == mark.points and halo.layer < mark.layer]
        assert under, "no halo"
        assert under[0].look.width >= mark.look.width + 2


@EACH
def test_text_has_nine_pixels_on_a_phone(make: Callable[[float], Chart]) -> None:
    phone = 375 - 2 * 16  # without its margins
    shown = make(1)
    assert min(line.size for line in shown.drawing.lines) * phone / (72 * shown.get_figwidth()) >= 9


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_the_palette_has_contrast(mode: int) -> None:
    colours = {name: both[mode] for name, both in PALETTE.items()}
    for text, ground in TEXT_ON:
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for what, ground in GRAPHICS_ON:
        assert contrast(colours[what], colours[ground]) >= 3, (what, ground)
    assert contrast(colours["surplus"], colours["accent"]) >= (3 if mode == 0 else 1)  # dark: outline and hatch tell
