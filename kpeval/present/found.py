"""What does the table of the findings look like: what does not add up, where, and what to do about it?"""

from __future__ import annotations

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.cells import Maker, Row
from kpeval.present.display import Cell, Omitted, Table, with_result
from kpeval.present.language import language
from kpeval.present.vocabulary import spoken


@with_result
def findings(findings: pd.DataFrame, *, lang: str, most: int | None = None) -> Table | Omitted:
    """What was found, worst first, with the place in the data and what to do; no more than `most`, and it says so."""
    words, table = language(lang), results.FINDINGS
    cells.one_project(findings)
    if findings.empty:
        return Omitted(words.say("Nothing was found."))
    total, findings = len(findings), findings if most is None else findings.head(most)

    def place(row: Row) -> Cell:
        file = "project.toml" if row.table in ("projects", "stated") else f"{row.table}.csv"
        if row.table.endswith(".md"):
            line = words.say("{file}, line {line}", file=row.table, line=row.row)
            return Cell(row.table if pd.isna(row.row) else line)
        where = file if pd.isna(row.row) else words.say("{table}, row {row}", table=file, row=int(row.row))
        return Cell(where)

    columns: dict[str, Maker] = {
        words.heading(table["severity"]): lambda row: Cell(spoken("severity", row.severity, words)),
        words.heading(table["message"]): lambda row: Cell(row.message),
        words.heading(table["remedy"]): lambda row: Cell(row.remedy),
        words.heading(table["table"]): place,
    }
    rows = cells.rows_of(cells.each(findings, "severity table row message remedy"), columns)
    notes = []
    if len(findings) < total:
        notes = [
            words.count(
                "Shown is {count} of {all} findings, none of those left out graver than the last one. The command "
                "“kpeval check” lists all of them.",
                "Shown are {count} of {all} findings, none of those left out graver than the last one. The command "
                "“kpeval check” lists all of them.",
                len(findings),
                all=words.number(total),
            )
        ]
    told = cells.with_notes(rows, notes, words)
    return Table(words.say("Findings, worst first"), tuple(columns), rows, told, findings)
