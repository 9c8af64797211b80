"""What does a new project folder hold? project.toml with every key explained, the tables, datapackage.json.

Each table has its headings and an example row that is not read, for it begins with `# `. An example of a commentary
too, in each language, under a name that is not read. What is written can be loaded as it stands, and says nothing
about the project but its name.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kpeval.columns import Column, Table
from kpeval.description import NEEDED, REPORT_KEYS, REPORT_STATES
from kpeval.dictionary import KINDS, package
from kpeval.evaluator import BLANK, LABELS, PARTS
from kpeval.examples import NOTE, ROWS
from kpeval.faults import DataError, Fault
from kpeval.folders import COMMENTARY, NAME, TOML
from kpeval.privacy.rules import SETTINGS
from kpeval.reading import REMARK
from kpeval.schema import PROJECT_TABLES, PROJECTS, STATED
from kpeval.training_rules import SETTINGS as TRAINING_SETTINGS

LONGEST_NAME = 64
GIVEN = {"currency": '"CZK"', "language": '"cs"', "synthetic": "false"}
EXAMPLES = {"start": '"2025-01-01"', "end": '"2026-12-31"', "flag": "true", "money": "1000000.00", "text": '""'}
REPORT_DAY = "2025-06-30"
LANGUAGES = ("cs", "en")  # of the example
COMMENTARY_GUIDE = f"""\
# The evaluator's words / Slova hodnotitele

Copy `example.en.txt` under the name `{REPORT_DAY}.en.md`: the day of the report, its language. Write under the headings
that you need, in any text editor, and remove the others. What you write stands in the report of that day and language,
beside what was computed, and is marked as yours. Markdown works: **bold**, lists, tables, links; `###` for headings of
your own. Under "Recommendations" write a list as the example shows: what, to whom, by when; priority high, medium or
low. `kpeval check` tells what is missing.

Zkopírujte `example.cs.txt` pod jménem `{REPORT_DAY}.cs.md`: den zprávy, její jazyk. V kterémkoli textovém editoru pište
pod nadpisy, které potřebujete, ostatní smažte. Text stojí ve zprávě k tomu dni a v tom jazyce vedle vypočtených údajů
a je označen jako váš. Funguje Markdown: **tučně**, seznamy, tabulky, odkazy; vlastní nadpisy začínají `###`. Pod
„Doporučení“ pište seznam jako v příkladu: co, komu, do kdy; priorita vysoká, střední nebo nízká. Co chybí, řekne
`kpeval check`.

This file and the examples are not read. / Tento soubor a příklady se nečtou.
"""
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
    files |= {table.file: heading_and_example(table) for table in PROJECT_TABLES.values()}
    files |= {f"{COMMENTARY}/README.md": COMMENTARY_GUIDE}
    files |= {f"{COMMENTARY}/example.{lang}.txt": example_commentary(lang) for lang in LANGUAGES}
    unfinished = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=data))
    try:
        (unfinished / COMMENTARY).mkdir()
        for file, text in files.items():
            (unfinished / file).write_text(text, encoding="utf-8", newline="\n")
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return folder


def heading_and_example(table: Table) -> str:
    """The table as a new project has it: its headings, and one row that shows what to write and is not read."""
    row = [(ROWS[table.name] | {"note": NOTE}).get(name, "") for name in table.names]
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerows([table.names, [REMARK + row[0], *row[1:]]])
    return out.getvalue()


def _refused(name: str, why: str) -> DataError:
    return DataError([Fault(name or "''", None, "", why)], "the new project")


def _toml(name: str) -> str:
    """Every key with its meaning; those a project cannot do without are filled in, the others wait behind a #."""
    given = {"project_id": f'"{name}"', "title": f'"{name}"'} | GIVEN
    lines = [
        "# What the documents say about the project. A line that begins with # says nothing yet: remove the sign and",
        "# fill it in. What the documents do not state stays away. The tables beside this file are explained in",
        "# data/DICTIONARY.md; remove those that you do not need, all but funding.csv. Each has a row that shows what",
        "# to write; it begins with # and is not read.",
        "",
    ]
    for column in PROJECTS.columns:
        lines += [f"# {column.en} / {column.cs}{_kind(column)}"]
        lines += [_line(column.name, given.get(column.name), _example(column))]
    lines += ["", "# if the tables are not in UTF-8", '# encoding = "windows-1250"']
    lines += ["", *_section(STATED)]
    lines += ["", *_report_section()]
    lines += ["", "# which counts of people are not shown; decide with your data protection officer", "# [privacy]"]
    lines += [f"{_line(key, None, example)}  # {meaning}" for key, (example, meaning) in SETTINGS.items()]
    lines += ["", "# rules of your programme, where they are others than those that kpeval knows (kpeval/rules)"]
    lines += ["# [rules]"]
    lines += [f"{_line(key, None, example)}  # {meaning}" for key, (example, meaning) in TRAINING_SETTINGS.items()]
    return "\n".join(lines) + "\n"


def _report_section() -> Iterator[str]:
    """What all reports have in common, and what each has of its own: a part named after its day."""
    yield f"# the report: {', '.join(REPORT_KEYS)}; its state is {' or '.join(REPORT_STATES)} (which each page says)"
    yield "# [report]"
    yield _line("author", None, REPORT_EXAMPLES["author"])
    yield "# the report as of a day, one such part each; what stands in it comes before what stands in [report]"
    yield f"# [report.{REPORT_DAY}]"
    yield from (_line(key, None, REPORT_EXAMPLES[key]) for key in REPORT_KEYS if key != "author")


def example_commentary(lang: str) -> str:
    """A commentary with every heading and nothing under it, but for the form of a recommendation."""
    parts = [f"# {headings[lang][0]}\n" for headings in PARTS.values()]
    labels = (LABELS[name][lang][0] for name in ("whom", "by", "priority"))
    return "\n".join([*parts, f"- {BLANK}", *(f"  {label}: {BLANK}" for label in labels)]) + "\n"


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
