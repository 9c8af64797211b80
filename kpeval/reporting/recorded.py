"""What does a page say of itself to programs? Its record is read, from a page that may come from anybody.

    from kpeval.reporting.recorded import read

    record = read("reports/demo/2022-12-31/evaluation.en.html")
    record.parameters["as_of"], record.data["funding.csv"], record.tables[0].rows

Nothing of a page is ever run, and nothing is believed that is not of the form that `docs/PAGE_RECORD.md` describes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from kpeval.folders import NAME
from kpeval.reporting.record import CLOSING, FORM, LEFT_OUT, LETTERS, OPENING, SHAPING

LARGEST = 4 << 20  # bytes of a page; those of kpeval have a fortieth of it
MOST = 1e300  # no figure is greater
OWN = '<meta name="kpeval:'
LIST = re.compile(r"<title>[^<]* – kpeval</title>")  # of the list of reports (`catalogue.py`)
HASH, SHORT = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{16}")
FORMAT = re.compile(r"[a-z]{1,8}")
PARAMETERS, MORE = ("project", "as_of", "lang"), ("since",)
WORDS = {letter: kind for kind, letter in LETTERS.items()}
KINDS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MOST,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool) and abs(value) < MOST,
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, str),
    "datetime": lambda value: isinstance(value, str),
}


class Unreadable(Exception):
    """A file from which no record can be read, and why."""


class NoReport(Unreadable):
    """A page of kpeval that is no report: the list of them."""


class Results(NamedTuple):
    """A result behind a table: the cell that shows it, which result, its caption, its fields by type, its rows."""

    cell: str
    table: str  # as results or schema declare it; "" where none does
    caption: str
    fields: Mapping[str, str]
    rows: list[dict[str, Any]]


class Record(NamedTuple):
    """What a page says of itself; every hash and name in it has the form of one, and no more is known of it."""

    seal: str
    notebook: str
    parameters: Mapping[str, str]
    languages: tuple[str, ...]  # that stand beside it
    formats: tuple[str, ...]
    versions: Mapping[str, str]
    code: Mapping[str, str]  # digests, of kpeval's own files and of the notebook
    data: Mapping[str, str]  # the sha256 of the data files by name
    tables: tuple[Results, ...]


def read(path: str | Path) -> Record:
    """The record of the page in a file; Unreadable, with the reason, where there is none that can be read."""
    return record_of(text_of(Path(path)))


def text_of(path: Path) -> str:
    """The text of a page; Unreadable for what is no file, too large, or no text."""
    try:
        if not path.is_file():
            raise Unreadable("is not a file" if path.exists() else "is not there")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(f"cannot be read ({getattr(error, 'strerror', None) or 'no such name'})") from None
    if len(content) > LARGEST:
        raise Unreadable(f"is no page of kpeval: it is larger than {LARGEST >> 20} MB")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("is no page of kpeval: it is not UTF-8 text") from None


def record_of(html: str) -> Record:
    """The record that a page carries; Unreadable where it has none, more than one, or one of another form."""
    scripts = len(re.findall("<script", html, re.IGNORECASE))
    if not scripts:
        if OWN in html:
            raise Unreadable("carries no record: it was removed, or the page was made by an earlier kpeval")
        if LIST.search(html):
            raise NoReport("is the list of reports, not a report")
        raise Unreadable("is no page of kpeval")
    if scripts > 1:
        raise Unreadable(f"holds {scripts} script elements; a page of kpeval holds one, its record")
    _, opening, rest = html.partition(OPENING)
    text, closing, _ = rest.partition(CLOSING)
    if not opening or not closing:
        raise Unreadable("is no page of kpeval: its one script is no record")
    try:
        told = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
        return _record(told)
    except RecursionError:
        raise Unreadable("has a record that is nested too deep") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        what = f": {error}" if isinstance(error, _Misfit) else " (not JSON of the form it should have)"
        raise Unreadable(f"has a record that cannot be read{what}") from None


class _Misfit(ValueError):
    """What of a record is not as it should be, in words that quote none of it."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise _Misfit("a name stands twice in it")
    return told


def _refuse(_: str) -> None:
    raise _Misfit("it holds a number that is none")


def _need(fits: bool, what: str) -> None:
    if not fits:
        raise _Misfit(what)


def _record(told: Any) -> Record:
    _need(isinstance(told, dict), "it is not an object")
    form = told.get("form")
    _need(form == FORM and type(form) is int, f"its form is not {FORM}, the only one that this kpeval knows")
    parameters, versions, code, data = (_texts(told, name) for name in ("parameters", "versions", "code", "data"))
    _need({*PARAMETERS} <= parameters.keys() <= {*PARAMETERS, *MORE}, "its parameters are not those of a report")
    _need(_is_name(parameters["project"]) and _is_name(parameters["lang"]), "its project or language is no name")
    _need(_is_day(parameters["as_of"]), "its day is no day")
    _need(not parameters.get("since") or _is_day(parameters["since"]), "the day it compares with is no day")
    _need(isinstance(told["notebook"], str) and _is_name(told["notebook"]), "its notebook is no name")
    _need(isinstance(told["seal"], str) and bool(HASH.fullmatch(told["seal"])), "its seal is none")
    _need(code.keys() == {"kpeval", "notebook"} and all(map(SHORT.fullmatch, code.values())), "its code is none")
    _need(versions.keys() >= {"kpeval", "Python", *SHAPING[:1]}, "its versions are not told")
    _need(all(map(HASH.fullmatch, data.values())), "the hash of a data file is none")
    beside = told["beside"]
    languages, formats = tuple(beside["languages"]), tuple(beside["formats"])
    _need(all(isinstance(one, str) and _is_name(one) for one in languages), "a language beside it is no name")
    _need(all(isinstance(one, str) and FORMAT.fullmatch(one) for one in formats), "a format beside it is no name")
    tables = tuple(map(_table, told["tables"]))
    return Record(told["seal"], told["notebook"], parameters, languages, formats, versions, code, data, tables)


def _texts(told: Mapping[str, Any], name: str) -> dict[str, str]:
    found = told[name]
    fits = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
    _need(fits, f"its {name} are not names with texts")
    return found  # type: ignore[no-any-return]


def _table(told: Mapping[str, Any]) -> Results:
    cell, table, caption = (told[name] for name in ("cell", "table", "caption"))
    letters, same, rows = _texts(told, "fields"), told["same"], told["rows"]
    _need(all(letter in WORDS for letter in letters.values()), "a table's fields are of no type")
    fields = {name: WORDS[letter] for name, letter in letters.items()}
    _need(
        all(isinstance(name, str) for name in (cell, table, caption)) and isinstance(same, dict), "a table has no name"
    )
    _need(same.keys() <= fields.keys(), "a table's fields misfit")
    kept = [name for name in fields if name not in same]
    _need(all(isinstance(row, list) and len(row) == len(kept) for row in rows), "a table's rows misfit")
    full = [{name: same.get(name) for name in fields} | dict(zip(kept, row, strict=True)) for row in rows]
    for row in full:
        fits = all(value is None or KINDS[fields[name]](value) for name, value in row.items())
        _need(fits, "a value in a table is not of its field's type")
    _need(not {*LEFT_OUT} & fields.keys(), "a table holds what no record holds")
    return Results(cell, table, caption, fields, full)


def _is_name(text: str) -> bool:
    return bool(NAME.fullmatch(text)) and len(text) <= 100


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
