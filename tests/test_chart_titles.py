"""Each chart's title is its finding, worded from the numbers, in every state they can be in, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from test_charts import (
    NOW,
    PLANS,
    PROJECTS,
    SPENT,
    STEPS,
    chart_of,
    frame,
    fulfilment,
    shares,
)

from kpeval.measures.budget import budget_shares
from kpeval.measures.drawdown import drawdown, drawdown_curve
from kpeval.measures.indicators import indicator_course, indicator_fulfilment
from kpeval.measures.timeline import activity_timeline
from kpeval.present import charts

LONG = 15  # words of a title
Make = Callable[[str], Any]


def budget(*amounts: float | None) -> Make:
    rows = [(f"source {place}", "own", None, amount) for place, amount in enumerate(amounts)]
    return lambda lang: charts.budget_shares(*shares(*rows), lang=lang)


def of_the_sum(*amounts: float) -> Make:
    rows = [(f"source {place}", "own", amount) for place, amount in enumerate(amounts)]
    found = budget_shares(frame("source kind declared_amount", *rows))
    return lambda lang: charts.budget_shares(found, lang=lang)


def reached(*values: float | None, due: str = NOW) -> Make:
    rows = [(f"i{place}", 10, value) for place, value in enumerate(values)]
    found = fulfilment(*rows, due=due)
    return lambda lang: charts.indicator_fulfilment(found, lang=lang)


LATER = "2022-12-31"


def reached_by(days: dict[str, float]) -> Make:
    """An indicator for each due day, with what was reached of 10."""
    found = pd.concat([fulfilment((due, 10, value), due=due) for due, value in days.items()], ignore_index=True)
    return lambda lang: charts.indicator_fulfilment(found, lang=lang)


def run(*rows: tuple[Any, ...], as_of: str = NOW, plans: bool = False) -> Make:
    """Activities of planned start and end, actual start and end."""
    columns = "activity_id title planned_start planned_end actual_start actual_end"
    activities = frame(columns, *((f"KA{place}", "Work", *row) for place, row in enumerate(rows, 1)))
    found = activity_timeline(activities, PROJECTS, as_of=as_of)
    return lambda lang: charts.activity_timeline(found, as_of=as_of, plans=PLANS if plans else None, lang=lang)


HALF = ("2021-01-01", "2021-06-30")
STAYS = (*HALF, "2021-01-01", None)
DONE, LATE, NONE, GOES = (*HALF, *HALF), (*HALF, "2021-01-01", "2021-07-02"), (*HALF, None, None), (*HALF[:1], LATER)


def money(factor: float = 1, *, steps: Any = STEPS, spent: Any = SPENT, budget: float | None = 1_000_000) -> Make:
    owners = PROJECTS.assign(total_cost=budget).astype({"total_cost": float})
    moves = spent.assign(amount=spent["amount"] * factor)
    found = drawdown(steps, moves, owners, as_of=NOW)
    days = drawdown_curve(steps, moves, owners, as_of=NOW)
    return lambda lang: charts.drawdown(found, days, as_of=NOW, lang=lang)


def moved(*values: float | None, revised: int = 0, target: float | None = 10, due: str = LATER) -> Make:
    """Indicators measured in spring and on a day in December; the first so many targets were revised."""
    names = [f"i{place}" for place in range(len(values))]
    indicators = frame("indicator_id name", *((name, f"Indicator {name}") for name in names))
    goals = [(name, due, target, None) for name in names] + [
        (name, due, 12.0, "2021-06-01") for name in names[:revised]
    ]
    spring = [(name, "2021-03-31", 1) for name, value in zip(names, values, strict=True) if value is not None]
    winter = [(name, "2021-12-01", value) for name, value in zip(names, values, strict=True) if value is not None]
    tables = (
        indicators,
        frame("indicator_id due target effective_on", *goals),
        frame("indicator_id measured_on actual", *spring, *winter),
        PROJECTS,
    )
    days, found = indicator_course(*tables, as_of=NOW), indicator_fulfilment(*tables, as_of=NOW)
    return lambda lang: charts.indicator_course(days, found, as_of=NOW, lang=lang)


def step(time: float, money: float, results: float | None = None) -> Make:
    row = pd.DataFrame([{"project_id": "p", "time": time, "money": money, "results": results}]).astype(
        {"results": float}
    )
    row["money_minus_time"], row["results_minus_time"] = row["money"] - time, row["results"] - time
    row["results_minus_money"], row["indicators_counted"] = row["results"] - money, 3
    return lambda lang: charts.three_way(row, lang=lang)


CASES: dict[str, tuple[Make, str, str]] = {
    "two sources, equal": (
        budget(9e5, 1e5),
        "The sources add up to the total cost; source 0 gives 90.0%",
        "Zdroje souhlasí s~celkovými náklady; source 0: 90,0~%",
    ),
    "two sources, over": (
        budget(9e5, 14e4),
        "2 sources together promise 104.0% of the cost: a surplus of CZK~40,000",
        "2 zdroje dohromady slibují 104,0~% nákladů: přesah 40~000~Kč",
    ),
    "five sources, over": (
        budget(9e5, 1e4, 1e4, 1e4, 11e4),
        "5 sources together promise 104.0% of the cost: a surplus of CZK~40,000",
        "5 zdrojů dohromady slibuje 104,0~% nákladů: přesah 40~000~Kč",
    ),
    "one source, over": (
        budget(104e4),
        "The only source promises 104.0% of the cost: a surplus of CZK~40,000",
        "Jediný zdroj slibuje 104,0~% nákladů: přesah 40~000~Kč",
    ),
    "two sources, under": (
        budget(9e5, 5e4),
        "2 sources together cover only 95.0% of the cost: CZK~50,000 is missing",
        "2 zdroje dohromady kryjí jen 95,0~% nákladů: chybí 50~000~Kč",
    ),
    "one source, under": (
        budget(9e5),
        "The only source covers 90.0% of the cost: CZK~100,000 is missing",
        "Jediný zdroj kryje 90,0~% nákladů: chybí 100~000~Kč",
    ),
    "forty sources, under": (
        budget(*[1e4] * 40),
        "40 sources together cover only 40.0% of the cost: CZK~600,000 is missing",
        "40 zdrojů dohromady kryje jen 40,0~% nákladů: chybí 600~000~Kč",
    ),
    "one of three states nothing": (
        budget(4e5, 1e5, None),
        "The amounts stated come to 50.0% of the cost; 1 source states none",
        "Uvedené částky činí 50,0~% nákladů; 1 zdroj částku nemá",
    ),
    "two of four state nothing": (
        budget(4e5, 1e5, None, None),
        "The amounts stated come to 50.0% of the cost; 2 sources state none",
        "Uvedené částky činí 50,0~% nákladů; 2 zdroje částku nemají",
    ),
    "no total": (
        of_the_sum(900, 100),
        "Of the sources source 0 gives the largest part, 90.0%",
        "Největší část zdrojů: source 0, 90,0~%",
    ),
    "both achieved": (
        reached(10, 11),
        "Both indicators have reached their targets",
        "Oba indikátory dosáhly cílové hodnoty",
    ),
    "three achieved": (
        reached(10, 11, 10),
        "All 3 indicators have reached their targets",
        "Cílové hodnoty dosáhly všechny 3 indikátory",
    ),
    "five achieved": (
        reached(10, 11, 10, 10, 10),
        "All 5 indicators have reached their targets",
        "Cílové hodnoty dosáhlo všech 5 indikátorů",
    ),
    "none achieved": (reached(1, 2), "No indicator has reached its target", "Cílové hodnoty nedosáhl žádný indikátor"),
    "one achieved, one missed": (
        reached(10, 2),
        "1 of 2 indicators has reached its target; 1 has missed it",
        "Cílové hodnoty dosáhl 1 indikátor z~celkem 2; 1 jí nedosáhl",
    ),
    "two achieved, five missed": (
        reached(10, 10, 2, 2, 2, 2, 2),
        "2 of 7 indicators have reached their targets; 5 have missed theirs",
        "Cílové hodnoty dosáhly 2 indikátory z~celkem 7; 5 jí nedosáhlo",
    ),
    "one achieved, one without a value": (
        reached(10, None, 11),
        "2 of 3 indicators have reached their targets; 1 has no value",
        "Cílové hodnoty dosáhly 2 indikátory z~celkem 3; 1 nemá údaj",
    ),
    "one achieved, the others on time": (
        reached(10, 5, 5, due=LATER),
        "1 of 3 indicators has reached its target",
        "Cílové hodnoty dosáhl 1 indikátor z~celkem 3",
    ),
    "both on time": (
        reached(5, 5, due=LATER),
        "Both indicators are on track or ahead",
        "Oba indikátory jsou v~souladu s~plánem nebo v~předstihu",
    ),
    "one on time, one missed": (
        reached_by({NOW: 2, LATER: 5}),
        "1 of 2 indicators is on track or ahead; 1 has missed its target",
        "V~souladu s~plánem nebo v~předstihu je 1 indikátor z~celkem 2; 1 cílové hodnoty nedosáhl",
    ),
    "one on time, behind, without a value": (
        reached(5, 1, None, due=LATER),
        "1 of 3 indicators is on track or ahead; 1 is behind",
        "V~souladu s~plánem nebo v~předstihu je 1 indikátor z~celkem 3; 1 se opožďuje",
    ),
    "all behind": (
        reached(1, 1, 1, due=LATER),
        "No indicator has reached its target; 3 are behind",
        "Cílové hodnoty nedosáhl žádný indikátor; 3 se opožďují",
    ),
    "one indicator on its way": (
        reached(5, due=LATER),
        "The indicator is on track or ahead",
        "Indikátor je v~souladu s~plánem nebo v~předstihu",
    ),
    "activities all finished": (
        run(DONE, DONE),
        "Both activities are finished, neither later than planned",
        "Obě aktivity skončily, žádná později, než bylo plánováno",
    ),
    "one finished late": (
        run(DONE, LATE),
        "1 of 2 activities ended late, KA2 by 2 days",
        "Později, než bylo plánováno, skončila 1 aktivita z~celkem 2: KA2, 2 dny",
    ),
    "five finished late": (
        run(LATE, LATE, LATE, LATE, LATE),
        "5 of 5 activities ended late, KA5 most, by 2 days",
        "Později, než bylo plánováno, skončilo 5 aktivit z~celkem 5, nejvíce KA5: 2 dny",
    ),
    "the only one finished late": (
        run(LATE, plans=True),
        "The activity ended 2 days late",
        "Aktivita skončila o~2 dny později, než bylo plánováno",
    ),
    "the only one goes on past its end": (
        run(STAYS, plans=True),
        "The activity is 184 days past its planned end",
        "Aktivita překročila plánované ukončení o~184 dnů",
    ),
    "one goes on past its end": (
        run(STAYS, DONE),
        "1 of 2 activities is past its planned end, KA1 by 184 days",
        "Plánované ukončení překročila 1 aktivita z~celkem 2: KA1, 184 dnů",
    ),
    "one finished late, one goes on past its end": (
        run(STAYS, LATE),
        "2 of 2 activities are late at their end, KA1 most, by 184 days",
        "Ukončením se opozdily 2 aktivity z~celkem 2, nejvíce KA1: 184 dnů",
    ),
    "of equal sources the last is named": (
        budget(5e5, 5e5),
        "The sources add up to the total cost; source 1 gives 50.0%",
        "Zdroje souhlasí s~celkovými náklady; source 1: 50,0~%",
    ),
    "nothing recorded": (
        run(NONE, NONE),
        "2 activities are planned; when they ran is not recorded",
        "Plánovány jsou 2 aktivity; kdy probíhaly, není zaznamenáno",
    ),
    "one activity, nothing recorded": (
        run(NONE, plans=True),
        "1 activity is planned; when it ran is not recorded",
        "Plánována je 1 aktivita; kdy probíhala, není zaznamenáno",
    ),
    "one of two not recorded": (
        run(DONE, NONE),
        "When 1 of 2 activities ran is not recorded",
        "Kdy probíhala 1 aktivita z~celkem 2, není zaznamenáno",
    ),
    "none begun": (
        run(NONE, NONE, as_of="2020-12-01"),
        "2 activities are planned, none has begun",
        "Plánovány jsou 2 aktivity, žádná nezačala",
    ),
    "all begun": (
        run(DONE, ("2021-01-01", LATER, "2021-01-01", None)),
        "Both activities have begun, neither is behind its planned end",
        "Obě aktivity začaly, žádná nepřekračuje plánované ukončení",
    ),
    "one of two begun": (
        run(DONE, (LATER, LATER, None, None)),
        "1 of 2 activities has begun, none is behind its planned end",
        "Začala 1 aktivita z~celkem 2, žádná nepřekračuje plánované ukončení",
    ),
    "spent less": (
        money(),
        "35.0% of the budget is spent, 5.0~pp less than planned",
        "Vyčerpáno je 35,0~% rozpočtu, o~5,0~p.~b. méně, než bylo plánováno",
    ),
    "spent more": (
        money(2),
        "70.0% of the budget is spent, 30.0~pp more than planned",
        "Vyčerpáno je 70,0~% rozpočtu, o~30,0~p.~b. více, než bylo plánováno",
    ),
    "spent as planned": (
        money(8 / 7),
        "40.0% of the budget is spent, as planned",
        "Vyčerpáno je 40,0~% rozpočtu, podle plánu",
    ),
    "spent more than the budget": (
        money(4),
        "140.0% of the budget is spent, 100.0~pp more than planned",
        "Vyčerpáno je 140,0~% rozpočtu, o~100,0~p.~b. více, než bylo plánováno",
    ),
    "nothing spent": (
        money(spent=SPENT.iloc[:0]),
        "No spending is recorded; 40.0% of the budget was planned",
        "Čerpání není zaznamenáno; plánováno bylo 40,0~% rozpočtu",
    ),
    "no plan": (
        money(steps=STEPS.iloc[:0]),
        "35.0% of the budget is spent; no plan is stated",
        "Vyčerpáno je 35,0~% rozpočtu; plán není uveden",
    ),
    "no budget": (
        money(budget=None),
        "CZK~350,000 is spent, CZK~50,000 less than planned",
        "Vyčerpáno je 350~000~Kč, o~50~000~Kč méně, než bylo plánováno",
    ),
    "no budget, nothing spent": (
        money(spent=SPENT.iloc[:0], budget=None),
        "No spending is recorded; CZK~400,000 was planned by the day",
        "Čerpání není zaznamenáno; k~danému dni bylo plánováno 400~000~Kč",
    ),
    "no budget, no plan": (
        money(steps=STEPS.iloc[:0], budget=None),
        "CZK~350,000 is spent; neither a budget nor a plan is stated",
        "Vyčerpáno je 350~000~Kč; rozpočet ani plán není uveden",
    ),
    "no budget, as planned": (
        money(8 / 7, budget=None),
        "CZK~400,000 is spent, as planned",
        "Vyčerpáno je 400~000~Kč, jak bylo plánováno",
    ),
    "course: one behind of two": (
        moved(5, 2),
        "1 of 2 indicators is behind what was expected",
        "Za očekáváním zaostává 1 indikátor z~celkem 2",
    ),
    "course: one behind, one revised": (
        moved(6, 2, revised=1),
        "1 of 2 indicators is behind what was expected; 1 target was revised",
        "Za očekáváním zaostává 1 indikátor z~celkem 2; 1 cílová hodnota se změnila",
    ),
    "course: two behind of five, two revised": (
        moved(6, 6, 6, 2, 2, revised=2),
        "2 of 5 indicators are behind what was expected; 2 targets were revised",
        "Za očekáváním zaostávají 2 indikátory z~celkem 5; 2 cílové hodnoty se změnily",
    ),
    "course: both behind": (
        moved(2, 2),
        "Both indicators are behind what was expected",
        "Oba indikátory zaostávají za očekáváním",
    ),
    "course: five behind": (
        moved(2, 2, 2, 2, 2),
        "All 5 indicators are behind what was expected",
        "Za očekáváním zaostává všech 5 indikátorů",
    ),
    "course: both as expected": (
        moved(5, 6),
        "Both indicators are where they were expected, or further",
        "Oba indikátory jsou tam, kde se očekávalo, nebo dál",
    ),
    "course: five as expected, five revised": (
        moved(6, 7, 8, 9, 9, revised=5),
        "All 5 indicators are where they were expected, or further; 5 targets were revised",
        "Všech 5 indikátorů je tam, kde se očekávalo, nebo dál; 5 cílových hodnot se změnilo",
    ),
    "course: one as expected": (
        moved(5),
        "The indicator is where it was expected, or further",
        "Indikátor je tam, kde se očekávalo, nebo dál",
    ),
    "course: no targets": (
        moved(5, 6, target=None),
        "2 indicators have values, and no way to a target to compare them with",
        "2 indikátory mají hodnoty, ale není s~čím je srovnat",
    ),
    "time and money": (
        step(0.5, 0.2),
        "Spending lags behind time: 20.0% spent after 50.0% of the time",
        "Čerpání zaostává za časem: vyčerpáno 20,0~% po 50,0~% doby realizace",
    ),
    "money ahead of time": (
        step(0.5, 0.9, 0.55),
        "Spending runs ahead of time: 90.0% spent after 50.0% of the time",
        "Čerpání předbíhá čas: vyčerpáno 90,0~% po 50,0~% doby realizace",
    ),
    "results behind time": (
        step(0.5, 0.45, 0.1),
        "Results lag behind time: 10.0% reached after 50.0% of the time",
        "Výsledky zaostávají za časem: dosaženo 10,0~% po 50,0~% doby realizace",
    ),
    "results ahead of time": (
        step(0.5, 0.55, 0.9),
        "Results run ahead of time: 90.0% reached after 50.0% of the time",
        "Výsledky předbíhají čas: dosaženo 90,0~% po 50,0~% doby realizace",
    ),
    "results behind money": (
        step(0.5, 0.6, 0.35),
        "Results lag behind spending: 35.0% reached for 60.0% of the money",
        "Výsledky zaostávají za čerpáním: dosaženo 35,0~% za 60,0~% peněz",
    ),
    "results ahead of money": (
        step(0.5, 0.35, 0.6),
        "Results run ahead of spending: 60.0% reached for 35.0% of the money",
        "Výsledky předbíhají čerpání: dosaženo 60,0~% za 35,0~% peněz",
    ),
    "all three in step": (
        step(0.5, 0.5, 0.45),
        "Time 50.0%, money 50.0% and results 45.0% keep step",
        "Čas 50,0~%, peníze 50,0~% a~výsledky 45,0~%: postupují shodně",
    ),
    "two in step": (
        step(0.5, 0.48),
        "Time 50.0% and money 48.0% keep step",
        "Čas 50,0~% a~peníze 48,0~%: postupují shodně",
    ),
    "course: past the due day": (
        moved(10, 6, due="2021-12-15"),
        "1 of 2 indicators is behind what was expected",
        "Za očekáváním zaostává 1 indikátor z~celkem 2",
    ),
}


@pytest.mark.parametrize("lang", ["en", "cs"])
@pytest.mark.parametrize("case", CASES)
def test_the_title_is_the_finding(case: str, lang: str) -> None:
    make, english, czech = CASES[case]
    title = chart_of(make(lang)).title
    assert title.replace("\u00a0", "~") == {"en": english, "cs": czech}[lang]
    assert len(title.split(" ")) <= LONG
    assert title[0].isupper() or title[0].isdigit()
    assert not title.endswith(".")


@pytest.mark.parametrize("lang", ["en", "cs"])
def test_no_number_is_parted_from_its_unit(lang: str) -> None:
    for make, *_ in CASES.values():
        shown = chart_of(make(lang))
        for text in (shown.title, shown.subtitle, shown.alt):
            assert not re.search(r"\d (%|Kč|pp|p\.)|CZK \d|\d \d", text), text
