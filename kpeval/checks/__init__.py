"""What does not add up in a project, where, and what should be done about it?

Each rule looks at the tables and at what the measures made of them and says what it found, in the report's language.
A finding never changes a number: it is said beside it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from kpeval.checks.assessment import ASSESSMENT_RULES
from kpeval.checks.case import Case, Finding
from kpeval.checks.documents import DOCUMENT_RULES
from kpeval.checks.groups import GROUP_RULES
from kpeval.checks.meetings import MEETING_RULES
from kpeval.checks.money import MONEY_RULES
from kpeval.checks.people import PEOPLE_RULES
from kpeval.checks.plan import PLAN_RULES
from kpeval.checks.privacy import PRIVACY_RULES
from kpeval.checks.progress import PROGRESS_RULES
from kpeval.checks.public import PUBLIC_RULES
from kpeval.checks.spending import SPENDING_RULES
from kpeval.checks.succession import SUCCESSION_RULES
from kpeval.checks.words import WORDS_RULES
from kpeval.codes import SEVERITIES
from kpeval.present.language import language
from kpeval.project import Project
from kpeval.results import FINDINGS
from kpeval.timespan import as_day

__all__ = ["Finding", "findings"]

RULES = (
    *(*MONEY_RULES, *SPENDING_RULES, *PROGRESS_RULES, *DOCUMENT_RULES),
    *PUBLIC_RULES,
    *GROUP_RULES,
    *MEETING_RULES,
    *ASSESSMENT_RULES,
    *PEOPLE_RULES,
    *SUCCESSION_RULES,
    *PLAN_RULES,
    *(*WORDS_RULES, *PRIVACY_RULES),
)


def findings(
    project: Project,
    *,
    as_of: str | date,
    lang: str = "en",
    shares: pd.DataFrame | None = None,
    reconciliation: pd.DataFrame | None = None,
    fulfilment: pd.DataFrame | None = None,
    timeline: pd.DataFrame | None = None,
    outputs: pd.DataFrame | None = None,
    drawdown: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What does not add up in the project as it stood on the day, worst first?

    One row is a finding. Columns: project_id; severity (error: a figure cannot be right; warning: an evaluator should
    ask; info: the reader should know); rule; table and row (as the spreadsheet counts, the heading is 1; of a
    commentary, whose file is named, the line; missing where the finding is about the whole table) and column; message
    and remedy in the language `lang`. Rows by severity, then in the order of the rules, then by row. Values that became
    known after `as_of` enter only the finding that counts them.

    Measures that were taken already, of this project as known on this day, may be handed in, so that they are not taken
    again: the findings are the same. ValueError for an unknown language, or a measure of another project.
    """
    frames = {"shares": shares, "fulfilment": fulfilment, "timeline": timeline, "delivery": outputs}
    single = {"reconciled": reconciliation, "drawdown": drawdown}
    taken = {name: frame for name, frame in (frames | single).items() if frame is not None}
    for name, frame in taken.items():
        if not {*frame["project_id"].tolist()} <= {project.project_id} or (name in single and len(frame) != 1):
            raise ValueError(f"a measure that is handed in is of another project than '{project.project_id}'")
    case = Case(project, as_day(as_of), language(lang), taken)
    found = [finding for rule in RULES for finding in rule(case)]
    found.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    rows = [(project.project_id, *finding) for finding in found]
    cells = {column.name: [row[place] for row in rows] for place, column in enumerate(FINDINGS.columns)}
    array: Any = pd.array  # its stubs want the type as a literal
    return pd.DataFrame({column.name: array(cells[column.name], dtype=column.dtype) for column in FINDINGS.columns})
