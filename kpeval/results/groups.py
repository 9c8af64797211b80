"""What do the measures of target groups hand back?"""

from __future__ import annotations

from kpeval.columns import Column, Table
from kpeval.results.making import fraction, result
from kpeval.rules.groups import NONE, STATED, SUGGESTED
from kpeval.schema import PLAN_MEASURES, TARGET_GROUPS, flag, text, whole, word

GROUP, AREA = "group", "area"
CANONICAL = TARGET_GROUPS["canonical"]
CANONICAL_GROUPS = result(
    "canonical_groups",
    "a target group, or an area of support",
    "cílová skupina nebo oblast podpory",
    word("kind", "group or area", "skupina nebo oblast", (GROUP, AREA), required=True),
    text("id", "group or area", "skupina nebo oblast", required=True),
    TARGET_GROUPS["label"],
    CANONICAL,
    word("how", "how it is known", "odkud je znám", (STATED, SUGGESTED, NONE), required=True),
    key="kind id",
)
