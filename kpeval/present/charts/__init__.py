"""What does each result look like? `charts.x(result, lang=…)` for every measure `x` where a picture answers a question.

A chart is a matplotlib figure with `title` (the finding), `subtitle` and `alt`. Where there is nothing to draw, or
one number only, an `Omitted` with the reason in words stands in its place.
"""

from kpeval.present.charts.budget import budget_shares
from kpeval.present.charts.calendar import meetings
from kpeval.present.charts.comments import comment_settlement
from kpeval.present.charts.course import indicator_course
from kpeval.present.charts.curve import drawdown
from kpeval.present.charts.figure import PALETTE, Chart
from kpeval.present.charts.gantt import activity_timeline
from kpeval.present.charts.groups import group_areas, group_coverage
from kpeval.present.charts.heat import measure_states
from kpeval.present.charts.indicators import indicator_fulfilment
from kpeval.present.charts.plan import plan_fulfilment
from kpeval.present.charts.spending import spending
from kpeval.present.charts.succession import plan_successions
from kpeval.present.charts.three import three_way
from kpeval.present.charts.training import training_bands

__all__ = [
    "PALETTE",
    "Chart",
    "activity_timeline",
    "budget_shares",
    "comment_settlement",
    "drawdown",
    "group_areas",
    "group_coverage",
    "indicator_course",
    "indicator_fulfilment",
    "measure_states",
    "meetings",
    "plan_fulfilment",
    "plan_successions",
    "spending",
    "three_way",
    "training_bands",
]
