"""Which areas make up the quality of planning, and which of them does a town's word name? `quality_areas.csv`."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class QualityArea(NamedTuple):
    """One of the ministry's eight key areas of the quality of planning."""

    number: int
    cs: str
    en: str
    source: str


@lru_cache
def quality_areas() -> tuple[QualityArea, ...]:
    """The areas in the ministry's order; their English names are a translation."""
    with (Path(__file__).parent / "quality_areas.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            QualityArea(int(row["number"]), row["cs"], row["en"], row["source"]) for row in csv.DictReader(file)
        )


def area_number(name: str) -> int | None:
    """The number of the area that is named by its number or its name, Czech or English; None for another.

    >>> area_number("5"), area_number("5."), area_number("zapojování"), area_number("Involvement"), area_number("9")
    (5, 5, 5, 5, None)
    """
    said = _as_compared(name).removesuffix(".")
    for area in quality_areas():
        if said in (str(area.number), _as_compared(area.cs), _as_compared(area.en)):
            return area.number
    return None


def area_numbers(names: NDArray[Any]) -> NDArray[np.float64]:
    """The same for many, each distinct name looked up once; missing for another."""
    which, distinct = pd.factorize(names)  # -1: missing, which takes the last
    found = [area_number(str(name)) for name in distinct]
    return np.array([*(np.nan if number is None else number for number in found), np.nan], dtype=float)[which]


def _as_compared(name: str) -> str:
    return " ".join(name.split()).casefold()
