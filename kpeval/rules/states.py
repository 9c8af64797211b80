"""Which canonical state does a town's word for a measure mean? `status_words.csv`, a source a row; towns add theirs."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NOTHING: Mapping[str, str] = {}


def as_compared(word: str) -> str:
    """The word as it is looked up: neither capitals nor double spaces tell words apart.

    >>> as_compared("Částečně  splněno ")
    'částečně splněno'
    """
    return " ".join(word.split()).casefold()


@lru_cache
def status_words() -> Mapping[str, str]:
    """The words that kpeval knows, as they are compared, and the state that each means."""
    with (Path(__file__).parent / "status_words.csv").open(encoding="utf-8", newline="") as file:
        return {as_compared(row["word"]): row["status"] for row in csv.DictReader(file)}


def states_of(words: NDArray[Any], own: Mapping[str, str] = NOTHING) -> NDArray[Any]:
    """The state that each word means, by the town's `own` words first; missing for a word that nobody explained."""
    known = {**status_words(), **own}
    codes, distinct = pd.factorize(words)  # -1: missing, which takes the last
    found = [known.get(as_compared(str(word)), np.nan) for word in distinct]
    return np.array([*found, np.nan], dtype=object)[codes]
