"""Which reports does reports.toml ask for? Each fault of the file is told with its place and what to write instead."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from kpeval.faults import Fault, nearest
from kpeval.reporting.asked import Misuse, Report, grid

KEYS = ("project", "as_of", "notebook", "languages")
NEEDED = ("project", "as_of")
DEFAULTS: dict[str, list[str]] = {"notebook": ["evaluation"], "languages": ["cs", "en"]}


def wanted(file: Path) -> list[Report]:
    """The reports of every `[[report]]` of the file, in its order; Misuse with all that is wrong with it."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise Misuse([Fault(str(file), None, "", "there is no such file; it says which reports are wanted")]) from None
    except (OSError, ValueError) as error:
        raise Misuse([Fault(str(file), None, "", f"cannot be read: {error}")]) from None
    faults = [_fault(file, key, f"unknown key{nearest(key, ['report'])}") for key in told if key != "report"]
    entries = told.get("report", [])
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        faults.append(_fault(file, "report", "write each wanted group of reports under a heading [[report]]"))
        entries = []
    for number, entry in enumerate(entries, start=1):
        faults += [_fault(file, f"report {number}: {key}", message) for key, message in _wrong(entry)]
    if faults:
        raise Misuse(faults, "nothing was rendered")
    reports = [report for entry in entries for report in _reports(entry)]
    return list(dict.fromkeys(reports))


def _reports(entry: dict[str, Any]) -> list[Report]:
    told = DEFAULTS | {key: value if isinstance(value, list) else [value] for key, value in entry.items()}
    days = [day if isinstance(day, str) else day.isoformat() for day in told["as_of"]]
    return grid(told["project"], days, told["notebook"], told["languages"])


def _wrong(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in NEEDED:
        if key not in entry:
            yield key, "is not given"
    for key, value in entry.items():
        values = value if isinstance(value, list) else [value]
        if key not in KEYS:
            yield key, f"unknown key{nearest(key, KEYS) or ': known are ' + ', '.join(KEYS)}"
        elif not values:
            yield key, "names nothing"
        elif key == "as_of" and not all(type(day) in (str, date) for day in values):
            yield key, "write days like 2019-10-31"
        elif key != "as_of" and not all(isinstance(one, str) for one in values):
            yield key, 'write a name in quotation marks, or a list like ["cs", "en"]'


def _fault(file: Path, place: str, message: str) -> Fault:
    return Fault(str(file), None, place, message)
