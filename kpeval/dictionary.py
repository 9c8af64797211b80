"""What does each table and column mean, for people (data/DICTIONARY.md) and for programs (Frictionless Table Schema)?

Both are made from the schema and written nowhere by hand; `python -m kpeval.dictionary` renews data/DICTIONARY.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kpeval.columns import FLAGS, PROJECT_ID, Column, Table
from kpeval.description import NEEDED, REPORT_KEYS, REPORT_STATES
from kpeval.evaluator import LABELS, PARTS, PRIORITIES, QUESTIONS
from kpeval.reading import REMARK
from kpeval.results import RESULT_TABLES
from kpeval.schema import FACT, PROJECT_TABLES, PROJECTS, STATED

KINDS = {
    "text": "text",
    "word": "one of the words listed",
    "number": "number (`1234.5`)",
    "money": "amount in the project's currency (`315186.00`)",
    "share": "share (`0.85`, or `85 %`)",
    "whole": "whole number",
    "day": "day (`2019-10-31`)",
    "start": "day, or the month, half-year or year it stands for (`2006-03`)",
    "end": "day, or the month, half-year or year it stands for (`2007-06`)",
    "flag": "`true` or `false`",
}
FRICTIONLESS = {"whole": "integer", "day": "date", "flag": "boolean"} | dict.fromkeys(
    ("number", "money", "share"), "number"
)
CALENDAR = r"\d{4}(-\d{2}(-\d{2})?)?"  # a day, a month or a year: no type of Table Schema is all three
INTRODUCTION = """\
# Data dictionary

What may stand in the files of a project folder. Made from `kpeval/schema/` by `python -m kpeval.dictionary`: change
it there.

Files are CSV in UTF-8, with commas or semicolons, one heading line, and the names below as headings in any order. Every
table but funding may be absent, and so may every column that is not needed. A blank cell means that nothing is stated.
Czech numbers and dates (`3 648 425,00`, `1.11.2017`, `březen 2006`) are understood too; plain notation is shown here.

A row whose first cell begins with `# ` (the sign and a space) is not read: so begin the example rows that `kpeval new`
writes, and so may any row that is to rest. Quotation marks around the cell make no difference, since spreadsheets drop
and add them; a cell that begins with `#` and no space (`#hashtag`) is data. The heading cannot be such a row.
"""
REPORT = f"""\
## project.toml, the section [report]

Of the report: {", ".join(f"`{key}`" for key in REPORT_KEYS)} ({" or ".join(REPORT_STATES)}: a draft says so on each
page). What stands in `[report]` holds for every report, what stands in a part `[report.2022-12-31]` for the one as of
that day. Number and period belong to one day: in `[report]` itself they may stand only while there is no such part, and
are then not shown on reports of days before the end of the period.
"""
COMMENTARY = """\
## commentary/2022-12-31.en.md, a file for each day and language

What the evaluator says in the report of exactly that day and language: Markdown, in parts, each under a heading `#`
that names it. Every part may be absent. Headings of your own begin with `###`. Markup, pictures and scripts show as
text.
"""
RECOMMENDED = """\
The recommendations are a list. Below each entry stand, on lines of their own, {labels}.
Priorities are {priorities}. A table with these headings will do, too; the first is then
`{what}`.

```
# Recommendations

- Fill in the values of indicators that are missing.
  To whom: the beneficiary
  By when: 2023-06-30
  Priority: high
```
"""
RESULTS = """\
# Results

What the measures hand back: one frame each, every row with the `project_id` of its project, and no file anywhere.
Shares and differences of shares are fractions of 1.
"""
RESULT_KINDS = KINDS | {"share": "fraction of 1"}


def dictionary() -> str:
    """DICTIONARY.md: one part a table, one line a column."""
    lines = [INTRODUCTION]
    facts = {column.name for column in FACT}
    files = {"project.toml": PROJECTS, "project.toml, a part [[stated]] for each": STATED}
    files |= {table.file: table for table in PROJECT_TABLES.values()}
    for heading, table in files.items():
        lines.append(f"## {heading}\n\n{_sentence(table)}\n")
        own = [column for column in table.columns if column.name not in facts]
        lines += [*_column_table(own, NEEDED if table is PROJECTS else ()), ""]
    lines.append("## Every table\n\nColumns that every table may have beside its own.\n")
    lines += [*_column_table(FACT), ""]
    lines += [REPORT, COMMENTARY, *_parts(), ""]
    lines.append(RESULTS)
    for name, table in RESULT_TABLES.items():
        lines.append(f"## kp.{name}\n\n{_sentence(table)}\n")
        own = [column for column in table.columns if column.name != PROJECT_ID.name]
        lines += [*_column_table(own, kinds=RESULT_KINDS), ""]
    return "\n".join(lines)


def _parts() -> Iterator[str]:
    yield "| part | heading in English | heading in Czech |"
    yield "|---|---|---|"
    for name, headings in PARTS.items():
        kind = " (an evaluation question)" if name in QUESTIONS else ""
        yield f"| `{name}`{kind} | {' or '.join(headings['en'])} | {' nebo '.join(headings['cs'])} |"
    labels = [f"`{spoken['en'][0]}` / `{spoken['cs'][0]}`" for name, spoken in LABELS.items() if name != "what"]
    priorities = ", ".join(f"`{spoken['en'][0]}` / `{spoken['cs'][0]}`" for spoken in PRIORITIES.values())
    what = "` / `".join(LABELS["what"][lang][0] for lang in ("en", "cs"))
    yield ""
    yield RECOMMENDED.format(labels=", ".join(labels), priorities=priorities, what=what).rstrip()


def table_schema(table: Table) -> dict[str, Any]:
    """The table as Frictionless Table Schema: types, rules, keys, meanings in both languages."""
    fields = [_field(column) for column in table.columns]
    # superset: a file may leave columns out, and has them in any order
    schema: dict[str, Any] = {"fields": fields, "fieldsMatch": "superset", "missingValues": [""]}
    if table.key and all(table[name].required for name in table.key):  # a primary key of Table Schema has no blanks
        schema["primaryKey"] = list(table.key)
    foreign = []
    for column in table.columns:
        if column.refers and not column.several:  # of values within a cell Table Schema knows nothing
            other, _, key = column.refers.partition(".")
            reference = {"resource": "" if other == table.name else other, "fields": [key]}
            foreign.append({"fields": [column.name], "reference": reference})
    return schema | ({"foreignKeys": foreign} if foreign else {})


def package(name: str) -> dict[str, Any]:
    """The project folder `name` as a Frictionless Data Package: every table with its schema."""
    resources = [
        {
            "name": table.name,
            "path": table.file,
            "title": _both(table.en, table.cs),
            "scheme": "file",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {"commentChar": REMARK},
            "schema": table_schema(table),
        }
        for table in PROJECT_TABLES.values()
    ]
    return {"name": name.lower(), "profile": "data-package", "resources": resources}


def main() -> None:
    """Renew data/DICTIONARY.md of the checkout."""
    (Path(__file__).parents[1] / "data" / "DICTIONARY.md").write_text(dictionary(), encoding="utf-8", newline="\n")


def _sentence(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    order = "".join(f" `{last}` is not before `{first}`." for first, last in table.order)
    kept = f" No two rows have the same {key}." if key and table is not PROJECTS else ""
    return f"One row is {table.en} (jeden řádek je {table.cs}).{kept}{order}"


def _column_table(
    columns: Iterable[Column], needed: Iterable[str] = (), kinds: Mapping[str, str] = KINDS
) -> Iterator[str]:
    yield "| column | meaning | význam | kind | rule |"
    yield "|---|---|---|---|---|"
    for column in columns:
        must = column.required or column.name in needed
        rule = "; ".join(filter(None, ["needed" if must else "", column.rule]))
        cells = (f"`{column.name}`", column.en, column.cs, kinds[column.kind], rule)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _field(column: Column) -> dict[str, Any]:
    """One column, in plain notation; that kpeval reads Czech notation as well cannot be said here."""
    field: dict[str, Any] = {
        "name": column.name,
        "type": FRICTIONLESS.get(column.kind, "string"),
        "title": column.en,
        "description": _both(column.en, column.cs),
    }
    rules: dict[str, Any] = {}
    if column.required:
        rules["required"] = True
    if column.words:
        rules["enum"] = list(column.words)
    if column.kind in ("start", "end"):
        rules["pattern"] = CALENDAR
    if column.low is not None:
        rules["minimum"] = _plain(column.low)
    if column.high is not None:
        rules["maximum"] = _plain(column.high)
    if column.kind == "flag":
        field["trueValues"] = [word for word, meant in FLAGS.items() if meant]
        field["falseValues"] = [word for word, meant in FLAGS.items() if not meant]
    return field | ({"constraints": rules} if rules else {})


def _plain(limit: float) -> float | int:
    return int(limit) if limit == int(limit) else limit


def _both(en: str, cs: str) -> str:
    return f"{en} (česky: {cs})"


if __name__ == "__main__":
    main()
