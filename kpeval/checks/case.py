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
from kpeval.measures.timeline import activity_timeline, output_delivery
from kpeval.present.language import Language, money_decimals
from kpeval.project import Project
from kpeval.schema import RATE_UNIT


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
    if len(frame):  # most rules find nothing, and `itertuples` makes a class first
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
    def delivery(self) -> pd.DataFrame:
        return output_delivery(self.project.outputs, as_of=self.day)

    @cached_property
    def measured(self) -> pd.DataFrame:
        """The measurements known by the day: of one recorded again for the same day, the later record."""
        rows = self.project.measurements
        rows = rows[(rows["measured_on"] <= self.day) & ~(rows["recorded_on"] > self.day)]
        rows = rows.sort_values(["indicator_id", "measured_on", "recorded_on"], na_position="first")
        return rows.drop_duplicates(["indicator_id", "measured_on", "dimension", "category", "person_id"], keep="last")

    @cached_property
    def counts(self) -> pd.Series[str]:
        """The indicators that count something; rates and steps neither grow nor add up."""
        rows = self.project.indicators
        rate = rows["unit"].fillna("").str.match(RATE_UNIT) | rows["accumulation"].eq("ratio")
        return rows["indicator_id"][~rate & rows["scale"].fillna("number").eq("number")]

    @cached_property
    def decimals(self) -> int:
        """2 where any amount of the project has haléře or is printed with them, else 0: one form for all its money."""
        facts, lines = self.reconciled, self.project.budget_lines["amount"]
        if facts["tolerance"] < 1 and isinstance(self.facts["total_as_printed"], str):
            return 2
        amounts = (self.shares["amount"], lines, pd.Series([facts["total_cost"], facts["surplus"]]))
        return money_decimals(*amounts, self.project.transactions["amount"])

    @cached_property
    def names(self) -> dict[str, str]:
        """What each indicator is called in a sentence: its code and name."""
        rows = self.project.indicators
        named = rows["code"].fillna("") + " " + rows["name"]
        return dict(zip(rows["indicator_id"], named.str.strip(), strict=True))

    def money(self, amount: float) -> str:
        """An amount in the project's currency."""
        return self.words.money(amount, self.facts["currency"], self.decimals)
