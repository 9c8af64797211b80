"""Which canonical group does a town's name for a target group speak of? `target_groups.csv`, a source a row.

What is found here is a suggestion: what the project itself states in `canonical` counts, and nothing is written into
its data.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

STATED, SUGGESTED, NONE = "stated", "suggested", "none"
BETWEEN = "; "


def as_compared(name: str) -> str:
    """The name as it is compared: neither capitals nor double spaces tell names apart.

    >>> as_compared("Etnické  menšiny ")
    'etnické menšiny'
    """
    return " ".join(name.split()).casefold()


@lru_cache(maxsize=1024)
def suggested(label: str) -> tuple[str, ...]:
    """The canonical groups that a name speaks of, in the order of the table; none where kpeval does not know it.

    >>> suggested("Podpora rodinám s dětmi"), suggested("děti a mládež"), suggested("kutilové")
    (('rodiny s dětmi',), ('děti a mládež',), ())
    """
    said = as_compared(label)
    return tuple(canonical for canonical, pattern in _patterns() if pattern.search(said))


def canonical_of(labels: NDArray[Any], stated: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """For each name the canonical group that is stated, else those suggested, parted by `;`; and which of it it is."""
    codes, distinct = pd.factorize(labels)  # -1: missing, which takes the last
    found = [BETWEEN.join(suggested(str(label))) or np.nan for label in distinct]
    guessed = np.array([*found, np.nan], dtype=object)[codes]
    is_stated = ~pd.isna(stated)
    how = np.select([is_stated, ~pd.isna(guessed)], [STATED, SUGGESTED], NONE).astype(object)
    return np.where(is_stated, stated, guessed), how


@lru_cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    with (Path(__file__).parent / "target_groups.csv").open(encoding="utf-8", newline="") as file:
        return tuple((row["canonical"], re.compile(row["pattern"])) for row in csv.DictReader(file))
