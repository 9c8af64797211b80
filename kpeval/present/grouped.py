"""Which plan tells of target groups, what is a group called, and what is said where no plan tells of any?"""

from __future__ import annotations

from typing import Any

import pandas as pd

from kpeval.present.language import Language
from kpeval.present.planned import Names, last_plan


def called(row: Any, words: Language) -> str:
    """What a group is called; by its id where the project does not list it."""
    known = row.label if isinstance(row.label, str) else row.group_id
    return known if isinstance(known, str) else words.say("not stated")


def plan_called(plan: object, names: Names, words: Language) -> str:
    """What a plan is called; by its id where its title is not known."""
    return names.get(plan, plan) if isinstance(plan, str) else words.say("not stated")


def counted_plan(frame: pd.DataFrame, names: Names) -> object:
    """The plan to be shown alone: the last one whose measures name target groups."""
    return last_plan(frame, names, "measures")


def nothing_told(coverage: pd.DataFrame, words: Language) -> str:
    """Why nothing can be said of whom the plans forget; empty where something can."""
    if coverage.empty:
        return words.say("No target group in a measure of a community plan is stated.")
    if coverage["measures"].isna().all():
        return words.say("No measure of a community plan names a target group: whom it forgets cannot be told.")
    return ""
