"""What does the table of each result look like? `tables.x(result, lang=…)` for every measure `x`.

A presenter computes nothing but text: headings come from the schema, numbers, money and days from the language.
What the documents do not state says so; [x] stands for what cannot be computed from them.
"""

from kpeval.present.breakdown import indicator_breakdown
from kpeval.present.changed import changes_table as changes
from kpeval.present.courses import drawdown_curve, indicator_course
from kpeval.present.found import findings
from kpeval.present.stated import areas, goals, stated, target_groups
from kpeval.present.tables.assessment import self_assessment
from kpeval.present.tables.groups import canonical_groups, group_areas, group_coverage
from kpeval.present.tables.indicators import indicator_fulfilment
from kpeval.present.tables.meetings import meetings
from kpeval.present.tables.money import claims, converted_amounts, money_stages, spending
from kpeval.present.tables.plan import evaluation_coverage, measure_money, measure_states, plan_fulfilment
from kpeval.present.tables.project import (
    activity_timeline,
    budget_shares,
    drawdown,
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
from kpeval.present.tables.succession import (
    goal_survival,
    plan_continuity,
    plan_flows,
    plan_revision,
    plan_successions,
)
from kpeval.present.tables.training import persons_counted, training_bands, training_summary
from kpeval.present.tables.value import earned_value, unit_costs

__all__ = [
    "activity_timeline",
    "areas",
    "budget_shares",
    "canonical_groups",
    "changes",
    "claims",
    "comment_settlement",
    "converted_amounts",
    "delivered_outputs",
    "documents_counted",
    "drawdown",
    "drawdown_curve",
    "earned_value",
    "evaluation_coverage",
    "findings",
    "goal_survival",
    "goals",
    "group_areas",
    "group_coverage",
    "indicator_breakdown",
    "indicator_course",
    "indicator_fulfilment",
    "measure_money",
    "measure_states",
    "meetings",
    "money_stages",
    "output_delivery",
    "overlaps",
    "persons_counted",
    "plan_continuity",
    "plan_flows",
    "plan_fulfilment",
    "plan_revision",
    "plan_steps",
    "plan_successions",
    "reach_change",
    "reconciliation",
    "self_assessment",
    "spending",
    "stated",
    "target_groups",
    "three_way",
    "training_bands",
    "training_summary",
    "unit_costs",
]
