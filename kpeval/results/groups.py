"""What do the measures of target groups hand back?"""

from __future__ import annotations

from kpeval.codes import GROUP_KINDS, GROUPS_KNOWN, NO_COVERAGE
from kpeval.columns import Table
from kpeval.results.making import fraction, result
from kpeval.schema import PLAN_MEASURES, TARGET_GROUPS, flag, text, whole, word

CANONICAL_GROUPS = result(
    "canonical_groups",
    "a target group, or an area of support",
    "cílová skupina nebo oblast podpory",
    word("kind", "what it is", "o co jde", GROUP_KINDS, required=True),
    text("id", "group or area", "skupina nebo oblast", required=True),
    TARGET_GROUPS["label"],
    TARGET_GROUPS["canonical"],
    word("how", "where the canonical name comes from", "odkud je ustálený název", GROUPS_KNOWN, required=True),
    key="kind id",
)
GROUP_COVERAGE = result(
    "group_coverage",
    "a target group in a community plan",
    "cílová skupina v komunitním plánu",
    PLAN_MEASURES["plan_id"],
    text("level", "level counted", "počítaná úroveň"),
    text("group_id", "target group", "cílová skupina", required=True),
    TARGET_GROUPS["label"],
    whole("measures", "measures that name it", "opatření, která ji jmenují"),
    whole("all_measures", "all measures of the plan", "všechna opatření plánu"),
    fraction("share_of_measures", "share of the measures", "podíl opatření"),
    whole("without_group", "measures of the plan that name no group", "opatření plánu, která nejmenují žádnou skupinu"),
    flag("forgotten", "in no measure", "v žádném opatření"),
    word("reason", "why it cannot be told", "proč to nelze určit", NO_COVERAGE),
    key="plan_id group_id",
)
GROUP_AREAS = result(
    "group_areas",
    "a target group in an area of support of a plan",
    "cílová skupina v oblasti podpory plánu",
    PLAN_MEASURES["plan_id"],
    text("level", "level counted", "počítaná úroveň"),
    text("group_id", "target group", "cílová skupina", required=True),
    TARGET_GROUPS["label"],
    PLAN_MEASURES["area_id"],
    whole("measures", "measures that name it", "opatření, která ji jmenují"),
    key="plan_id group_id area_id",
)
GROUP_RESULTS: tuple[Table, ...] = (CANONICAL_GROUPS, GROUP_COVERAGE, GROUP_AREAS)
