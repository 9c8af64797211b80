"""Does a page show what its own record says? As far as that can be told without the data that it was made from.

The record holds values, the page texts, and only the presenters know how one becomes the other. But a column that has
the heading of a field shows that field, if it does so in every row of the same report made anew from other data: then
it must do so in every row here, too, rounded as it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from babel.numbers import get_decimal_symbol, get_group_symbol

from kpeval.present.language import MINUS, language
from kpeval.reporting.moved import declared
from kpeval.reporting.recorded import Record, Results
from kpeval.reporting.shown import Difference, Shown, Table

LONG = 100  # characters of a text that is surely shown whole
FIRST = 16  # digits of a sha256 that the foot shows
DIGITS = re.compile(rf"[0-9a-f]{{{FIRST}}}…")
SCALES = (1, 100)  # a value as it is, and a share in percent
Row = Mapping[str, Any]


class Rule(NamedTuple):
    """A cell shows the field `name` of its row, if it does what `fits` asks."""

    name: str
    fits: Callable[[str, Row], bool]

    def each(self, cells: list[str], results: Results) -> list[bool]:
        """Whether each cell shows its row's field."""
        return [self.fits(cell, row) for cell, row in zip(cells, results.rows, strict=True)]


class Claims(NamedTuple):
    """Where a page contradicts its record; and of how many columns of tables that could be told."""

    contradictions: list[Difference]
    compared: int
    columns: int


def claims(page: str, record: Record, anew: str, now: Record) -> Claims:
    """What of a page contradicts its record, by the example of the page made `anew` and its record of `now`."""
    one, two, lang = Shown(page), Shown(anew), record.parameters["lang"]
    found, compared, columns = list(_of_itself(one, record)), 0, 0
    there = {caption: (table, results) for caption, table, results in _paired(two, now)}
    for caption, table, results in _paired(one, record):
        if caption not in there:
            continue
        cells, examples = _columns(table, results), _columns(*there[caption])
        for heading in [heading for heading in cells if heading in examples]:
            columns += 1
            rule = _rule(heading, examples[heading], there[caption][1], lang)
            if rule:
                compared += 1
                found += _contradictions(caption, heading, cells[heading], results, rule)
    return Claims(found, compared, columns)


def makers(record: Record) -> str:
    """What the foot of a page names as what made it."""
    return ", ".join(f"{name} {record.versions[name]}" for name in ("kpeval", "pandas", "Python"))


def _of_itself(page: Shown, record: Record) -> Iterator[Difference]:
    """The head, and the files, hashes and versions in the foot."""
    tags = {piece.text for piece in page.pieces if not piece.is_text}
    for name, value in (("project", record.parameters["project"]), ("as-of", record.parameters["as_of"])):
        if f'<meta name="kpeval:{name}" content="{value}">' not in tags:
            yield Difference("the head of the page", f"another {name.replace('-', ' ')}", value)
    if f'<html lang="{record.parameters["lang"]}">' not in tags:
        yield Difference("the head of the page", "another language", record.parameters["lang"])
    shown = {
        row[0]: row[-1] for table in page.tables for row in table.rows if row and DIGITS.fullmatch(row[-1].strip())
    }
    told = {name: f"{sha256[:FIRST]}…" for name, sha256 in record.data.items()}
    for name in sorted(shown.keys() | told.keys()):
        if (shown or told) and shown.get(name) != told.get(name):
            yield Difference(f"the foot, {name}", shown.get(name, "not there"), told.get(name, "not there"))
    made = makers(record)
    if shown and not any(made in piece.text for piece in page.texts):
        yield Difference("the foot", "other versions", made)


def _paired(page: Shown, record: Record) -> Iterator[tuple[str, Table, Results]]:
    """Tables as shown with the results behind them, by caption; the first of each."""
    shown: dict[str, Table] = {}
    for table in page.tables:
        shown.setdefault(table.caption, table)
    seen = set()
    for results in record.tables:
        if results.caption in shown and results.caption not in seen:
            seen.add(results.caption)
            yield results.caption, shown[results.caption], results


def _columns(table: Table, results: Results) -> dict[str, list[str]]:
    """The cells by the heading of their column, a row of the results each; of a table of facts, by what it names.

    Nothing where shown rows and results do not correspond; a sum below them is left out.
    """
    count = len(results.rows)
    if count == 1 and len(table.headings) == 2:
        return {row[0]: [row[1]] for row in table.rows if len(row) == 2}
    if len(table.rows) not in (count, count + 1) or any(len(row) != len(table.headings) for row in table.rows):
        return {}
    return {heading: [row[at] for row in table.rows[:count]] for at, heading in enumerate(table.headings)}


def _rule(heading: str, cells: list[str], results: Results, lang: str) -> Rule | None:
    """Which field stands under a heading, if that is so in every one of these cells, and one of them has a value."""
    for name, kind in results.fields.items():
        column = declared(results.table, name)
        if column is None or language(lang).heading(column) != heading:
            continue
        rule = _quotes(name) if kind == "string" else _rounds(name, lang) if kind in ("number", "integer") else None
        if rule and all(rule.each(cells, results)) and any(row[name] is not None for row in results.rows):
            return rule
    return None


def _quotes(name: str) -> Rule:
    def fits(cell: str, row: Row) -> bool:
        value = str(row.get(name) or "")
        # what is long, or holds signs that no page shows, may be shown otherwise
        return len(value) > LONG or not value.isprintable() or _plain(value) in _plain(cell)

    return Rule(name, fits)


def _rounds(name: str, lang: str) -> Rule:
    def fits(cell: str, row: Row) -> bool:
        shown, value = _number(cell, lang), row.get(name)
        if shown is None or value is None:
            return shown is None and value is None
        number, decimals = shown
        allowed = 0.5 * 10.0**-decimals * (1 + 1e-9) + abs(number) * 1e-12
        return any(abs(float(value) * scale - number) <= allowed for scale in SCALES)

    return Rule(name, fits)


def _contradictions(caption: str, heading: str, cells: list[str], results: Results, rule: Rule) -> Iterator[Difference]:
    for at, fits in enumerate(rule.each(cells, results)):
        if not fits:
            should = "nothing" if (value := results.rows[at].get(rule.name)) is None else str(value)
            yield Difference(f"the table “{caption}”, row {at + 1}, “{heading}”", cells[at], f"{should} (its record)")


def _number(cell: str, lang: str) -> tuple[float, int] | None:
    """The first number in a cell as a language writes it, and how many decimals it has."""
    locale = language(lang).locale
    point, group = get_decimal_symbol(locale), get_group_symbol(locale)
    text = re.sub(rf"(?<=\d)[{re.escape(group)}\s](?=\d)", "", cell)
    found = re.search(rf"([{MINUS}-]?)(\d{{1,15}})(?:{re.escape(point)}(\d{{1,15}}))?", text)
    if found is None:
        return None
    minus, whole, decimals = found.groups(default="")
    return float(f"{'-' if minus else ''}{whole}.{decimals or 0}"), len(decimals)


def _plain(text: str) -> str:
    return " ".join(text.split())
