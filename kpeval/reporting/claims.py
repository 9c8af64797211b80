"""Does a page show what its own record says? As far as that can be told without the data that it was made from.

The record holds values, the page texts, and only measures and presenters know how one becomes the other. But the same
report, made anew from other data, shows which field stands in which column, and how it is rounded: what holds for every
row there must hold for every row here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from babel.numbers import get_decimal_symbol, get_group_symbol

from kpeval.present.language import MINUS, language
from kpeval.reporting.recorded import HASH, Record, Results
from kpeval.reporting.shown import Difference, Shown, Table

SCALES = (1, 100)  # a value as it is, and a share in percent
Row = Mapping[str, Any]
Rule = Callable[[str, Row], bool]


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
            rules = _rules(examples[heading], there[caption][1], lang)
            compared += bool(rules)
            found += _contradiction(caption, heading, cells[heading], results, rules)
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
    shown = {row[0]: row[-1] for table in page.tables for row in table.rows if row and HASH.fullmatch(row[-1].strip())}
    for name in sorted(shown.keys() | record.data.keys()):
        if (shown or record.data) and shown.get(name) != record.data.get(name):
            yield Difference(f"the foot, {name}", shown.get(name, "not there"), record.data.get(name, "not there"))
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


def _rules(cells: list[str], results: Results, lang: str) -> list[Rule]:
    """The rules by which every one of these cells follows from its row, where one of them says something at all."""
    rules: list[Rule] = []
    for name, kind in results.fields.items():
        if kind == "string" and any(row[name] for row in results.rows):
            rules.append(_quotes(name))
        elif kind in ("number", "integer") and any(row[name] is not None for row in results.rows):
            rules += [_rounds(name, scale, lang) for scale in SCALES]
    return [rule for rule in rules if all(rule(cell, row) for cell, row in zip(cells, results.rows, strict=True))]


def _quotes(name: str) -> Rule:
    return lambda cell, row: row.get(name) is None or _plain(str(row[name])) in _plain(cell)


def _rounds(name: str, scale: int, lang: str) -> Rule:
    def fits(cell: str, row: Row) -> bool:
        shown, value = _number(cell, lang), row.get(name)
        if shown is None or value is None:
            return shown is None and value is None
        number, decimals = shown
        return abs(value * scale - number) <= 0.5 * 10**-decimals * (1 + 1e-9) + abs(number) * 1e-12

    return fits


def _contradiction(
    caption: str, heading: str, cells: list[str], results: Results, rules: Iterable[Rule]
) -> Iterator[Difference]:
    """The first cell that no rule allows, if there is no rule that allows them all."""
    allowed = [[rule(cell, row) for cell, row in zip(cells, results.rows, strict=True)] for rule in rules]
    if allowed and not any(map(all, allowed)):
        best = max(allowed, key=sum)
        at = best.index(False)
        yield Difference(f"the table “{caption}”, row {at + 1}, “{heading}”", cells[at], "what its record says")


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
