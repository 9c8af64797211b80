"""How was each figure of the key tables computed? `workings.x(result, …, lang=…)`: formulas with the numbers put in.

A presenter computes nothing: every number of a formula stands in a result. What has no formula says why.
"""

from kpeval.present.worked_money import budget_shares, drawdown, key_figures
from kpeval.present.worked_progress import activity_timeline, indicator_fulfilment, three_way
from kpeval.present.worked_value import earned_value, unit_costs

__all__ = [
    "activity_timeline",
    "budget_shares",
    "drawdown",
    "earned_value",
    "indicator_fulfilment",
    "key_figures",
    "three_way",
    "unit_costs",
]
