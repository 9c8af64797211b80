"""What does each measure hand back: one row of what, and which columns?

Declared as tables like the data themselves, so that headings, units and the data dictionary come from one place.
Shares, fulfilment and gaps between shares are fractions of 1; money is in the project's currency.
"""

from __future__ import annotations

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
from kpeval.results.plan import PLAN_RESULTS
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
from kpeval.results.public import PUBLIC_RESULTS

__all__ = [
    "ACTIVITY_TIMELINE",
    "BREAKDOWN",
    "BUDGET_SHARES",
    "CHANGES",
    "CLAIMS",
    "CONVERTED_AMOUNTS",
    "DRAWDOWN",
    "DRAWDOWN_CURVE",
    "EARNED_VALUE",
    "FINDINGS",
    "INDICATOR_BREAKDOWN",
    "INDICATOR_COURSE",
    "INDICATOR_FULFILMENT",
    "MEETINGS",
    "MEETING_DAYS",
    "MONEY_STAGES",
    "OUTPUT_DELIVERY",
    "OVERLAPS",
    "PERSONS_COUNTED",
    "PERSONS_REACHED",
    "PROJECT_PERIOD",
    "RECOMMENDATIONS",
    "RECONCILIATION",
    "RESULT_TABLES",
    "SPENDING",
    "THREE_WAY",
    "TRAINING_BANDS",
    "TRAINING_HOURS",
    "TRAINING_SUMMARY",
    "UNIT_COSTS",
    "fraction",
    "result",
]

RESULT_TABLES = {
    table.name: table for table in (*PROJECT_RESULTS, *MONEY_RESULTS, *PEOPLE_RESULTS, *PLAN_RESULTS, *PUBLIC_RESULTS)
}
