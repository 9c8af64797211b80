"""What does a project's plan need beyond sound cells? A meaning for each of the town's words, and a tree that holds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kpeval.faults import Fault, quoted
from kpeval.rows import Rows
from kpeval.rules.states import as_compared, states_of
from kpeval.schema import PLAN_MEASURES, STATUS_WORDS
from kpeval.trees import depths, parents


def meanings(status_words: pd.DataFrame) -> tuple[dict[str, str], list[Fault]]:
    """The town's own words as they are compared, with the state that each means; a fault for one that means two.

    What a word means is no fact of a day: it holds in the report of every day.
    """
    own: dict[str, str] = {}
    faults: list[Fault] = []
    words, states = (status_words[name].tolist() for name in ("word", "status"))
    for row, word, state in zip(status_words.index, words, states, strict=True):
        if not isinstance(word, str) or not isinstance(state, str):
            continue  # an empty cell is a fault already
        if own.setdefault(as_compared(word), state) != state:
            message = f"{quoted(word)} means {own[as_compared(word)]} further up: a word has one meaning"
            faults.append(Fault(STATUS_WORDS.file, int(row), "status", message))
    return own, faults


def with_states(evaluations: pd.DataFrame, own: Mapping[str, str]) -> pd.DataFrame:
    """The evaluations with the state that each word means, where the row does not say the state itself."""
    if evaluations.empty:
        return evaluations
    said = evaluations["state"]
    meant = states_of(evaluations["status"].to_numpy(dtype=object), own)
    return evaluations.assign(state=said.where(said.notna(), pd.Series(meant, evaluations.index, dtype="str")))


def tree_faults(plan_measures: pd.DataFrame) -> list[Fault]:
    """The nodes that hang in a circle, or that are part of a node of another plan."""
    if plan_measures.empty:
        return []
    names = ("project_id", "plan_id", "node_id", "parent_id")
    nodes: Rows = {name: plan_measures[name].to_numpy(dtype=object) for name in names}
    parent = parents(nodes)
    messages = {
        "hangs in a circle: what it is part of leads back to it, or to a circle": depths(parent) < 0,
        "is part of a node of another plan": (parent < 0) & ~pd.isna(nodes["parent_id"]),
    }
    return [
        Fault(PLAN_MEASURES.file, int(row), "parent_id", f"{quoted(nodes['node_id'][place])} {message}")
        for message, wrong in messages.items()
        for place, row in zip(np.flatnonzero(wrong).tolist(), plan_measures.index[wrong].tolist(), strict=True)
    ]
