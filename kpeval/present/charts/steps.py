"""Which steps of making a community plan fall into the time that a chart shows?"""

from __future__ import annotations

import pandas as pd

from kpeval.present.cells import each
from kpeval.present.charts.figure import one_project
from kpeval.present.charts.lanes import Dot, Row, at
from kpeval.present.language import Language
from kpeval.present.vocabulary import spoken


def step_rows(steps: pd.DataFrame | None, span: tuple[float, float], words: Language) -> dict[str, Row]:
    """A row for each plan of which a step falls into the span; beside its name the last of them that is done."""
    if steps is None or steps.empty:
        return {}
    one_project(steps)
    seen = [row for row in each(steps) if pd.notna(row.day) and span[0] <= at(row.day) < span[1]]
    rows: dict[str, Row] = {}
    for plan in dict.fromkeys(row.plan_id for row in seen):
        own = [row for row in seen if row.plan_id == plan]
        last = max(own, key=lambda row: (row.state == "done", row.day if row.state == "done" else -row.day.value))
        said = f"{spoken('plan_step', last.step, words)}, {words.day(last.day)}"
        name = words.say("Making of: {plan}", plan=str(own[0].title))
        rows[plan] = Row(name, said, plan=True, dots=tuple(Dot(row.day, row.state == "done") for row in own))
    return rows
