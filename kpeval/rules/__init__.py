"""Which rules do programmes set? Tables, each row with its source, so that an evaluator can check and correct them."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd


class Programme(NamedTuple):
    """An operational programme: its short name, the names it goes by, and when its projects could spend."""

    programme: str
    names: str  # a regular expression
    period: str
    eligible_from: pd.Timestamp
    eligible_to: pd.Timestamp
    registration_prefix: str
    source: str


@lru_cache
def programmes() -> tuple[Programme, ...]:
    """The programmes that kpeval knows by name (`programmes.csv`)."""
    with (Path(__file__).parent / "programmes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Programme(
            row["programme"],
            row["names"],
            row["period"],
            pd.Timestamp(row["eligible_from"]),
            pd.Timestamp(row["eligible_to"]),
            row["registration_prefix"],
            row["source"],
        )
        for row in rows
    )


class TrainingRule(NamedTuple):
    """From how many hours of training on a programme counts a person; what is not verified is None, and off."""

    programme: str
    indicator_code: str
    min_hours: float
    max_elearning_hours: float | None
    minutes_per_hour: float | None
    source: str


@lru_cache
def training_rules() -> tuple[TrainingRule, ...]:
    """The rules of training that somebody has read in a source (`training.csv`); others are no rules."""
    with (Path(__file__).parent / "training.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["verified"] == "yes"]
    return tuple(
        TrainingRule(
            row["programme"],
            row["indicator_code"],
            float(row["min_hours"]),
            _number(row["max_elearning_hours"]),
            _number(row["minutes_per_hour"]),
            row["source"],
        )
        for row in rows
    )


def training_rule(text: object) -> TrainingRule | None:
    """The rule of the one programme that the text names; None where it names none that has a rule, or several."""
    if not isinstance(text, str):
        return None
    named = {programme.programme for programme in programmes() if is_named(programme, text)}
    found = [rule for rule in training_rules() if rule.programme in named]
    return found[0] if len(found) == 1 else None


def is_named(programme: Programme, text: str) -> bool:
    """Whether the text names the programme."""
    return re.search(rf"(?<!\w)(?:{programme.names})(?!\w)", text) is not None


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
