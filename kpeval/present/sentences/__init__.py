"""What does each result say in words? `sentences.x(result, lang=…)` for every measure `x`.

A sentence is worded from the numbers and never says more than they do. Where nothing is stated it says that.
"""

from kpeval.present.changed import changes_sentence as changes
from kpeval.present.people import indicator_breakdown, target_groups
from kpeval.present.points import main_points
from kpeval.present.sentences.assessment import self_assessment
from kpeval.present.sentences.groups import canonical_groups, group_areas, group_coverage
from kpeval.present.sentences.meetings import meetings
from kpeval.present.sentences.money import (
    claims,
    converted_amounts,
    earned_value,
    money_stages,
    spending,
    unit_costs,
)
from kpeval.present.sentences.plan import evaluation_coverage, measure_money, plan_fulfilment
from kpeval.present.sentences.project import (
    activity_timeline,
    budget_shares,
    drawdown,
    findings,
    indicator_fulfilment,
    output_delivery,
    overlaps,
    reconciliation,
    three_way,
)
from kpeval.present.sentences.public import (
    comment_settlement,
    delivered_outputs,
    documents_counted,
    plan_steps,
    reach_change,
)
from kpeval.present.sentences.succession import (
    goal_survival,
    plan_continuity,
    plan_revision,
    plan_successions,
)
from kpeval.present.sentences.training import persons_counted, training_summary

__all__ = [
    "activity_timeline",
    "budget_shares",
    "canonical_groups",
    "changes",
    "claims",
    "comment_settlement",
    "converted_amounts",
    "delivered_outputs",
    "documents_counted",
    "drawdown",
    "earned_value",
    "evaluation_coverage",
    "findings",
    "goal_survival",
    "group_areas",
    "group_coverage",
    "indicator_breakdown",
    "indicator_fulfilment",
    "main_points",
    "measure_money",
    "meetings",
    "money_stages",
    "output_delivery",
    "overlaps",
    "persons_counted",
    "plan_continuity",
    "plan_fulfilment",
    "plan_revision",
    "plan_steps",
    "plan_successions",
    "reach_change",
    "reconciliation",
    "self_assessment",
    "spending",
    "target_groups",
    "three_way",
    "training_summary",
    "unit_costs",
]
