"""What is a group that meets called, and may a frame of meetings be shown?"""

from __future__ import annotations

import re

import pandas as pd

from kpeval.present.cells import Row, each
from kpeval.present.language import Language
from kpeval.present.vocabulary import spoken
from kpeval.schema import OUTPUTS
from kpeval.values import take

OF_MEMBERS = ("management_team", "wg_meeting")  # kinds of meetings of groups, which have members
MEETING = re.compile(r"(?<!\w)(?:jednání|zasedání|schůz\w*|setkání|meetings?)(?!\w)", re.IGNORECASE)


def group_name(row: Row, words: Language) -> str:
    """The group by its own name, with its kind where that is not a working group's; else what its kind is called."""
    if not isinstance(row.working_group, str):
        return words.say("not stated")
    kind = spoken("group_kind", row.kind, words)
    if row.working_group == row.kind:
        return kind
    return row.working_group if row.kind == "wg_meeting" else f"{row.working_group}, {kind}"


def group_heading(row: Row, words: Language) -> str:
    """The same where it heads a row: what only the kind names begins with a capital."""
    name = group_name(row, words)
    return name[:1].upper() + name[1:] if row.working_group == row.kind else name


def checked(meetings: pd.DataFrame) -> None:
    """ValueError for counts of members of which nobody has decided whether they may be seen, or a hidden rate."""
    if "suppressed" not in meetings or {"attended", "expected"} & {*meetings.columns}:
        raise ValueError("meetings are shown as kp.meetings gives them: counts of members may not be seen")
    hidden = meetings["suppressed"].fillna(True).astype(bool)
    if meetings.loc[hidden, "attendance_rate"].notna().any():
        raise ValueError("the meetings hold rates that are marked as not to be seen")


def planned(outputs: pd.DataFrame) -> list[Row]:
    """The outputs that promise a number of meetings, as far as their titles speak of them."""
    rows = each(take(OUTPUTS, outputs, "output_id title? planned_quantity"))
    return [
        row
        for row in rows
        if isinstance(row.title, str) and MEETING.search(row.title) and not pd.isna(row.planned_quantity)
    ]
