"""kpeval: evaluates publicly funded social projects, as far as their documents say.

The public names, in the order in which they are used: load a project, measure it as of a day, check it, show it.
Each is imported when it is first used: pandas takes half a second and matplotlib as much again, which listing what is
out of date need not wait for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kpeval.checks import findings
    from kpeval.compared import changes
    from kpeval.faults import DataError
    from kpeval.folders import project_names
    from kpeval.measures.assessment import self_assessment
    from kpeval.measures.budget import budget_shares, reconciliation
    from kpeval.measures.continuity import plan_continuity
    from kpeval.measures.converted import converted_amounts
    from kpeval.measures.drawdown import drawdown, drawdown_curve, three_way
    from kpeval.measures.earned_value import earned_value
    from kpeval.measures.groups import canonical_groups, group_areas, group_coverage
    from kpeval.measures.indicators import indicator_course, indicator_fulfilment
    from kpeval.measures.meetings import meeting_days
    from kpeval.measures.outputs import delivered_outputs, documents_counted
    from kpeval.measures.plan import measure_states, plan_fulfilment
    from kpeval.measures.plan_record import evaluation_coverage, measure_money
    from kpeval.measures.public import comment_settlement, plan_steps
    from kpeval.measures.revision import plan_revision, plan_successions
    from kpeval.measures.spending import spending
    from kpeval.measures.stages import claims, money_stages
    from kpeval.measures.survival import goal_survival
    from kpeval.measures.timeline import activity_timeline, output_delivery, overlaps, project_period
    from kpeval.measures.training import persons_counted, persons_reached, training_hours
    from kpeval.measures.unit_costs import unit_costs
    from kpeval.present import charts, sentences, tables, workings
    from kpeval.present.commentary import commentary, evaluation_questions, recommendations
    from kpeval.present.cover import cover, provenance
    from kpeval.present.key_figures import key_figures
    from kpeval.privacy.disclosure import indicator_breakdown
    from kpeval.privacy.meetings import meetings
    from kpeval.privacy.reach import reach_change
    from kpeval.privacy.training import training_bands, training_summary
    from kpeval.project import Project, load

__all__ = [
    "DataError",
    "Project",
    "activity_timeline",
    "budget_shares",
    "canonical_groups",
    "changes",
    "charts",
    "claims",
    "comment_settlement",
    "commentary",
    "converted_amounts",
    "cover",
    "delivered_outputs",
    "documents_counted",
    "drawdown",
    "drawdown_curve",
    "earned_value",
    "evaluation_coverage",
    "evaluation_questions",
    "findings",
    "goal_survival",
    "group_areas",
    "group_coverage",
    "indicator_breakdown",
    "indicator_course",
    "indicator_fulfilment",
    "key_figures",
    "load",
    "measure_money",
    "measure_states",
    "meeting_days",
    "meetings",
    "money_stages",
    "output_delivery",
    "overlaps",
    "persons_counted",
    "persons_reached",
    "plan_continuity",
    "plan_fulfilment",
    "plan_revision",
    "plan_steps",
    "plan_successions",
    "project_names",
    "project_period",
    "provenance",
    "reach_change",
    "recommendations",
    "reconciliation",
    "self_assessment",
    "sentences",
    "spending",
    "tables",
    "three_way",
    "training_bands",
    "training_hours",
    "training_summary",
    "unit_costs",
    "workings",
]

_HOMES = {
    "kpeval.checks": ("findings",),
    "kpeval.compared": ("changes",),
    "kpeval.faults": ("DataError",),
    "kpeval.folders": ("project_names",),
    "kpeval.measures.assessment": ("self_assessment",),
    "kpeval.measures.budget": ("budget_shares", "reconciliation"),
    "kpeval.measures.continuity": ("plan_continuity",),
    "kpeval.measures.converted": ("converted_amounts",),
    "kpeval.measures.drawdown": ("drawdown", "drawdown_curve", "three_way"),
    "kpeval.measures.earned_value": ("earned_value",),
    "kpeval.measures.groups": ("canonical_groups", "group_areas", "group_coverage"),
    "kpeval.measures.indicators": ("indicator_course", "indicator_fulfilment"),
    "kpeval.measures.outputs": ("delivered_outputs", "documents_counted"),
    "kpeval.measures.public": ("comment_settlement", "plan_steps"),
    "kpeval.measures.revision": ("plan_revision", "plan_successions"),
    "kpeval.measures.survival": ("goal_survival",),
    "kpeval.measures.plan": ("measure_states", "plan_fulfilment"),
    "kpeval.measures.plan_record": ("evaluation_coverage", "measure_money"),
    "kpeval.measures.spending": ("spending",),
    "kpeval.measures.stages": ("claims", "money_stages"),
    "kpeval.measures.meetings": ("meeting_days",),
    "kpeval.measures.timeline": ("activity_timeline", "output_delivery", "overlaps", "project_period"),
    "kpeval.measures.unit_costs": ("unit_costs",),
    "kpeval.measures.training": ("persons_counted", "persons_reached", "training_hours"),
    "kpeval.present": ("charts", "sentences", "tables", "workings"),
    "kpeval.present.commentary": ("commentary", "evaluation_questions", "recommendations"),
    "kpeval.present.cover": ("cover", "provenance"),
    "kpeval.present.key_figures": ("key_figures",),
    "kpeval.privacy.disclosure": ("indicator_breakdown",),
    "kpeval.privacy.reach": ("reach_change",),
    "kpeval.privacy.meetings": ("meetings",),
    "kpeval.privacy.training": ("training_bands", "training_summary"),
    "kpeval.project": ("Project", "load"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """The public name `name`, from the module that is its home."""
    if name not in _HOME:
        raise AttributeError(f"kpeval has no attribute '{name}'")
    home = import_module(_HOME[name])
    value = import_module(f"{home.__name__}.{name}") if home.__name__ == "kpeval.present" else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
