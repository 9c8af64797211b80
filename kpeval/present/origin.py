"""Which files does a result come from, and which places in the documents do their rows name?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kpeval.present.language import NBSP, Language

if TYPE_CHECKING:
    import pandas as pd

FUNDS, MONEY = ("funding", "projects"), ("finance_plan", "transactions", "projects")
WAYS = ("indicators", "targets", "measurements", "events", "attendance", "projects")  # people are counted from the two
CHAIN = ("plans", "plan_measures", "links")
PLANNED = ("plan_measures", "evaluations", "status_words")
TRAINED = ("people", "events", "attendance", "projects")
TABLES: dict[str, tuple[str, ...]] = {
    "budget_shares": FUNDS,
    "reconciliation": FUNDS,
    "indicator_fulfilment": WAYS,
    "indicator_course": WAYS,
    "indicator_breakdown": ("indicators", "measurements", "events", "attendance"),
    "activity_timeline": ("activities", "projects"),
    "overlaps": ("activities",),
    "output_delivery": ("outputs",),
    "delivered_outputs": ("outputs", "activities"),
    "documents_counted": ("outputs", "indicators", "measurements"),
    "plan_steps": ("plans", "comment_procedures"),
    "comment_settlement": ("comment_procedures", "comments"),
    "reach_change": ("reach", "target_groups"),
    "self_assessment": ("self_assessment",),
    "meetings": ("events", "attendance", "memberships", "people"),
    "drawdown": MONEY,
    "drawdown_curve": MONEY,
    "spending": ("budget_lines", "transactions", "activities", "funding", "projects"),
    "money_stages": ("transactions", "projects"),
    "claims": MONEY,
    "unit_costs": ("budget_lines", "transactions", "outputs", "events", "indicators", "measurements"),
    "earned_value": ("activities", "budget_lines", "transactions", "projects"),
    "converted_amounts": ("transactions", "rates", "projects"),
    "three_way": ("activities", *dict.fromkeys(MONEY + WAYS)),
    "plan_continuity": ("plans", "projects"),
    "plan_revision": (*CHAIN, "evaluations"),
    "plan_successions": (*CHAIN, "evaluations"),
    "plan_flows": (*CHAIN, "evaluations"),
    "goal_survival": CHAIN,
    "plan_fulfilment": PLANNED,
    "evaluation_coverage": ("plans", *PLANNED),
    "measure_states": PLANNED,
    "measure_money": PLANNED,
    "persons_counted": ("indicators", "measurements", "events", "attendance", "projects"),
    "training_summary": TRAINED,
    "training_bands": ("events", "attendance", "projects"),
    "canonical_groups": ("target_groups", "areas"),
    "group_coverage": ("target_groups", "plan_measures", "plans"),
    "group_areas": ("target_groups", "areas", "plan_measures", "plans"),
    "goals": ("goals",),
    "target_groups": ("target_groups",),
    "areas": ("areas",),
    "stated": ("stated",),
}  # by the name of a result, or of what the documents state; of any other: all files
CHARTED = {
    "activity_timeline": ("activities", "outputs", "plans", "comment_procedures", "projects")
}  # where a chart shows more
FEW = 4  # as many passages of a document are named one by one
PLACE = re.compile(r"(?P<document>[^:;]+):(?P<lines>\d+(?:[-–]\d+)?(?:[;,] ?\d+(?:[-–]\d+)?)*)")

Passage = tuple[int, int]  # the first and the last line
Origins = Mapping[str, Mapping[str, Sequence[Passage]]]  # of a table that has rows: by document what its rows name


def origins(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, list[Passage]]]:
    """Of each table that has rows the documents its rows come from, with the passages that they name."""
    return {
        name: _passages(table["source_ref"].tolist() if "source_ref" in table else ())
        for name, table in tables.items()
        if len(table)
    }


def source(result: str, origins: Origins, day: str, words: Language, *, charted: bool = False) -> str:
    """The line under a table or figure: files, documents as far as rows name them, and the day."""
    of = CHARTED.get(result) if charted else None
    names = [name for name in of or TABLES.get(result, ()) if name in origins]
    if not names:
        return words.say("Source: the project's files, as of {day}.", day=day)
    files = dict.fromkeys("project.toml" if name in ("projects", "stated") else f"{name}.csv" for name in names)
    found: dict[str, list[Passage]] = {}
    for name in names:
        for document, passages in origins[name].items():
            found.setdefault(document, []).extend(passages)
    told = [", ".join(files), *(_place(document, passages) for document, passages in found.items())]
    return words.say("Source: {files}, as of {day}.", files="; ".join(told), day=day)


def _passages(references: Iterable[object]) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = {}
    for reference in references:
        if not isinstance(reference, str):
            continue
        place = PLACE.fullmatch(reference.strip())
        if place is None:
            found.setdefault(reference.strip(), [])
            continue
        lines = found.setdefault(place["document"], [])
        for passage in re.split("[;,] ?", place["lines"]):
            first, _, last = passage.replace("–", "-").partition("-")
            lines.append((int(first), int(last or first)))
    return {document: _merged(passages) for document, passages in found.items()}


def _merged(passages: Iterable[Passage]) -> list[Passage]:
    """In order; what overlaps or follows on is one."""
    merged: list[Passage] = []
    for first, last in sorted(passages):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _place(document: str, passages: Iterable[Passage]) -> str:
    """demo:73, 75–76; of many passages only where the first begins and the last ends: demo:61 … 168."""
    merged = _merged(passages)
    if len(merged) > FEW:
        return f"{document}:{merged[0][0]}{NBSP}…{NBSP}{merged[-1][1]}"
    lines = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in merged)
    return f"{document}:{lines}" if lines else document
