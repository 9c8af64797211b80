"""Whoever works out a formula with the numbers as printed gets the figure as printed; every figure is explained."""

import re
from fractions import Fraction
from functools import cache

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_sentences import DATA, PROJECTS, made, markup, one_of, said

import kpeval as kp
from kpeval import results
from kpeval.present import workings
from kpeval.present.display import Omitted
from kpeval.present.formula import Workings

NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?%?")
FORMULA = re.compile(r"([−\d(][^=;]*?) = ([^;]+)")
NAMES = ("budget_shares", "reconciliation", "indicator_fulfilment", "activity_timeline", "drawdown", "three_way")


def value_of(printed: str) -> Fraction:
    """An English number as printed: 1,095 or 66.7%."""
    number = Fraction(printed.rstrip("%").replace(",", ""))
    return number / 100 if printed.endswith("%") else number


def worked_out(formula: str) -> Fraction:
    """What the printed arithmetic comes to, exactly."""
    sum_ = NUMBER.sub(lambda found: f"Fraction('{value_of(found[0])}')", formula)
    code = sum_.replace("×", "*").replace("−", "-")
    assert re.fullmatch(r"(Fraction\('[\d/]+'\)|[()+\-*/ ])+", code), formula
    return Fraction(eval(code, {"Fraction": Fraction}))  # noqa: S307


def apart(text: str) -> list[tuple[str, Fraction]]:
    """Each formula of a line whose printed arithmetic does not come to its printed figure."""
    wrong = []
    for formula, shown in FORMULA.findall(said(text)):
        digits = re.search(r"[\d,]+(?:\.(\d+))?", shown)
        unit = Fraction(1, 10 ** len(digits[1] or ""))
        sign = -1 if "−" in shown else 1
        figure = sign * Fraction(digits[0].replace(",", ""))
        if re.search("%|pp", shown) and re.search("[/%]", formula):  # else a value whose unit is percent
            figure, unit = figure / 100, unit / 100
        if abs(worked_out(formula) - figure) > unit / 2:
            wrong.append((f"{formula} = {shown}", worked_out(formula)))
    return wrong


@cache
def shown(project: str, lang: str = "en") -> dict[str, Workings]:
    as_of, facts, found = PROJECTS[project], kp.load(project, DATA), made(project)
    period = kp.project_period(facts.projects, as_of=as_of)
    course = kp.indicator_course(facts.indicators, facts.targets, facts.measurements, facts.projects, as_of=as_of)
    frames = [found[name] for name in NAMES]
    shares, sources, fulfilment, timeline, money, progress = frames
    return {
        "key_figures": workings.key_figures(sources, money, period, lang=lang),
        "budget_shares": workings.budget_shares(shares, sources, lang=lang),
        "drawdown": workings.drawdown(money, period, lang=lang),
        "three_way": workings.three_way(progress, fulfilment, lang=lang),
        "indicator_fulfilment": workings.indicator_fulfilment(fulfilment, course, as_of=as_of, full=True, lang=lang),
        "activity_timeline": workings.activity_timeline(timeline, lang=lang),
    }


def lines(one: Workings) -> dict[str, str]:
    return {line.label: said(line.text) for line in one.lines}


# --- the formulas come out ---


@pytest.mark.parametrize("project", PROJECTS)
def test_every_formula_comes_to_its_figure(project):
    told = [line.text for one in shown(project).values() if isinstance(one, Workings) for line in one.lines]

    assert [fault for text in told for fault in apart(text)] == []
    assert sum(len(FORMULA.findall(said(text))) for text in told) >= 5


def test_a_formula_that_does_not_come_out_is_seen():
    assert apart("17 / 24 = 70.9%")
    assert apart("67.6% − 66.7% = +0.8 pp")
    assert not apart("(52 − 62) / (45 − 62) = 58.8%; progress 1 / 3 = 33.3%")


MONEY = st.integers(1, 10**9).map(lambda halers: halers / 100)
VALUES = st.integers(-(10**6), 10**6).map(lambda part: part / 100)
SHARES = st.floats(0.001, 1.5)


@given(MONEY, MONEY, MONEY, st.integers(2, 4000), st.floats(0.1, 1), st.booleans())
def test_spending_comes_out_whatever_the_amounts_and_days(spent, planned, budget, days, part, aligned):
    passed, months = max(1, round(days * part)), days // 30 + 1 if aligned else days / 30.4375
    elapsed = passed / days
    shares = {"share_spent": spent / budget, "share_planned": planned / budget}
    row = one_of(
        results.DRAWDOWN,
        budget=budget,
        planned=planned,
        spent=spent,
        gap=shares["share_spent"] - shares["share_planned"],
        burn_rate=spent / (months * elapsed),
        required_rate=(budget - spent) / (months * (1 - elapsed)) if passed < days else float("nan"),
        projected_total=spent / elapsed,
        elapsed=elapsed,
        currency="CZK",
        **shares,
    )
    period = one_of(results.PROJECT_PERIOD, days=days, days_elapsed=passed, months=months, elapsed=elapsed)

    told = workings.drawdown(row, period, lang="en")

    assert [fault for line in told.lines for fault in apart(line.text)] == []


@given(actual=VALUES, baseline=VALUES, target=VALUES.filter(bool))
def test_progress_comes_out_whatever_the_values(actual, baseline, target):
    values = {"actual": actual, "baseline": baseline, "target": target}
    way = (actual - baseline) / (target - baseline) if target != baseline else float("nan")
    ratios = {"of_target": actual / target if target > 0 else float("nan"), "fulfilment": way, "gap": target - actual}
    row = one_of(results.INDICATOR_FULFILMENT, indicator_id="I", name="a", **values, **ratios)

    told = workings.indicator_fulfilment(row, as_of="2020-01-01", full=True, lang="en")

    assert [fault for line in told.lines for fault in apart(line.text)] == []


@given(st.lists(SHARES, min_size=1, max_size=30), SHARES, SHARES)
def test_results_and_differences_come_out_whatever_the_shares(reached, time, money):
    counted = [min(one, 1) for one in reached]
    mean = sum(counted) / len(counted)
    row = one_of(
        results.THREE_WAY,
        time=time,
        money=money,
        results=mean,
        money_minus_time=money - time,
        results_minus_time=mean - time,
        results_minus_money=mean - money,
    )
    fulfilment = pd.concat([one_of(results.INDICATOR_FULFILMENT, fulfilment=one) for one in reached])

    told = workings.three_way(row, fulfilment, lang="en")

    assert [fault for line in told.lines for fault in apart(line.text)] == []


# --- the cases that the issue names ---


def test_of_usti_the_coverage_is_shown_with_its_sum_and_cost():
    told = lines(shown("usti")["budget_shares"])

    assert told["Sources as a share of the cost"] == "2,731,608 / 2,626,545 = 104.0%"
    assert told["Sources minus cost"] == "2,731,608 − 2,626,545 = CZK 105,063"
    assert told["Sum of the sources"] == "315,186 + 2,416,422 = CZK 2,731,608"


def test_an_amount_that_was_computed_shows_from_which_share():
    told = [said(line.text) for line in shown("ostrava")["budget_shares"].lines if line.label == "ESF/OP LZZ"]

    assert told == ["85% × 3,648,425.00 = CZK 3,101,161.25", "3,101,161.25 / 3,648,425.00 = 85.0%"]


def of_one(**values: object) -> str:
    frame = one_of(results.INDICATOR_FULFILMENT, indicator_id="I", name="a", **values)
    told = workings.indicator_fulfilment(frame, as_of="2020-01-01", lang="en")
    return said(told.lines[0].text) if told.lines else ""


def test_an_assumed_baseline_is_said_beside_the_progress_that_rests_on_it():
    values = {"actual": 17.0, "target": 24.0, "of_target": 17 / 24, "fulfilment": 17 / 24}

    assert of_one(baseline=0.0, assumed=True, **values) == (
        "achievement and progress (17 − 0) / (24 − 0) = 70.8%; the baseline of 0 is assumed"
    )


def test_from_a_baseline_of_its_own_progress_and_achievement_differ():
    assert of_one(actual=19.0, baseline=6.0, target=24.0, of_target=19 / 24, fulfilment=13 / 18) == (
        "achievement 19 / 24 = 79.2%; progress (19 − 6) / (24 − 6) = 72.2%"
    )


def test_a_negative_number_after_an_operator_stands_in_brackets():
    share = one_of(results.THREE_WAY, time=0.402, results=-0.1, results_minus_time=-0.502)

    told = workings.three_way(share, one_of(results.INDICATOR_FULFILMENT, fulfilment=-0.1), lang="en")
    assert "\u221210.0% \u2212 40.2% = \u221250.2 pp" in said(told)  # none before the first
    money = one_of(results.THREE_WAY, money=0.402, results=-0.1, results_minus_money=-0.502, time=-0.1)
    money = money.assign(money_minus_time=0.502)
    told = workings.three_way(money, one_of(results.INDICATOR_FULFILMENT), lang="en")
    assert "40.2% \u2212 (\u221210.0%) = 50.2 pp" in said(told).replace("+", "")
    assert of_one(actual=5.0, baseline=-5.0, target=10.0, fulfilment=10 / 15) == (
        "progress (5 \u2212 (\u22125)) / (10 \u2212 (\u22125)) = 66.7%"
    )


def test_the_sources_are_not_said_to_match_where_they_do_not():
    told = said(shown("usti")["budget_shares"])

    assert "They match where the difference is within it." in told
    assert "the sources match the cost" not in told


def test_shares_get_the_decimals_that_the_arithmetic_needs():
    values = {"unit": "%", "accumulation": "ratio", "actual": 10 / 13, "target": 0.8, "of_target": 10 / 13 / 0.8}

    assert of_one(**values) == "achievement 76.92% / 80.00% = 96.2%"


def test_what_is_to_be_kept_is_met_or_not():
    values = {"direction": "maintain", "actual": 35.0, "target": 38.0}

    assert of_one(fulfilment=0.0, **values) == "the target is not kept, within its tolerance"
    assert of_one(fulfilment=1.0, **values) == "the target is kept, within its tolerance"


def test_a_progress_that_is_missing_says_why():
    assert of_one(actual=29.0, target=35.0, of_target=29 / 35, reason="no_baseline") == (
        "achievement 29 / 35 = 82.9%; the baseline is not stated"
    )


def test_where_two_roundings_meet_the_formula_keeps_its_plain_numbers():
    """140,803.125 in binary lies just below: no more decimals make the printed figure come out of it."""
    told = lines(shown_on("demo", "2022-12-31"))

    assert told["Needed per month from now on"].startswith(
        "(5,207,430.00 − 3,517,792.50) / ((1 − 730 / 1,095) × 36) = CZK 140,803.1"
    )


def shown_on(project: str, as_of: str) -> Workings:
    facts = kp.load(project, DATA)
    money = kp.drawdown(facts.finance_plan, facts.transactions, facts.projects, as_of=as_of)
    return workings.drawdown(money, kp.project_period(facts.projects, as_of=as_of), lang="en")


# --- every figure is explained ---

INPUTS = {
    *("project_id", "source", "kind", "declared_share", "currency", "total_cost", "budget"),
    *("indicator_id", "code", "name", "unit", "direction", "accumulation", "scale", "baseline", "assumed", "target"),
    *("original_target", "due", "actual", "measured_on", "status"),
    *("activity_id", "title", "planned_start", "planned_end", "actual_start", "actual_end", "outside_project"),
}  # stated in the documents, or words for what is explained beside
NOT_SHOWN = {"share_of_sum", "deviation", "derived", "days_elapsed", "project_elapsed"}


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_a_key_table_has_a_formula_or_a_reason(name):
    one = shown("demo")["budget_shares" if name == "reconciliation" else name]
    derived = {"amount"} if name == "budget_shares" else set()  # in the demo every amount is stated

    missing = {column.name for column in results.RESULT_TABLES[name].columns} - one.told - INPUTS - NOT_SHOWN - derived

    assert missing == set()


def test_the_computed_amounts_are_explained_where_there_are_any():
    assert "amount" in shown("ostrava")["budget_shares"].told


def test_each_figure_of_the_drawdown_has_a_line_but_the_sums():
    assert set(lines(shown_on("demo", "2022-12-31"))) == {
        "Spent, share of the budget",
        "Planned, share of the budget",
        "Spent minus planned",
        "Spent per month so far",
        "Needed per month from now on",
        "Projected total at this rate",
        "Time elapsed",
    }


def test_where_there_is_no_table_there_are_no_workings():
    assert [name for name, one in shown("usti").items() if isinstance(one, Omitted)] == [
        "drawdown",
        "three_way",
        "indicator_fulfilment",
        "activity_timeline",
    ]


@pytest.mark.parametrize("project", PROJECTS)
def test_both_languages_explain_the_same(project):
    for name, one in shown(project).items():
        other = shown(project, "cs")[name]
        assert type(other) is type(one)
        if isinstance(one, Workings):
            assert [len(FORMULA.findall(said(line.text))) for line in other.lines] == [
                len(FORMULA.findall(said(line.text))) for line in one.lines
            ]
            assert other.told == one.told


def test_the_workings_are_closed_details_whose_labels_are_text():
    row = one_of(results.INDICATOR_FULFILMENT, indicator_id="I", name="<b>a", actual=1.0, target=2.0, of_target=0.5)

    html = markup(workings.indicator_fulfilment(row, as_of="2020-01-01", lang="en"))

    assert html.startswith('<details class="workings"><summary>How this was computed</summary>')
    assert '<li><span class="quoted">&lt;b&gt;a</span>: achievement 1 / 2 = 50.0%</li>' in html
