"""What does each measure hand back: one row of what, and which columns?

Declared as tables like the data themselves, so that headings, units and the data dictionary come from one place.
Shares, fulfilment and gaps between shares are fractions of 1; money is in the project's currency.
"""

from __future__ import annotations

from kpeval.results.groups import CANONICAL_GROUPS, GROUP_AREAS, GROUP_COVERAGE, GROUP_RESULTS
from kpeval.results.making import fraction, result
from kpeval.results.money import (
    CLAIMS,
    CONVERTED_AMOUNTS,
    EARNED_VALUE,
    MONEY_RESULTS,
    MONEY_STAGES,
    SPENDING,
    UNIT_COSTS,
)
from kpeval.results.people import (
    MEETING_DAYS,
    MEETINGS,
    PEOPLE_RESULTS,
    PERSONS_COUNTED,
    PERSONS_REACHED,
    TRAINING_BANDS,
    TRAINING_HOURS,
    TRAINING_SUMMARY,
)
from kpeval.results.plan import (
    EVALUATION_COVERAGE,
    MEASURE_MONEY,
    PLAN_FULFILMENT,
    PLAN_RESULTS,
    STATES_OF_MEASURES,
)
from kpeval.results.project import (
    ACTIVITY_TIMELINE,
    BREAKDOWN,
    BUDGET_SHARES,
    CHANGES,
    DRAWDOWN,
    DRAWDOWN_CURVE,
    FINDINGS,
    INDICATOR_BREAKDOWN,
    INDICATOR_COURSE,
    INDICATOR_FULFILMENT,
    OUTPUT_DELIVERY,
    OVERLAPS,
    PROJECT_PERIOD,
    PROJECT_RESULTS,
    RECOMMENDATIONS,
    RECONCILIATION,
    THREE_WAY,
)
from kpeval.results.public import (
    COMMENT_SETTLEMENT,
    DELIVERED_OUTPUTS,
    DOCUMENTS_COUNTED,
    PLAN_STEPS,
    PUBLIC_RESULTS,
    REACH_CHANGE,
    REACHED,
)
from kpeval.results.quality import QUALITY_RESULTS, SELF_ASSESSMENT
from kpeval.results.succession import (
    GOAL_SURVIVAL,
    PLAN_CONTINUITY,
    PLAN_REVISION,
    PLAN_SUCCESSIONS,
    SUCCESSION_RESULTS,
)

__all__ = [
    "ACTIVITY_TIMELINE",
    "BREAKDOWN",
    "BUDGET_SHARES",
    "CANONICAL_GROUPS",
    "CHANGES",
    "CLAIMS",
    "COMMENT_SETTLEMENT",
    "CONVERTED_AMOUNTS",
    "DELIVERED_OUTPUTS",
    "DOCUMENTS_COUNTED",
    "DRAWDOWN",
    "DRAWDOWN_CURVE",
    "EARNED_VALUE",
    "EVALUATION_COVERAGE",
    "FINDINGS",
    "GOAL_SURVIVAL",
    "GROUP_AREAS",
    "GROUP_COVERAGE",
    "INDICATOR_BREAKDOWN",
    "INDICATOR_COURSE",
    "INDICATOR_FULFILMENT",
    "MEASURE_MONEY",
    "MEETINGS",
    "MEETING_DAYS",
    "MONEY_STAGES",
    "OUTPUT_DELIVERY",
    "OVERLAPS",
    "PERSONS_COUNTED",
    "PERSONS_REACHED",
    "PLAN_CONTINUITY",
    "PLAN_FULFILMENT",
    "PLAN_REVISION",
    "PLAN_STEPS",
    "PLAN_SUCCESSIONS",
    "PROJECT_PERIOD",
    "REACHED",
    "REACH_CHANGE",
    "RECOMMENDATIONS",
    "RECONCILIATION",
    "RESULT_TABLES",
    "SELF_ASSESSMENT",
    "SPENDING",
    "STATES_OF_MEASURES",
    "THREE_WAY",
    "TRAINING_BANDS",
    "TRAINING_HOURS",
    "TRAINING_SUMMARY",
    "UNIT_COSTS",
    "fraction",
    "result",
]

OF_PLANS = (*PLAN_RESULTS, *SUCCESSION_RESULTS, *QUALITY_RESULTS, *GROUP_RESULTS)
RESULT_TABLES = {
    table.name: table for table in (*PROJECT_RESULTS, *MONEY_RESULTS, *PEOPLE_RESULTS, *OF_PLANS, *PUBLIC_RESULTS)
}
