"""How is a table declared? A column is: name, meaning in English, meaning in Czech, then the rule."""

from __future__ import annotations

from kpeval.columns import Column, Table


def text(name: str, en: str, cs: str, required: bool = False, refers: str = "", several: bool = False) -> Column:
    return Column(name, "text", en, cs, required=required, refers=refers, several=several)


def word(name: str, en: str, cs: str, words: tuple[str, ...], required: bool = False) -> Column:
    return Column(name, "word", en, cs, required=required, words=words)


def money(name: str, en: str, cs: str, required: bool = False, low: float | None = 0) -> Column:
    return Column(name, "money", en, cs, required=required, low=low)


def number(name: str, en: str, cs: str, required: bool = False, low: float | None = None) -> Column:
    return Column(name, "number", en, cs, required=required, low=low)


def share(name: str, en: str, cs: str) -> Column:
    return Column(name, "share", en, cs, low=0, high=1)


def whole(name: str, en: str, cs: str, required: bool = False) -> Column:
    return Column(name, "whole", en, cs, required=required, low=0)


def day(name: str, en: str, cs: str, required: bool = False) -> Column:
    return Column(name, "day", en, cs, required=required)


def start(name: str, en: str, cs: str, required: bool = False) -> Column:
    return Column(name, "start", en, cs, required=required)


def end(name: str, en: str, cs: str, required: bool = False) -> Column:
    return Column(name, "end", en, cs, required=required)


def flag(name: str, en: str, cs: str) -> Column:
    return Column(name, "flag", en, cs)


# Every row of every table may say where it comes from, when it became known, and what is not simply stated.
FACT = (
    text("source_ref", "source (document:line)", "pramen (dokument:řádek)"),
    day("recorded_on", "became known on", "zjištěno dne"),
    flag("derived", "computed", "vypočteno"),
    flag("assumed", "assumed", "předpoklad"),
    text("note", "note", "poznámka"),
)


def table(
    name: str, en: str, cs: str, *columns: Column, key: str = "", order: tuple[tuple[str, str], ...] = ()
) -> Table:
    declared = {column.name for column in columns}
    facts = tuple(column for column in FACT if column.name not in declared)
    return Table(name, en, cs, (*columns, *facts), tuple(key.split()), order)
