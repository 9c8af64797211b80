"""What does project.toml say of a project?"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from kpeval import czech
from kpeval.columns import Table
from kpeval.faults import Fault, nearest, printable, quoted
from kpeval.folders import TOML
from kpeval.privacy.rules import rule_faults
from kpeval.reading import toml_file
from kpeval.schema import PROJECTS, STATED, TRAINING_RULE
from kpeval.training_rules import SETTINGS as TRAINING_SETTINGS
from kpeval.training_rules import columns_of
from kpeval.training_rules import rule_faults as training_faults
from kpeval.values import table_of, typed

NEEDED = ("title", "currency", "language")  # a report cannot name its project, its money or its quotations without
CURRENCY = re.compile(r"\s*[A-Za-z]{3}\s*|\s*")
LANGUAGE_TAG = re.compile(r"\s*|[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
REPORT_KEYS = ("number", "period", "author", "state")
OF_ONE_DAY = ("number", "period")  # what no two reports have in common
REPORT_STATES = ("draft", "final")
SETTINGS = ("report", "privacy", "rules")
RULE_KEYS = (*TRAINING_SETTINGS,)


def described(
    name: str, raw: bytes
) -> tuple[dict[str, pd.DataFrame], dict[str, dict[str, Any]], str | None, list[Fault]]:
    """project.toml as the tables `projects` (one row) and `stated`, its settings, the encoding it declares, faults."""
    told, faults = toml_file(raw, TOML)
    if not faults:
        faults = list(_key_faults(name, told))
    settings = {section: told.get(section, {}) for section in SETTINGS}
    entries = told.get("stated", [])
    facts = {"project_id": name} | {key: value for key, value in told.items() if key in PROJECTS.names}
    sound = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    projects, wrong = _table(PROJECTS, [facts], faults)
    stated, wrong_stated = _table(STATED, sound, [], name)
    if told:
        faults += wrong + wrong_stated
    projects["synthetic"] = projects["synthetic"].fillna(False)
    rule = columns_of(told.get("programme"), settings["rules"] if isinstance(settings["rules"], dict) else {})
    gained = pd.DataFrame([rule | {"project_id": name}])
    projects = pd.concat([projects, typed(TRAINING_RULE, gained)[0].drop(columns="project_id")], axis=1)
    encoding = told.get("encoding")
    return {"projects": projects, "stated": stated}, settings, encoding if _is_encoding(encoding) else None, faults


def _key_faults(name: str, told: Mapping[str, Any]) -> Iterable[Fault]:
    known = [*PROJECTS.names, "encoding", "stated", *SETTINGS]
    yield from _unknown(told, known, "")
    for key in NEEDED:
        if not str(told.get(key, "?")).strip():
            yield Fault(TOML, None, key, "is empty, and must not be")
        elif key not in told:
            yield Fault(TOML, None, key, "is not given")
    if told.get("project_id", name) != name:
        yield Fault(TOML, None, "project_id", f"{quoted(told['project_id'])} is not the folder's name '{name}'")
    if isinstance(told.get("language"), str) and not LANGUAGE_TAG.fullmatch(told["language"]):
        yield Fault(TOML, None, "language", f'{quoted(told["language"])} is no language tag: write it like "cs"')
    if not CURRENCY.fullmatch(str(told.get("currency", ""))):
        yield Fault(TOML, None, "currency", f'{quoted(told["currency"])} is no code of a currency: write it like "CZK"')
    for key in PROJECTS.names:
        if isinstance(told.get(key), dict | list):
            yield Fault(TOML, None, key, "is a list or a section, not a value")
    for section in SETTINGS:
        if not isinstance(told.get(section, {}), dict):
            yield Fault(TOML, None, section, f"write it as a section [{section}]")
    if isinstance(told.get("report", {}), dict):
        yield from _report_faults(told.get("report", {}))
    if isinstance(told.get("privacy", {}), dict):
        yield from rule_faults(told.get("privacy", {}))
    if isinstance(told.get("rules", {}), dict):
        yield from _unknown(told.get("rules", {}), RULE_KEYS, "rules.")
        yield from training_faults(told.get("rules", {}))
    stated = told.get("stated", [])
    if not isinstance(stated, list) or not all(isinstance(entry, dict) for entry in stated):
        yield Fault(TOML, None, "stated", "write each fact under a heading [[stated]]")
    else:
        for entry in stated:
            yield from _unknown(entry, STATED.names, "stated.")
    if "encoding" in told and not _is_encoding(told["encoding"]):
        yield Fault(
            TOML, None, "encoding", f'{quoted(told["encoding"])} is no encoding: write "utf-8" or "windows-1250"'
        )


def report_on(report: Mapping[str, Any], day: date) -> dict[str, str]:
    """What the section [report] says of the report as of the day, as text by key.

    What stands in [report] itself holds for every report, what stands in a part [report.2022-12-31] for the one as of
    that day. Number and period that stand in [report] itself are not those of a report on a day before the period ends.
    """
    whole = {key: told for key, told in report.items() if not isinstance(told, dict)}
    if "period" in whole and _ends_after(str(whole["period"]), day):
        whole = {key: told for key, told in whole.items() if key not in OF_ONE_DAY}
    return {key: _text(told) for key, told in {**whole, **report.get(day.isoformat(), {})}.items()}


def _ends_after(period: str, day: date) -> bool:
    try:
        return czech.span(period)[1].end > day
    except ValueError:
        return False


def _report_faults(report: Mapping[str, Any]) -> Iterable[Fault]:
    days = {key: told for key, told in report.items() if isinstance(told, dict)}
    whole = {key: told for key, told in report.items() if key not in days}
    for key in (key for key in OF_ONE_DAY if key in whole and days):
        yield Fault(TOML, None, f"report.{key}", "belongs to one day: move it to the part [report.<day>] of that day")
    for day in days:
        if not _is_iso_day(day):
            yield Fault(TOML, None, f"report.{day}", "is not the day of a report: write it like [report.2022-12-31]")
    for prefix, part in {"report.": whole, **{f"report.{day}.": told for day, told in days.items()}}.items():
        yield from _unknown(part, REPORT_KEYS, prefix)
        if part.get("state", "final") not in REPORT_STATES:
            yield Fault(
                TOML, None, f"{prefix}state", f"{quoted(part['state'])} is not one of {', '.join(REPORT_STATES)}"
            )
        for key in (key for key in REPORT_KEYS if isinstance(part.get(key), dict | list)):
            yield Fault(TOML, None, prefix + key, "is a list or a section, not a value")


def _is_iso_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unknown(told: Mapping[str, Any], known: Iterable[str], prefix: str) -> Iterable[Fault]:
    names = list(known)
    for key in told:
        if key not in names:
            hint = nearest(key, names) or ": known are " + ", ".join(names)
            yield Fault(TOML, None, prefix + printable(key), f"unknown key{hint}")


def _is_encoding(name: object) -> bool:
    try:
        return isinstance(name, str) and bool(codecs.lookup(name))
    except LookupError:
        return False


def _table(
    table: Table, entries: list[dict[str, Any]], told: list[Fault], owner: str = ""
) -> tuple[pd.DataFrame, list[Fault]]:
    """The entries as a typed table; of a fault the file and the key are told, for TOML has no rows."""
    cells = [
        {key: _text(value) for key, value in entry.items() if not isinstance(value, dict | list)} for entry in entries
    ]
    given = [name for name in table.names if any(name in entry for entry in cells)]
    text = {name: np.array([entry.get(name, np.nan) for entry in cells], dtype=object) for name in given}
    frame, wrong = table_of(table, text, pd.RangeIndex(len(cells)), told, owner)
    prefix = "" if table is PROJECTS else f"{table.name}."
    return frame, [Fault(TOML, None, prefix + fault.column, fault.message) for fault in wrong]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}"  # 1e3 is 1000
    return value.isoformat() if isinstance(value, date | datetime) else czech.plain(str(value))
