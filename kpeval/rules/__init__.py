"""Which rules do programmes set? Tables, each row with its source, so that an evaluator can check and correct them."""

from __future__ import annotations

import csv
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
