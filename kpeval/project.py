"""Which facts does a project have? `load` reads its folder whole, or tells every fault in every file at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kpeval.columns import PROJECT_ID, Table, listed
from kpeval.description import described, report_on
from kpeval.evaluator import commentaries, commentary_files
from kpeval.evidence import counted_measurements
from kpeval.faults import DataError, Fault, nearest, quoted
from kpeval.folders import NAME, TOML, data_folder, project_names
from kpeval.plans import meanings, tree_faults, with_states
from kpeval.reading import table_files, text_table
from kpeval.schema import PLAN_MEASURES, PROJECT_TABLES
from kpeval.timespan import as_day
from kpeval.training_rules import indicator_faults
from kpeval.values import table_of

EVER = np.datetime64("9999-12-31", "us")
UNDATED = (  # rows about no day
    *("stated", "funding", "budget_lines", "rates", "goals", "target_groups", "areas", "people", "memberships"),
    *("plans", "plan_measures", "status_words", "links"),
)


@dataclass(frozen=True)
class Project:
    """One project's facts as its files say them; frozen: an attribute hands out a copy of the table.

    `project.funding`, `project.activities` … are the tables of the schema (empty with their columns where the file is
    absent), `project.projects` is project.toml as a one-row table, `project.stated` its facts that fit no table,
    `project.commentary` the text of each of the evaluator's files by its name, `project.files` the bytes and sha256 of
    each file, `project.fingerprint` one hash of them all.
    """

    project_id: str
    tables: Mapping[str, pd.DataFrame]  # the originals: a copy comes with `project.<table>`
    settings: Mapping[str, Any]  # [report], [privacy] and [rules] of project.toml
    _files: pd.DataFrame
    commentary: Mapping[str, str] = field(default_factory=dict)  # text by file: "commentary/2022-12-31.cs.md"
    _reported: pd.DataFrame | None = None  # of what is `known`: the measurements before any was counted from evidence

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name not in self.__dict__.get("tables", {}):
            known = self.__dict__.get("tables", {})
            raise AttributeError(f"a project has no table '{name}'{nearest(name, known)}")
        if name == "measurements" and self._reported is None:
            return self._counted(EVER)  # it holds for every day: a measure sees what was known on its own
        return self.tables[name].copy(deep=False)  # pandas copies what is altered, once it is

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    @property
    def reported(self) -> pd.DataFrame:
        """The measurements as the file has them, whatever is counted from evidence."""
        held = self.tables["measurements"] if self._reported is None else self._reported
        return held.copy(deep=False)

    @property
    def files(self) -> pd.DataFrame:
        """One row a file: file, bytes, sha256."""
        return self._files.copy(deep=False)

    @property
    def fingerprint(self) -> str:
        """One sha256 over the names and contents of the project's files: it moves when one byte does."""
        files = self._files.to_dict("records")
        lines = "".join(f"{file['sha256']}  {file['file']}\n" for file in files)
        return hashlib.sha256(lines.encode()).hexdigest()

    def report(self, as_of: str | date) -> dict[str, str]:
        """What project.toml says of the report as of the day: number, period, author, state, as far as it does."""
        return report_on(self.settings["report"], as_day(as_of).date())

    def known(self, as_of: str | date) -> Project:
        """The project as its documents stood on the day: rows recorded later are not there.

        Measures take `as_of` for what has days of its own (actual days, values, targets, money); the `recorded_on` of
        such a row says when those became known, so their tables stay whole here. An indicator that counts people in
        training takes its values from attendance, as far as any is known by the day: they stand among the measurements,
        `derived`, and what was reported in `reported`.
        """
        now = as_day(as_of)
        later = {name: (self.tables[name]["recorded_on"] > now).to_numpy() for name in UNDATED}
        known = {name: self.tables[name][~rows] for name, rows in later.items() if rows.any()}
        reported, counted = self.reported, self._counted(now.to_datetime64())
        return replace(self, tables={**self.tables, **known, "measurements": counted}, _reported=reported)

    def _counted(self, now: np.datetime64) -> pd.DataFrame:
        """The measurements, those that count people in training from what was known of attendance on the day."""
        held = self.tables
        return counted_measurements(
            self.reported, held["indicators"], held["events"], held["attendance"], held["projects"], now
        )

    def __repr__(self) -> str:
        facts = self.tables["projects"].iloc[0]
        money = "not stated" if pd.isna(facts["total_cost"]) else f"{facts['total_cost']:,.2f} {facts['currency']}"
        days = ["not stated" if pd.isna(facts[name]) else f"{facts[name]:%Y-%m-%d}" for name in ("start", "end")]
        held = {name: table for name, table in self.tables.items() if name in PROJECT_TABLES}
        rows = ", ".join(f"{name} {len(table)}" for name, table in (held | {"measurements": self.reported}).items())
        return "\n".join(
            [
                f"{self.project_id}: {facts['title']}" + (" (invented data)" if facts["synthetic"] else ""),
                f"  period      {days[0]} to {days[1]}",
                f"  total cost  {money}",
                f"  rows        {rows}",
                f"  fingerprint {self.fingerprint[:16]}",
            ]
        )


def load(name: str, data: str | Path | None = None) -> Project:
    """The project `name` of the data folder, read, typed and checked.

    Raises DataError with every fault of every file at once: unreadable text, rows longer or shorter than the heading,
    unknown columns, keys and headings of a commentary (with the nearest known name), values of the wrong type or off
    their list, repeated keys, days in the wrong order, references to rows that are not there.
    """
    name = str(name)
    folder = data_folder(data) / name
    if not NAME.fullmatch(name) or not (folder / TOML).is_file():
        known = project_names(data)
        hint = nearest(name, known) or ": known are " + (", ".join(known) or "none")
        raise DataError([Fault(str(name), None, "", f"no such project{hint}")], "the project")
    raw, faults = table_files(folder, PROJECT_TABLES)
    toml = (folder / TOML).read_bytes()
    tables, settings, encoding, told = described(name, toml)
    faults += told
    unread: set[str] = set()
    for table in PROJECT_TABLES.values():
        if table.name not in raw:
            faults += _absent(table)
            tables[table.name] = _empty(table).copy(deep=False)
            continue
        text, shape = text_table(raw[table.name], table, encoding)
        frame, wrong = table_of(table, text.cells, text.rows, shape, name)
        faults += [*shape, *wrong]
        tables[table.name] = frame
        if shape and not text.cells:
            unread.add(table.name)
    if isinstance(settings["rules"], dict) and "indicators" not in unread:
        described_ones = (tables["indicators"][name].tolist() for name in ("indicator_id", "accumulation"))
        faults += indicator_faults(settings["rules"], dict(zip(*described_ones, strict=True)))
    faults += _broken_references({table: frame for table, frame in tables.items() if table not in unread})
    own, wrong = meanings(tables["status_words"])
    faults += wrong
    tables["evaluations"] = with_states(tables["evaluations"], own)
    if PLAN_MEASURES.file not in {fault.file for fault in faults}:  # a tree is followed where each node has one name
        faults += tree_faults(tables["plan_measures"])
    said = commentary_files(folder)
    commentary, wrong = commentaries(said, encoding)
    faults += wrong
    if faults:
        raise DataError(faults, f"project {name}")
    files = _files({TOML: toml, **{f"{table}.csv": content for table, content in raw.items()}, **said})
    return Project(name, tables, settings, files, commentary)


@cache
def _empty(table: Table) -> pd.DataFrame:
    """The table without a row; it knows no project, so that one does for all."""
    return table_of(replace(table, columns=(PROJECT_ID, *table.columns)), {}, pd.RangeIndex(0), [])[0]


def _absent(table: Table) -> list[Fault]:
    if table.name != "funding":
        return []
    return [Fault(table.file, None, "", "the file is absent: every project has its sources of funding here")]


def _broken_references(tables: Mapping[str, pd.DataFrame]) -> list[Fault]:
    faults = []
    for table in PROJECT_TABLES.values():
        for column in (column for column in table.columns if column.refers):
            target, _, key = column.refers.partition(".")
            if target not in tables or table.name not in tables:
                continue  # a file that cannot be read is fault enough
            cells = tables[table.name][column.name].tolist()
            if not cells:
                continue
            known = dict.fromkeys(cell for cell in tables[target][key].tolist() if isinstance(cell, str))
            for row, value in zip(tables[table.name].index, cells, strict=True):
                named = listed(value) if column.several else [value] if isinstance(value, str) else []
                for name in (name for name in named if name not in known):
                    message = f"{quoted(name)} does not stand in {column.refers}{nearest(name, known)}"
                    faults.append(Fault(table.file, int(row), column.name, message))
    return faults


def _files(contents: Mapping[str, bytes]) -> pd.DataFrame:
    names = sorted(contents)
    return pd.DataFrame(
        {
            "file": names,
            "bytes": [len(contents[name]) for name in names],
            "sha256": [hashlib.sha256(contents[name]).hexdigest() for name in names],
        }
    )
