"""Key figures are the same in every report; of the main points those that say what is wrong come first."""

import pandas as pd
import pytest
from test_sentences import NBSP, made, markup, one_of, said

import kpeval as kp
from kpeval import results
from kpeval.present import sentences
from kpeval.present.display import text_of
from kpeval.present.key_figures import KeyFigures

NAMES = ("reconciliation", "three_way", "indicator_fulfilment", "findings")
POINTS = ("reconciliation", "three_way", "indicator_fulfilment", "activity_timeline", "findings")


def figures(project: str = "usti", lang: str = "en", **changed: pd.DataFrame) -> KeyFigures:
    """The key figures of a project, some of the results replaced."""
    more = {name: changed.pop(name) for name in ("drawdown", "period") if name in changed}
    return kp.key_figures(*({**made(project), **changed}[name] for name in NAMES), **more, lang=lang)


def points(project: str = "usti", lang: str = "en", **changed: pd.DataFrame) -> list[str]:
    return [
        said(point)
        for point in sentences.main_points(*({**made(project), **changed}[name] for name in POINTS), lang=lang).points
    ]


def reconciled(state: str, surplus: float) -> pd.DataFrame:
    return one_of(
        results.RECONCILIATION,
        sum_of_sources=1000 + surplus,
        total_cost=1000.0,
        surplus=surplus,
        coverage=1 + surplus / 1000,
        tolerance=1.0,
        state=state,
        currency="CZK",
    )


def indicators(*states: str) -> pd.DataFrame:
    return pd.concat(
        [one_of(results.INDICATOR_FULFILMENT, indicator_id=str(n), status=state) for n, state in enumerate(states)]
    )


def found(*severities: str) -> pd.DataFrame:
    told = {"rule": "spending_below_zero", "message": "More was paid back than spent."}
    return pd.concat([one_of(results.FINDINGS, severity=one, **told) for one in severities])


def test_of_usti_the_surplus_comes_first_and_is_marked():
    first = figures().figures[0]

    assert (text_of(first.value), first.of) == ("104.0%", "of the cost covered by the sources")
    assert (said(first.context), first.state) == ("CZK 105,063 more than the cost", "wrong")
    assert '<div class="wrong"' in markup(figures()).partition("</div>")[0]


def test_what_is_not_stated_says_so_and_does_not_call():
    spent, _, reached = figures().figures[1:4]

    assert [(text_of(figure.value), figure.context, figure.state) for figure in (spent, reached)] == [
        ("not stated", "", "none")
    ] * 2


def test_all_reports_have_the_same_figures_in_the_same_order():
    assert [[figure.of for figure in figures(project).figures] for project in ("demo", "ostrava")] == [
        [figure.of for figure in figures().figures]
    ] * 2


@pytest.mark.parametrize(
    ("state", "surplus", "context", "mark"),
    [
        ("over", 40.0, "CZK 40 more than the cost", "wrong"),
        ("under", -40.0, "CZK 40 missing", "wrong"),
        ("reconciled", 0.5, "the sources match the cost", ""),
    ],
)
def test_sources_that_do_not_match_the_cost_are_marked_with_the_difference(state, surplus, context, mark):
    first = figures(reconciliation=reconciled(state, surplus)).figures[0]

    assert (said(first.context), first.state) == (context, mark)


@pytest.mark.parametrize(
    ("gap", "context"),
    [
        (-0.0093, "0.9 pp less than planned"),
        (0.05, "5.0 pp more than planned"),
        (0.0004, "as planned by the day"),
        (float("nan"), ""),
    ],
)
def test_the_money_spent_says_how_far_it_is_from_the_plan(gap, context):
    three = one_of(results.THREE_WAY, money=0.676)
    spent = figures(three_way=three, drawdown=one_of(results.DRAWDOWN, gap=gap)).figures[1]

    assert (text_of(spent.value), said(spent.context)) == ("67.6%", context)


def test_the_time_says_how_many_days_have_passed():
    period = one_of(results.PROJECT_PERIOD, days=1095, days_elapsed=730)
    time = figures(three_way=one_of(results.THREE_WAY, time=730 / 1095), period=period).figures[2]

    assert (text_of(time.value), said(time.context)) == ("66.7%", "730 of 1,095 days")


@pytest.mark.parametrize(
    ("states", "value", "context", "mark"),
    [
        (["achieved", "overachieved", "on_track"], "2 of 3", "", ""),
        (["achieved", "behind", "far_behind"], "1 of 3", "2 are behind", ""),
        (["not_achieved", "behind"], "0 of 2", "1 missed its target, 1 is behind", "wrong"),
        (["missing", "missing"], "0 of 2", "2 without a value past due", "wrong"),
    ],
)
def test_indicators_past_due_without_success_or_value_are_marked(states, value, context, mark):
    reached = figures(indicator_fulfilment=indicators(*states)).figures[3]

    assert (text_of(reached.value), said(reached.context), reached.state) == (value, context, mark)


@pytest.mark.parametrize(
    ("severities", "value", "context", "mark"),
    [(["warning", "info", "info"], "0", "1 warning, 2 notes", ""), (["error", "error"], "2", "", "wrong")],
)
def test_errors_are_counted_and_marked_and_the_rest_is_said_beside(severities, value, context, mark):
    last = figures(findings=found(*severities)).figures[4]

    assert (text_of(last.value), said(last.context), last.state) == (value, context, mark)


def test_no_line_ends_between_a_number_and_what_it_counts():
    assert figures(findings=found("warning", "info")).figures[4].context == f"1{NBSP}warning, 1{NBSP}note"


# --- main points ---


def test_what_is_wrong_comes_first_among_the_points_and_the_rest_keeps_its_order():
    told = points(
        reconciliation=reconciled("reconciled", 0.0), indicator_fulfilment=indicators("not_achieved", "achieved")
    )

    assert told[0] == "Indicators achieved: 1 of 2; past due without success or value: 1."
    assert told[1] == "The sources add up to the cost of CZK 1,000."


def test_each_error_is_a_point_of_its_own_but_that_on_the_sources_which_is_told_already():
    told = points(findings=found("error", "warning"))

    assert told[1] == "More was paid back than spent."
    assert sum("104.0%" in point for point in points()) == 1


def test_sources_that_fall_short_say_by_how_much():
    told = points(reconciliation=reconciled("under", -40.0))

    assert told[0] == "The sources lack CZK 40 of the cost: CZK 960 against CZK 1,000, 96.0% of it."


def test_sources_that_cannot_be_compared_are_no_fault():
    told = sentences.main_points(
        *({**made("usti"), "reconciliation": one_of(results.RECONCILIATION, state="unknown")}[name] for name in POINTS),
        lang="en",
    )

    assert told.wrong == 0
    assert told.points[0].startswith("The sources cannot be compared")


def test_where_nothing_is_recorded_no_delay_is_claimed():
    assert "no record, so that no delay is claimed" in " ".join(points("ostrava"))


def test_of_an_unstated_budget_no_share_is_called_unstated():
    progress = one_of(results.THREE_WAY, time=0.5)
    spent = one_of(results.DRAWDOWN, spent=400.0, currency="CZK")

    figure = figures(three_way=progress, drawdown=spent).figures[1]
    assert (figure.value, figure.context, figure.state) == ("cannot be computed", "the budget is not stated", "none")
    unspent = figures(three_way=progress, drawdown=one_of(results.DRAWDOWN, budget=900.0)).figures[1]
    assert unspent.value == "not stated"
    assert any("budget spent: cannot be computed" in point for point in points(three_way=progress))


def test_where_no_spending_is_stated_the_main_points_say_so_and_not_that_it_cannot_be_computed():
    facts = made("ostrava")
    told = sentences.main_points(*(facts[name] for name in POINTS), drawdown=facts["drawdown"], lang="en").points

    assert any("budget spent: not stated" in point for point in told)
