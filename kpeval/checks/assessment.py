"""What does not add up in the town's assessment of its own planning?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kpeval.checks.case import Case, Finding, Row
from kpeval.rules.quality import area_number, quality_areas


def _assessed(case: Case) -> list[Row]:
    """The assessments known by the day, the earliest first."""
    names = "area criterion met evidence assessed_on recorded_on"
    rows = [row for row in case.rows("self_assessment", names) if not row.recorded_on > case.day]
    rows = [row for row in rows if not row.assessed_on > case.day]
    return sorted(rows, key=lambda row: pd.Timestamp.min if pd.isna(row.assessed_on) else row.assessed_on)


def met_without_evidence(case: Case) -> Iterator[Finding]:
    """Criteria that the town finds met, and says nothing that would show it."""
    last = {(area_number(row.area) or row.area, row.criterion): row for row in _assessed(case)}
    bare = [row.row for row in last.values() if row.met == "met" and row.evidence is None]
    if bare:
        message = case.words.count(
            "{count} criterion of the quality of planning is called met without evidence.",
            "{count} criteria of the quality of planning are called met without evidence.",
            len(bare),
        )
        remedy = case.words.say("Ask what shows it, and enter it as evidence.")
        yield Finding("info", "met_without_evidence", "self_assessment", min(bare), "evidence", message, remedy)


def unknown_area(case: Case) -> Iterator[Finding]:
    """An area that is none of the ministry's eight: it is shown below them."""
    told: set[str] = set()
    for row in sorted(_assessed(case), key=lambda row: row.row):
        if area_number(row.area) is None and row.area not in told:
            told.add(row.area)
            message = case.words.say("“{area}” is none of the ministry's eight areas of quality.", area=row.area)
            remedy = case.words.say(
                "Write its number from 1 to 8 or its name, if it is one: {areas}.",
                areas=", ".join(area.cs for area in quality_areas()),
            )
            yield Finding("info", "unknown_area", "self_assessment", row.row, "area", message, remedy)


ASSESSMENT_RULES = (unknown_area, met_without_evidence)
