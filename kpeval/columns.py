"""What may stand in a column?

A `Column` says it once: kind, meaning in both languages, rule. `schema` declares the tables of a project with it,
`results` what the measures hand back; `values.py` turns cells into values and holds them against the rules.
"""

from __future__ import annotations

from dataclasses import dataclass

DTYPES = {
    "text": "str",
    "word": "str",
    "number": "float64",
    "money": "float64",
    "share": "float64",
    "whole": "Int64",
    "day": "datetime64[us]",
    "start": "datetime64[us]",
    "end": "datetime64[us]",
    "flag": "boolean",
}
FLAGS = {
    "true": True,
    "yes": True,
    "ano": True,
    "1": True,
    "false": False,
    "no": False,
    "ne": False,
    "0": False,
}


@dataclass(frozen=True)
class Column:
    """One column: its kind, what it means (English, Czech), and the rule its values keep.

    Kinds: text; word (of a closed list); number; money (in the project's currency); share (a fraction of 1);
    whole (a count); day; start and end (the first and last day of something, which may be printed as a month:
    the precision then stands in `<name>_precision`); flag (true or false).
    """

    name: str
    kind: str
    en: str
    cs: str
    required: bool = False
    words: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    refers: str = ""  # "activities.activity_id": each value must stand there
    several: bool = False  # values separated by ;, each of which refers

    @property
    def dtype(self) -> str:
        return DTYPES[self.kind]

    @property
    def unit(self) -> str:
        return {"money": "currency of the project", "share": "fraction of 1", "whole": "count"}.get(self.kind, "")

    @property
    def ruled(self) -> bool:
        """Whether not just anything of its kind may stand there."""
        return self.required or bool(self.words) or self.low is not None or self.high is not None

    @property
    def rule(self) -> str:
        """The rule in words, as errors and the data dictionary print it; empty where anything goes."""
        parts = ["one of " + ", ".join(self.words)] if self.words else []
        if self.low is not None:
            parts.append(f"at least {self.low:g}")
        if self.high is not None:
            parts.append(f"at most {self.high:g}")
        if self.refers:
            parts.append(f"each stands in {self.refers}" if self.several else f"stands in {self.refers}")
        return "; ".join(parts)


@dataclass(frozen=True)
class Table:
    """One table: what one row is, its columns, the columns that name a row, and pairs that stand in order."""

    name: str
    en: str
    cs: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    order: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


PROJECT_ID = Column("project_id", "text", "project", "projekt", required=True)


def listed(cell: object) -> list[str]:
    """What a cell of a column of `several` values names: the parts between the ;, each once.

    >>> listed("G1; G2;;G1"), listed(float("nan"))
    (['G1', 'G2'], [])
    """
    return list(dict.fromkeys(filter(None, map(str.strip, cell.split(";"))))) if isinstance(cell, str) else []
