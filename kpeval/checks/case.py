"""What does a rule look at: the project, the day, the language, and the measures' results, each made once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.measures.drawdown import drawdown
from kpeval.measures.indicators import indicator_fulfilment
from kpeval.measures.timeline import activity_timeline
from kpeval.present.language import Language
from kpeval.project import Project


class Finding(NamedTuple):
    """What a rule found: how bad, by which rule, where, in words, and what to do."""

    severity: str
    rule: str
    table: str
    row: int | None
    column: str | None
    message: str
    remedy: str


def each(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame, their values by name (`row.Index` is the row as a spreadsheet counts it)."""
    yield from frame.itertuples()


@dataclass(frozen=True)
class Case:
    """A project on a day, told in a language."""

    project: Project
    day: pd.Timestamp
    words: Language

    @cached_property
    def facts(self) -> pd.Series[Any]:
        return self.project.projects.iloc[0]

    @cached_property
    def shares(self) -> pd.DataFrame:
        return budget_shares(self.project.funding, self.project.projects)

    @cached_property
    def reconciled(self) -> pd.Series[Any]:
        return reconciliation(self.project.funding, self.project.projects).iloc[0]

    @cached_property
    def drawdown(self) -> pd.Series[Any]:
        plan, moves = self.project.finance_plan, self.project.transactions
        return drawdown(plan, moves, self.project.projects, as_of=self.day).iloc[0]

    @cached_property
    def fulfilment(self) -> pd.DataFrame:
        tables = (
            self.project.indicators,
            self.project.targets,
            self.project.measurements,
            self.project.projects,
        )
        return indicator_fulfilment(*tables, as_of=self.day)

    @cached_property
    def timeline(self) -> pd.DataFrame:
        return activity_timeline(self.project.activities, self.project.projects, as_of=self.day)

    @cached_property
    def measured(self) -> pd.DataFrame:
        """The measurements known by the day: of one recorded again for the same day, the later record."""
        rows = self.project.measurements
        rows = rows[(rows["measured_on"] <= self.day) & ~(rows["recorded_on"] > self.day)]
        rows = rows.sort_values(["indicator_id", "measured_on", "recorded_on"], na_position="first")
        return rows.drop_duplicates(["indicator_id", "measured_on", "dimension", "category", "person_id"], keep="last")

    def money(self, amount: float) -> str:
        """An amount with haléře only where it, or the project's total as printed, has some."""
        printed = self.facts["total_as_printed"]
        halers = round(amount * 100) % 100 != 0 or (isinstance(printed, str) and self.reconciled["tolerance"] < 1)
        return self.words.money(amount, self.facts["currency"], 2 if halers else 0)
