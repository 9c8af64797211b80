"""What does not add up in the community plan: words, evaluations, the tree, money?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kpeval.checks.case import Case, Finding, missing_first
from kpeval.measures.plan import measure_states
from kpeval.measures.plan_record import evaluation_coverage, measure_money
from kpeval.rules.states import states_of

FEW = 8  # as many are named in a message
BACK = {"fulfilled": ("in_progress", "partial", "not_fulfilled", "postponed"), "continuous": ("not_fulfilled",)}
OPEN = ("in_progress", "partial", "not_fulfilled", "postponed")


def unknown_words(case: Case) -> Iterator[Finding]:
    """Words for a state that nobody explained: what they mean is not guessed."""
    unknown: dict[str, list[Any]] = {}
    for row in case.evaluations:
        if row.status is not None and row.state is None:
            unknown.setdefault(" ".join(row.status.split()).casefold(), []).append(row)
    for rows in unknown.values():
        message = case.words.count(
            "“{word}” is no known state ({count} evaluation): it counts as no information.",
            "“{word}” is no known state ({count} evaluations, rows {rows}): it counts as no information.",
            len(rows),
            word=rows[0].status,
            rows=_numbers(rows),
        )
        remedy = case.words.say("Add it to status_words.csv with the state that it means.")
        yield Finding("error", "unknown_status_word", "evaluations", rows[0].row, "status", message, remedy)
