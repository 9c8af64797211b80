"""Which projects could there be? Invented ones, as many as wanted, for tests, benchmarks and trying things out.

The same seed gives the same projects, byte for byte, on every machine; kpeval/demo_facts.py says what they look like.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kpeval.columns import Table
from kpeval.demo_facts import invented
from kpeval.faults import DataError, Fault
from kpeval.plans import meanings, with_states
from kpeval.schema import PROJECT_TABLES, PROJECTS, STATED
from kpeval.values import typed

TOGETHER = 2_000  # projects made and written at a time: what a small machine holds easily


def demo_tables(projects: int, seed: int, first: int = 1) -> dict[str, pd.DataFrame]:
    """Which facts do the invented projects `first` and on have: one frame a table, typed as the measures take them?

    The tables are those of `kpeval.load`, all projects in each frame: `demo-0001`, loaded from the folder that
    `write_demo` writes, has the rows that stand here under its project_id. 100,000 projects take some seconds.
    """
    numbers = np.arange(first, first + projects)
    ids = np.array([f"demo-{number:04d}" for number in numbers], dtype=object)
    tables: dict[str, pd.DataFrame] = {}
    for table, owners, names, columns in invented(numbers, seed):
        cells = {
            name: pd.Series(column, dtype="str" if column.dtype == object else None)
            for name, column in zip(names.split(), columns, strict=True)
        }
        frame, _ = typed(table, pd.DataFrame(cells, index=range(len(owners))))
        frame["project_id"] = pd.Series(ids[owners - first], dtype="str")
        tables[table.name] = frame[["project_id", *frame.columns.drop("project_id")]]
    for table in (table for name, table in PROJECT_TABLES.items() if name not in tables):
        frame, _ = typed(table, pd.DataFrame())
        frame.insert(0, "project_id", pd.Series(dtype="str"))
        tables[table.name] = frame
    own, _ = meanings(tables["status_words"].drop_duplicates(["word", "status"]))  # the same in all of them
    tables["evaluations"] = with_states(tables["evaluations"], own)
    return tables


def write_demo(out: Path, projects: int, seed: int) -> list[Path]:
    """Which folders hold the invented projects? OUT/demo-0001 and on, each a project that `kpeval.load` reads.

    Every title says that the data are invented, and `synthetic` is true. The same seed gives the same bytes, and
    project k is the same however many there are. Raises DataError where OUT is there and is not an empty folder.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        message = "is not an empty folder: name a new one, so that invented data do not mix with yours"
        raise DataError([Fault(str(out), None, "", message)], "the folder for invented projects")
    filled = {table.name: names.split() for table, _, names, _ in invented(np.arange(1, 2), seed)}
    folders: list[Path] = []
    for first in range(1, projects + 1, TOGETHER):
        tables = demo_tables(min(TOGETHER, projects + 1 - first), seed, first)
        described = (_as_written(table, tables[table.name]).to_dict("records") for table in (PROJECTS, STATED))
        for project, stated in zip(*described, strict=True):
            folders.append(out / project["project_id"])
            folders[-1].mkdir(parents=True)
            toml = _toml(project) + "\n[[stated]]\n" + _toml(stated)
            (folders[-1] / "project.toml").write_bytes(toml.encode())
        for table in (table for name, table in PROJECT_TABLES.items() if name in filled):
            known = _as_written(table, tables[table.name])[[name for name in table.names if name in filled[table.name]]]
            text = known.to_csv(index=False, lineterminator="\n", float_format="%.10g")
            heading, *lines = text.splitlines(keepends=True)
            owned = zip(tables[table.name]["project_id"], lines, strict=True)
            for project_id, rows in groupby(owned, itemgetter(0)):
                content = heading + "".join(line for _, line in rows)
                (out / project_id / table.file).write_bytes(content.encode())
    return folders


def _toml(facts: dict[Hashable, Any]) -> str:
    known = {key: fact for key, fact in facts.items() if not pd.isna(fact)}
    return "".join(f"{key} = {json.dumps(fact, ensure_ascii=False)}\n" for key, fact in known.items())


def _as_written(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The table's own columns, with days as text, or months where no more is known."""
    texts = frame[table.names].copy()
    for column in (column for column in table.columns if column.kind in ("day", "start", "end")):
        days = pd.Series(np.datetime_as_string(frame[column.name].to_numpy("datetime64[D]")), dtype="str")
        if column.kind != "day":
            days = days.where(frame[f"{column.name}_precision"].ne("month"), days.str[:7])
        texts[column.name] = days.where(frame[column.name].notna())
    return texts
