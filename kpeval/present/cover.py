"""What stands at the head and at the foot of a report: which project, which day, and what made it?"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from html import escape
from importlib.metadata import version
from typing import Any

import pandas as pd

from kpeval.czech import printed_unit, span
from kpeval.present.cells import Row, count, each, first
from kpeval.present.display import SHOWN, Bundle, Cell, Table, bundle, description_list, text_of
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.length import is_long, shortened
from kpeval.present.origin import origins
from kpeval.present.vocabulary import spoken
from kpeval.project import Project
from kpeval.timespan import as_day, earlier_day


@dataclass(frozen=True)
class Facts:
    """A titled list of facts: the cover of a report, its provenance."""

    kind: str
    facts: Mapping[str, str | Cell]
    title: str = ""
    notes: tuple[str, ...] = ()
    table: Table | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = [self.title, *self.notes, *(f"{what}: {text_of(fact)}" for what, fact in self.facts.items())]
        return "\n".join([*filter(None, lines), *([str(self.table)] if self.table else [])])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Bundle:
        head = f"<h1>{escape(self.title)}</h1>\n" if self.title else ""
        notes = "".join(f'<p class="notice">{escape(note)}</p>\n' for note in self.notes)
        table = self.table._repr_mimebundle_()[0]["text/html"] if self.table else ""
        html = f'<div class="{self.kind}">\n{head}{notes}{description_list(self.facts)}\n{table}</div>'
        shown, noted = bundle(html, str(self), self.kind, **self.about)
        shown[SHOWN] = {
            "title": self.title,
            "notes": list(self.notes),
            "facts": [[what, fact if isinstance(fact, str) else fact.told] for what, fact in self.facts.items()],
            "table": self.table.told if self.table else None,
        }
        return shown, noted


def cover(project: Project, period: pd.DataFrame, *, as_of: str | date, lang: str, since: str | date = "") -> Facts:
    """Which project, which period, which money, which day: the head of a report, as far as the documents say.

    `since` is the earlier day that the report is compared with, if any; ValueError as of `changes`.
    """
    words, day = language(lang), as_day(as_of)
    earlier = earlier_day(since, day) if since else None
    facts = first(project.tables["projects"])
    report, title = project.report(day), shortened(facts.title)
    said: dict[str, str | Cell] = {
        words.say("As of"): words.day(day),
        words.say("Implementation period"): _period(period, words),
        _sentence_case(_cost_named(facts, words)): _cost(facts, words),
    }
    if earlier is not None:
        said[words.say("Compared with")] = words.day(earlier)
    for key, label in (("number", words.say("Report number")), ("period", words.say("Monitored period")),
                       ("author", words.say("Author"))):  # fmt: skip
        if report.get(key):
            said[label] = (_range(report[key], words) if key == "period" else "") or _text(report[key], words)
    if report.get("state"):
        said[words.say("State of the report")] = spoken("report_state", report["state"], words)
    said |= {
        words.say("Registration number"): _text(facts.registration_number, words),
        words.say("Programme"): _text(facts.programme, words),
        words.say("Beneficiary"): _text(facts.beneficiary, words),
    }
    synthetic = bool(facts.synthetic)
    notes = [words.say("The data of this project are invented.")] if synthetic else []
    about = {
        "title": title,
        "project_id": project.project_id,
        "as_of": f"{day:%Y-%m-%d}",
        "as_of_text": words.day(day),
        "since": f"{earlier:%Y-%m-%d}" if earlier is not None else "",
        "lang": lang,
        "data_language": facts.language,
        "synthetic": synthetic,
        "state": report.get("state", ""),
        "allowed": project.settings["privacy"].get("allowed", []),
        "origins": origins(project.tables),
    }
    return Facts("cover", _told_at_once(said, words.say("not stated")), title, tuple(notes), about=about)


def provenance(project: Project, *, as_of: str | date, lang: str) -> Facts:
    """What made this report: the parameters, the data files with their fingerprints, and the program's version."""
    words = language(lang)
    said = {
        words.say("Project"): project.project_id,
        words.say("As of"): f"{as_day(as_of):%Y-%m-%d}",
        words.say("Language"): lang,
        words.say("Fingerprint of the data (sha256)"): project.fingerprint,
        words.say("Made by"): _makers(),
    }
    files = each(project.files)
    rows = tuple((Cell(row.file), count(row.bytes, words), Cell(row.sha256)) for row in files)
    headings = (words.say("File"), words.say("Bytes"), "sha256")
    check = words.say(
        "The command “kpeval verify” with this page's file says whether the page follows from these data, which "
        "figures have moved since, and whether the page was altered. A page shows the first 16 digits of a file's "
        "sha256, and carries all of them in the record at its end."
    )
    table = Table(words.say("Data files"), headings, rows, (check,))
    return Facts("provenance", said, table=table, about={"files": {row.file: row.sha256 for row in files}})


@lru_cache
def _makers() -> str:
    python = ".".join(platform.python_version_tuple()[:2])
    return f"kpeval {version('kpeval')}, pandas {version('pandas')}, Python {python}"


def _told_at_once(said: Mapping[str, str | Cell], unstated: str) -> dict[str, str | Cell]:
    """The facts, those that are not stated last and as one."""
    stated = {what: fact for what, fact in said.items() if fact != unstated}
    missing = [what for what in said if what not in stated]
    if missing:
        stated[", ".join([missing[0], *(what[:1].lower() + what[1:] for what in missing[1:])])] = unstated
    return stated


def _text(value: object, words: Language) -> str | Cell:
    """What the documents say, in their own language."""
    if not isinstance(value, str):
        return words.say("not stated")
    return words.say("{text} (shortened)", text=value) if is_long(value) else Cell(value, quoted=True)


def _range(text: str, words: Language) -> str:
    """The period that the evaluator wrote, as this language writes it; nothing where it cannot be read as one."""
    try:
        start, end = span(text)
    except ValueError:
        return ""
    return words.range(words.day(start.start, start.precision), words.day(end.end, end.precision))


def _cost_named(facts: Row, words: Language) -> str:
    """Which cost it is; where neither the cost nor its basis is stated there is nothing to tell apart."""
    if isinstance(facts.total_basis, str):
        return spoken("total_basis", facts.total_basis, words)
    return words.say("total cost") if pd.isna(facts.total_cost) else spoken("total_basis", "not_stated", words)


def _sentence_case(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _period(period: pd.DataFrame, words: Language) -> str:
    facts = first(period)
    if pd.isna(facts.start) or pd.isna(facts.end):
        return words.say("not stated")
    ends = (words.day(facts.start, facts.start_precision), words.day(facts.end, facts.end_precision))
    days = words.count("{count} day", "{count} days", int(facts.days))
    months = words.count("{count} month", "{count} months", round(float(facts.months), 1))
    return f"{words.range(*ends)} ({days}, {months})"


def _cost(facts: Row, words: Language) -> str:
    if pd.isna(facts.total_cost):
        return words.say("not stated")
    printed = facts.total_as_printed
    # As many decimals as the documents print, so that 3 648 425,00 Kč does not lose its haléře.
    unit = printed_unit(printed) if isinstance(printed, str) else None
    decimals = 2 if unit is not None and unit < 1 else money_decimals([facts.total_cost])
    return words.money(facts.total_cost, facts.currency, decimals)
