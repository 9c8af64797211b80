"""What does the table of each result look like? `tables.x(result, lang=…)` for every measure `x`.

A presenter computes nothing but text: headings come from the schema, numbers, money and days from the language.
What the documents do not state says so; [x] stands for what cannot be computed from them.
"""

from kpeval.present.breakdown import indicator_breakdown
from kpeval.present.changed import changes_table as changes
from kpeval.present.courses import drawdown_curve, indicator_course
from kpeval.present.found import findings
from kpeval.present.stated import areas, goals, plans, stated, target_groups
from kpeval.present.tables.project import (
    activity_timeline,
    budget_shares,
    drawdown,
    indicator_fulfilment,
    output_delivery,
    overlaps,
    reconciliation,
    three_way,
)
from kpeval.present.tables.public import (
    comment_settlement,
    delivered_outputs,
    documents_counted,
    plan_steps,
    reach_change,
)

__all__ = [
    "activity_timeline",
    "areas",
    "budget_shares",
    "changes",
    "comment_settlement",
    "delivered_outputs",
    "documents_counted",
    "drawdown",
    "drawdown_curve",
    "findings",
    "goals",
    "indicator_breakdown",
    "indicator_course",
    "indicator_fulfilment",
    "output_delivery",
    "overlaps",
    "plan_steps",
    "plans",
    "reach_change",
    "reconciliation",
    "stated",
    "target_groups",
    "three_way",
]
