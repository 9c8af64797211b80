"""What does a rule look at: the project, the day, the language, and the measures' results, each made once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any, NamedTuple

import pandas as pd

from kpeval.measures.breakdown import breakdown_counts
from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.measures.drawdown import drawdown
from kpeval.measures.groups import group_coverage
from kpeval.measures.indicators import indicator_fulfilment
from kpeval.measures.meetings import OF_MEMBERS, meeting_counts, meeting_days
from kpeval.measures.plan import measure_states
from kpeval.measures.spending import spending
from kpeval.measures.timeline import activity_timeline, output_delivery
from kpeval.present.language import Language, money_decimals
from kpeval.project import UNDATED, Project
from kpeval.schema import RATE_UNIT

RATE = re.compile(RATE_UNIT)
Row = Any  # a row of a table, its columns as attributes


class Finding(NamedTuple):
    """What a rule found: how bad, by which rule, where, in words, and what to do."""

    severity: str
    rule: str
    table: str
    row: int | None
    column: str | None
    message: str
    remedy: str


def rows(frame: pd.DataFrame, names: str) -> list[Row]:
    """The rows of a frame: the columns `names`, and `row`, which is the row as a spreadsheet counts it.

    Text and flags that are missing are None; a missing number or day is NaN or NaT, for which no comparison holds. A
    project has few rows: to ask each takes less time than one operation of pandas on all of them.
    """
    if not len(frame):
        return []
    columns = {"row": frame.index.tolist()} | {name: _cells(frame[name]) for name in names.split()}
    return [SimpleNamespace(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def _cells(column: pd.Series[Any]) -> list[Any]:
    cells = column.tolist()
    return cells if column.dtype.kind in "fM" else [None if pd.isna(cell) else cell for cell in cells]


def missing_first(day: pd.Timestamp) -> tuple[bool, pd.Timestamp]:
    """What to sort by so that a missing day comes before all others."""
    return not pd.isna(day), day


@dataclass(frozen=True)
class Case:
    """A project on a day, told in a language; measures that were `taken` already are not taken again."""

    whole: Project
    day: pd.Timestamp
    words: Language
    taken: Mapping[str, pd.DataFrame]

    def rows(self, table: str, names: str) -> list[Row]:
        """The rows of a table of the project as known on the day, as `Project.known` has them."""
        found = rows(self.whole.tables[table], f"{names} recorded_on" if table in UNDATED else names)
        return [row for row in found if not row.recorded_on > self.day] if table in UNDATED else found

    def row(self, table: str, column: str, value: object) -> int | None:
        """The first row of a table in which this value stands."""
        if (table, column) not in self._first:
            last_to_first = reversed(self.rows(table, column))
            self._first[table, column] = {getattr(row, column): row.row for row in last_to_first}
        return self._first[table, column].get(value)

    @cached_property
    def _first(self) -> dict[tuple[str, str], dict[object, int]]:
        return {}

    @cached_property
    def project(self) -> Project:
        return self.whole.known(self.day)

    @cached_property
    def facts(self) -> Row:
        names = "programme registration_number start start_precision end total_cost total_as_printed currency"
        return rows(self.whole.tables["projects"], names)[0]

    @cached_property
    def shares(self) -> list[Row]:
        frame = self.taken.get("shares")
        if frame is None:
            frame = budget_shares(self.project.funding, self.project.projects)
        return rows(frame, "source kind amount derived declared_share share_of_total deviation")

    @cached_property
    def reconciled(self) -> Row:
        frame = self.taken.get("reconciled")
        if frame is None:
            frame = reconciliation(self.project.funding, self.project.projects)
        return rows(frame, "state coverage sum_of_sources total_cost surplus tolerance")[0]

    @cached_property
    def drawdown(self) -> Row:
        frame = self.taken.get("drawdown")
        if frame is None:
            plan, moves = self.project.finance_plan, self.project.transactions
            frame = drawdown(plan, moves, self.project.projects, as_of=self.day)
        return rows(frame, "spent budget")[0]

    @cached_property
    def costs(self) -> pd.DataFrame:
        """What is budgeted and spent by activity."""
        has = self.project
        return spending(has.budget_lines, has.transactions, has.projects, has.activities, as_of=self.day, by="activity")

    @cached_property
    def spent(self) -> list[Row]:
        """The movements known on the day that count as spent."""
        moves = self.rows("transactions", "date type amount line_id activity_id recorded_on")
        spends = [row for row in moves if row.type in ("expenditure", "correction", "refund")]
        return [row for row in spends if row.date <= self.day and not row.recorded_on > self.day]

    @cached_property
    def fulfilment(self) -> list[Row]:
        frame = self.taken.get("fulfilment")
        if frame is None:
            project = self.project
            tables = project.indicators, project.targets, project.measurements, project.projects
            frame = indicator_fulfilment(*tables, as_of=self.day)
        return rows(frame, "indicator_id status due unit accumulation direction target baseline")

    @cached_property
    def timeline(self) -> list[Row]:
        frame = self.taken.get("timeline")
        if frame is None:
            frame = activity_timeline(self.project.activities, self.project.projects, as_of=self.day)
        return rows(frame, "activity_id status planned_start outside_project")

    @cached_property
    def delivery(self) -> list[Row]:
        frame = self.taken.get("delivery")
        if frame is None:
            frame = output_delivery(self.project.outputs, as_of=self.day)
        return rows(frame, "output_id status due")

    @cached_property
    def held(self) -> list[Row]:
        """The meetings held by the day, group by group; `row` is not that of the file."""
        return rows(meeting_days(self.whole.events, as_of=self.day), "event_id kind working_group date")

    @cached_property
    def groups(self) -> list[Row]:
        """The groups that met or have members; what people they count is not asked for."""
        has = self.whole
        if has.events.empty and has.memberships.empty:
            return []
        frame = meeting_counts(has.people, has.memberships, has.events, has.attendance, has.projects, as_of=self.day)
        names = "kind working_group meetings median_gap longest_gap days_since_last recorded"
        names += " with_commissioner with_provider with_user with_triad"
        return [row for row in rows(frame, names) if row.kind in OF_MEMBERS]

    @cached_property
    def presence(self) -> list[Row]:
        """The last known record of each person at each event."""
        known = self.rows("attendance", "event_id person_id hours recorded_on")
        known = [row for row in known if not row.recorded_on > self.day]
        known.sort(key=lambda row: missing_first(row.recorded_on))
        return list({(row.event_id, row.person_id): row for row in known}.values())

    @cached_property
    def indicators(self) -> list[Row]:
        return self.rows("indicators", "indicator_id code name unit direction accumulation scale")

    @cached_property
    def measurements(self) -> list[Row]:
        """All that were reported, those that became known after the day too."""
        names = "indicator_id measured_on actual dimension category person_id recorded_on"
        return rows(self.whole.reported, names)

    @cached_property
    def measured(self) -> list[Row]:
        """The measurements known by the day: of one recorded again for the same day, the later record."""
        known = [row for row in self.measurements if row.measured_on <= self.day and not row.recorded_on > self.day]
        known.sort(key=lambda row: (row.indicator_id, row.measured_on, missing_first(row.recorded_on)))
        last: dict[object, Row] = {}
        for row in reversed(known):
            last.setdefault((row.indicator_id, row.measured_on, row.dimension, row.category, row.person_id), row)
        return list(last.values())[::-1]

    @cached_property
    def breakdowns(self) -> dict[tuple[str, str], tuple[float, float]]:
        """For each indicator and dimension that counts: what its categories add up to, and the indicator's value."""
        frame = breakdown_counts(self.project.indicators, self.project.measurements, as_of=self.day)
        added: dict[tuple[str, str], tuple[float, float]] = {}
        for part in rows(frame, "indicator_id dimension part actual total adds_up accumulation"):
            if part.part == "category" and part.adds_up and part.accumulation != "max":  # of days that differ
                key = part.indicator_id, part.dimension
                added[key] = added.get(key, (0.0, 0.0))[0] + part.actual, part.total
        return added

    def breakdown_row(self, indicator: str, dimension: str) -> int | None:
        """The first row of a breakdown."""
        found = (row.row for row in self.measured if (row.indicator_id, row.dimension) == (indicator, dimension))
        return min(found, default=None)

    @cached_property
    def group_coverage(self) -> list[Row]:
        """In how many measures of each plan each target group is named; none where a plan states no measures."""
        project = self.project
        tables = project.target_groups, project.plan_measures, project.evaluations
        frame = group_coverage(*tables, as_of=self.day)
        return rows(frame, "plan_id group_id label forgotten without_group all_measures")

    @cached_property
    def evaluations(self) -> list[Row]:
        """The evaluations of the plan known by the day, several of a node and year too."""
        found = self.rows("evaluations", "node_id year status state spent comment evaluated_on recorded_on")
        return [row for row in found if not row.recorded_on > self.day and self._evaluated(row)]

    def _evaluated(self, row: Row) -> bool:
        """Whether an evaluation was made by the day; what states no day was once its year had ended (METHOD.md K1)."""
        if pd.isna(row.evaluated_on) and pd.isna(row.recorded_on):
            return bool((row.year, 12, 31) <= (self.day.year, self.day.month, self.day.day))
        return not row.evaluated_on > self.day

    @cached_property
    def plan_courses(self) -> dict[str, list[Row]]:
        """The evaluated parts of the plans in the order of their trees, each with its years in order."""
        project = self.project
        if project.plan_measures.empty:
            return {}
        frame = measure_states(project.plan_measures, project.evaluations, as_of=self.day)
        found: dict[str, list[Row]] = {}
        for row in rows(frame[frame["counted"]], "plan_id node_id parent_id year status state"):
            found.setdefault(row.node_id, []).append(row)
        return found

    @cached_property
    def counts(self) -> set[str]:
        """The indicators that count something; rates and steps neither grow nor add up."""
        return {
            row.indicator_id
            for row in self.indicators
            if not RATE.match(row.unit or "") and row.accumulation != "ratio" and row.scale in (None, "number")
        }

    @cached_property
    def decimals(self) -> int:
        """2 where any amount of the project has haléře or is printed with them, else 0: one form for all its money."""
        if self.reconciled.tolerance < 1 and self.facts.total_as_printed is not None:
            return 2
        sums = [self.reconciled.total_cost, self.reconciled.surplus]
        amounts = (self.shares, self.rows("budget_lines", "amount"), self.rows("transactions", "amount"))
        return money_decimals(sums, *([row.amount for row in one] for one in amounts))

    @cached_property
    def names(self) -> dict[str, str]:
        """What each indicator is called in a sentence: its code and name."""
        return {row.indicator_id: f"{row.code or ''} {row.name}".strip() for row in self.indicators}

    def money(self, amount: float) -> str:
        """An amount in the project's currency."""
        return self.words.money(amount, self.facts.currency, self.decimals)
