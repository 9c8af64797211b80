"""What do the measures from plan to plan hand back?"""

from __future__ import annotations

from kpeval import codes
from kpeval.columns import Column, Table
from kpeval.results.making import fraction, result
from kpeval.schema import MEASURE_STATES, PLAN_MEASURES, PLANS, flag, text, whole, word


def signed(name: str, en: str, cs: str) -> Column:
    return Column(name, "whole", en, cs)  # days that may be below 0


RELATED = (*codes.BECAME, "new")
PLAN_CONTINUITY = result(
    "plan_continuity",
    "a community plan",
    "komunitní plán",
    PLANS["plan_id"],
    PLANS["title"],
    PLANS["period_start"],
    PLANS["period_end"],
    whole("days", "days", "dny"),
    PLANS["predecessor"],
    signed("gap_days", "days between it and the preceding plan", "dny mezi předchozím plánem a tímto"),
    PLANS["approved_on"],
    signed("approval_lag", "approved so many days after it began", "schváleno tolik dní po začátku plánu"),
    whole("project_days", "days of the project in it", "dny projektu v plánu"),
    word("state", "state", "stav", codes.PLAN_COURSES),
    flag("derived", "computed", "vypočteno"),
    flag("assumed", "assumed", "předpoklad"),
    key="plan_id",
)
PLAN_REVISION = result(
    "plan_revision",
    "a level of two plans of which one follows the other",
    "úroveň dvou po sobě jdoucích plánů",
    PLANS["predecessor"],
    PLANS["plan_id"],
    PLAN_MEASURES["level"],
    whole("nodes_old", "parts of the old plan", "části starého plánu"),
    whole("carried_over", "carried over", "převedeno"),
    whole("modified", "modified", "upraveno"),
    whole("merged", "merged", "sloučeno"),
    whole("split", "split", "rozděleno"),
    whole("dropped", "dropped", "vypuštěno"),
    whole("unlinked_old", "what became of them not stated", "neuvedeno, co se s nimi stalo"),
    fraction("share_carried", "share that goes on", "podíl pokračujících"),
    fraction("share_dropped", "share dropped", "podíl vypuštěných"),
    whole("unfulfilled", "of them not fulfilled", "z nich nenaplněno"),
    whole("unfulfilled_carried", "not fulfilled, and goes on", "nenaplněno a pokračuje"),
    fraction("carry_over_rate", "share of what was not fulfilled that goes on", "podíl nenaplněných, které pokračují"),
    whole("state_unknown", "of them without a known state", "z nich bez známého stavu"),
    whole("nodes_new", "parts of the new plan", "části nového plánu"),
    whole("new", "new", "nové"),
    whole("unlinked_new", "where they come from not stated", "neuvedeno, odkud pocházejí"),
    fraction("share_new", "share that is new", "podíl nových"),
    whole("links_left_out", "links left out", "vynechané vazby"),
    key="predecessor plan_id level",
)
PLAN_SUCCESSIONS = result(
    "plan_successions",
    "a part of one of two plans of which one follows the other",
    "část jednoho ze dvou po sobě jdoucích plánů",
    PLANS["predecessor"],
    PLANS["plan_id"],
    word("side", "in the old or the new plan", "ve starém, nebo novém plánu", codes.SIDES),
    PLAN_MEASURES["node_id"],
    PLAN_MEASURES["title"],
    PLAN_MEASURES["level"],
    word("state", "state in the old plan", "stav ve starém plánu", MEASURE_STATES),
    word("relation", "what became of it, or where it comes from", "co se s ní stalo nebo odkud pochází", RELATED),
    text("others", "as which parts of the other plan", "jako které části druhého plánu"),
    text("reason", "why", "proč"),
    key="predecessor plan_id side node_id",
)
GOAL_SURVIVAL = result(
    "goal_survival",
    "a part of a plan that continues no earlier one",
    "část plánu, která nenavazuje na žádnou dřívější",
    PLAN_MEASURES["node_id"],
    PLANS["plan_id"],
    PLAN_MEASURES["level"],
    PLAN_MEASURES["title"],
    word("origin", "where it comes from", "odkud pochází", codes.ORIGINS),
    whole("plans_lived", "plans in which it stands", "plány, v nichž je obsažena"),
    text("last_plan", "last of these plans", "poslední z těchto plánů"),
    word("fate", "what became of it", "co se s ní stalo", codes.FATES),
    key="node_id",
)

SUCCESSION_RESULTS: tuple[Table, ...] = (PLAN_CONTINUITY, PLAN_REVISION, PLAN_SUCCESSIONS, GOAL_SURVIVAL)
