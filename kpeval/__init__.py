"""kpeval: evaluates publicly funded social projects, as far as their documents say.

The public names, in the order in which they are used: load a project, measure it as of a day, check it, show it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kpeval.checks import findings
from kpeval.faults import DataError
from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.measures.drawdown import drawdown, drawdown_curve, three_way
from kpeval.measures.indicators import indicator_fulfilment
from kpeval.measures.timeline import activity_timeline, output_delivery, overlaps, project_period
from kpeval.present import sentences, tables
from kpeval.present.cover import cover, key_figures, provenance
from kpeval.project import Project, load, project_names

if TYPE_CHECKING:
    from kpeval.present import charts

__all__ = [
    "DataError",
    "Project",
    "activity_timeline",
    "budget_shares",
    "charts",
    "cover",
    "drawdown",
    "drawdown_curve",
    "findings",
    "indicator_fulfilment",
    "key_figures",
    "load",
    "output_delivery",
    "overlaps",
    "project_names",
    "project_period",
    "provenance",
    "reconciliation",
    "sentences",
    "tables",
    "three_way",
]


def __getattr__(name: str) -> Any:
    """`kp.charts`, imported when first used: matplotlib takes half a second, which a check in a shell need not wait."""
    if name == "charts":
        return import_module("kpeval.present.charts")
    raise AttributeError(f"kpeval has no attribute '{name}'")
