"""What does the measure of a town's assessment of its own planning hand back?"""

from __future__ import annotations

from kpeval.columns import Table
from kpeval.results.making import result
from kpeval.schema import SELF_ASSESSMENT as ASSESSED
from kpeval.schema import whole

SELF_ASSESSMENT = result(
    "self_assessment",
    "an area of the quality of planning",
    "oblast kvality plánování",
    ASSESSED["area"],
    whole("number", "number of the area", "číslo oblasti"),
    whole("criteria", "criteria", "kritéria"),
    whole("met", "met", "splněno"),
    whole("partly", "met in part", "splněno částečně"),
    whole("not_met", "not met", "nesplněno"),
    whole("unanswered", "unanswered", "bez odpovědi"),
    ASSESSED["assessed_on"],
    key="area",
)

QUALITY_RESULTS: tuple[Table, ...] = (SELF_ASSESSMENT,)
