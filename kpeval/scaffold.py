"""What does a new project folder hold? project.toml with every key explained, the tables' headings, datapackage.json.

What is written can be loaded as it stands, and says nothing about the project but its name.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kpeval.columns import Column, Table
from kpeval.description import NEEDED, REPORT_KEYS, REPORT_STATES
from kpeval.dictionary import KINDS, package
from kpeval.faults import DataError, Fault
from kpeval.folders import NAME, TOML
from kpeval.privacy.rules import SETTINGS
from kpeval.schema import PROJECT_TABLES, PROJECTS, STATED

LONGEST_NAME = 64
GIVEN = {"currency": '"CZK"', "language": '"cs"', "synthetic": "false"}
EXAMPLES = {"start": '"2025-01-01"', "end": '"2026-12-31"', "flag": "true", "money": "1000000.00", "text": '""'}
REPORT_EXAMPLES = {"number": '"1"', "period": '"2025-01-01 - 2025-06-30"', "author": '""', "state": '"draft"'}


def new_project(name: str, data: Path) -> Path:
    """Makes the folder `data`/`name`; DataError where the name cannot be a folder's, or something has it already."""
    folder = data / name
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise _refused(
            name, "a project is named with letters a to z, digits, - and _, and begins with none of these two"
        )
    if folder.exists() or folder.is_symlink():
        raise _refused(name, f"{folder} is there already, and is left as it is")
    files = {TOML: _toml(name), "datapackage.json": json.dumps(package(name), ensure_ascii=False, indent=2) + "\n"}
    files |= {table.file: ",".join(table.names) + "\n" for table in PROJECT_TABLES.values()}
    unfinished = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=data))
    try:
        for file, text in files.items():
            (unfinished / file).write_text(text, encoding="utf-8", newline="\n")
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return folder


def _refused(name: str, why: str) -> DataError:
    return DataError([Fault(name or "''", None, "", why)], "the new project")


def _toml(name: str) -> str:
    """Every key with its meaning; those a project cannot do without are filled in, the others wait behind a #."""
    given = {"project_id": f'"{name}"', "title": f'"{name}"'} | GIVEN
    lines = [
        "# What the documents say about the project. A line that begins with # says nothing yet: remove the sign and",
        "# fill it in. What the documents do not state stays away. The tables beside this file are explained in",
        "# data/DICTIONARY.md; remove those that you do not need, all but funding.csv.",
        "",
    ]
    for column in PROJECTS.columns:
        lines += [f"# {column.en} / {column.cs}{_kind(column)}"]
        lines += [_line(column.name, given.get(column.name), _example(column))]
    lines += ["", "# if the tables are not in UTF-8", '# encoding = "windows-1250"']
    lines += ["", *_section(STATED)]
    lines += ["", f"# the report: {', '.join(REPORT_KEYS)}; its state is {' or '.join(REPORT_STATES)}", "# [report]"]
    lines += [_line(key, None, REPORT_EXAMPLES[key]) for key in REPORT_KEYS]
    lines += ["", "# which counts of people are not shown; decide with your data protection officer", "# [privacy]"]
    lines += [f"{_line(key, None, example)}  # {meaning}" for key, (example, meaning) in SETTINGS.items()]
    return "\n".join(lines) + "\n"


def _section(table: Table) -> Iterator[str]:
    yield f"# {table.en} / {table.cs}: one such part each"
    yield f"# [[{table.name}]]"
    for column in table.columns:
        if column.kind in ("text", "flag"):
            yield f"{_line(column.name, None, _example(column))}  # {column.en} / {column.cs}"


def _line(key: str, value: str | None, example: str) -> str:
    return f"{key} = {value}" if value is not None else f"# {key} = {example}"


def _example(column: Column) -> str:
    return f'"{column.words[0]}"' if column.words else EXAMPLES.get(column.kind, '""')


def _kind(column: Column) -> str:
    needed = " (needed)" if column.name in NEEDED else ""
    if column.words:
        return f"{needed}: {column.rule}"
    return needed if column.kind == "text" else f"{needed}: {KINDS[column.kind].replace('`', '')}"
