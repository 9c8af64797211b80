"""What do the measures of the community plan hand back?"""

from __future__ import annotations

from kpeval import codes
from kpeval.columns import Table
from kpeval.results.making import fraction, result
from kpeval.schema import (
    EVALUATIONS,
    MEASURE_STATES,
    PLAN_MEASURES,
    PLANS,
    PROJECTS,
    day,
    flag,
    money,
    number,
    text,
    whole,
    word,
)

PLACE = whole("place", "place in the plan's tree", "místo ve stromu plánu")
NODE = (*(PLAN_MEASURES[name] for name in ("plan_id", "node_id", "parent_id", "level", "title")), PLACE)

PLAN_FULFILMENT = result(
    "plan_fulfilment",
    "a state of the measures of a plan's level, by year, area, target group or responsible body",
    "stav opatření jedné úrovně plánu, podle roku, oblasti, cílové skupiny nebo toho, kdo odpovídá",
    PLAN_MEASURES["plan_id"],
    word("by", "broken down by", "členění podle", codes.PLAN_GROUPS),
    PLAN_MEASURES["level"],
    text("category", "category", "kategorie"),
    word("status", "state", "stav", MEASURE_STATES),
    whole("measures", "measures", "opatření"),
    whole("evaluable", "measures that could be evaluated", "hodnotitelná opatření"),
    fraction("share_of_all", "share of all measures", "podíl na všech opatřeních"),
    fraction("share_of_evaluable", "share of the measures that could be evaluated", "podíl na hodnotitelných"),
    whole("percent_shown", "percent as shown (add up to 100)", "procenta, jak se uvádějí (součet 100)"),
    whole("rounding", "sum of the percentages, each rounded alone", "součet procent, každé zaokrouhleno zvlášť"),
    key="plan_id by level category status",
)
EVALUATION_COVERAGE = result(
    "evaluation_coverage",
    "a year of a plan's period",
    "rok z období plánu",
    PLANS["plan_id"],
    PLANS["title"],
    whole("year", "year", "rok"),
    whole("to_evaluate", "measures to be evaluated", "opatření k vyhodnocení"),
    whole("evaluated", "measures evaluated", "vyhodnocená opatření"),
    fraction("coverage", "share evaluated", "podíl vyhodnocených"),
    day("evaluated_on", "last evaluated on", "naposledy vyhodnoceno dne"),
    number("days_after_year", "days after the end of the year (median)", "dny po konci roku (medián)"),
    word("state", "state of the evaluation", "stav vyhodnocení", codes.COVERAGE_STATES),
    key="plan_id year",
)
STATES_OF_MEASURES = result(
    "measure_states",
    "a part of a plan in a year in which anything of the plan was evaluated",
    "část plánu v roce, za který bylo z plánu cokoli vyhodnoceno",
    *NODE,
    PLAN_MEASURES["area_id"],
    whole("depth", "levels above it", "počet úrovní nad ní"),
    flag("counted", "its level is evaluated", "její úroveň se hodnotí"),
    whole("year", "year", "rok"),
    EVALUATIONS["status"],
    word("state", "state", "stav", MEASURE_STATES),
    key="plan_id node_id year",
)
MEASURE_MONEY = result(
    "measure_money",
    "a part of a plan",
    "část plánu",
    *NODE,
    PLAN_MEASURES["planned_cost"],
    money("spent", "spent in all years", "vynaloženo za všechny roky"),
    whole("years", "years with stated spending", "roky s uvedenými výdaji"),
    fraction("share_spent", "spent, share of the planned cost", "vynaloženo, podíl plánovaných nákladů"),
    PROJECTS["currency"],
    key="plan_id node_id",
)

PLAN_RESULTS: tuple[Table, ...] = (PLAN_FULFILMENT, EVALUATION_COVERAGE, STATES_OF_MEASURES, MEASURE_MONEY)
