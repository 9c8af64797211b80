"""Which reports are there? One page per language lists all that lie under the folder, by project and day.

What stands in it is read from the pages themselves, so that the catalogue is right whoever wrote them, and when: the
same pages give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from html import escape
from html.parser import HTMLParser
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kpeval.present.language import Language, language, languages
from kpeval.reporting.asked import HTML, INDEX, Report
from kpeval.reporting.failure import plainly
from kpeval.reporting.files import is_far, write_whole
from kpeval.reporting.formats import FORMATS, MAKERS, beside
from kpeval.reporting.ledger import Run
from kpeval.reporting.look import TEMPLATE, catalogue_stylesheet, format_name, own_name, policy
from kpeval.reporting.places import heads

HEAD = 16_384  # characters; what is read of a page stands before its style
PREFIX = "kpeval:"


class Entry(NamedTuple):
    """A report that lies there: what its page says of itself, and where it lies."""

    project: str
    as_of: str
    kind: str
    lang: str
    title: str
    synthetic: bool
    draft: bool
    href: str
    files: tuple[str, ...] = ()  # the formats that stand beside it
    failed: tuple[Run | None, Run | None] | None = None  # the last attempt, if it failed, and the last good one


Latest = Mapping[Report, tuple[Run | None, Run | None]]  # as the ledger tells: the last run and the last good one


def write(out: Path, latest: Latest | None = None) -> list[Path]:
    """Writes `index.html` and, where there are reports in several languages, one more for each (`index.en.html`).

    Reports that could not be made at the last attempt are marked: not updated since when, and why.
    """
    failed = {_href(report): runs for report, runs in (latest or {}).items() if runs[0] and runs[0].state == "failed"}
    entries = [entry._replace(failed=failed.get(entry.href)) for entry in _entries(out)]
    there = {entry.href for entry in entries}
    entries += [_missing(run.report, runs) for href, runs in failed.items() if (run := runs[0]) and href not in there]
    entries.sort(key=lambda entry: entry[:4])
    codes = [code for code in sorted({entry.lang for entry in entries}) if code in languages()] or ["en"]
    names = {code: INDEX if place == 0 else f"index.{code}.html" for place, code in enumerate(codes)}
    written = []
    for code, name in names.items():
        sisters = [(other, href, own_name(other)) for other, href in names.items() if other != code]
        write_whole(out / name, _page(entries, language(code), sisters))
        written.append(out / name)
    return written


def _href(report: Report) -> str:
    return f"{report.project}/{report.as_of}/{report.notebook}.{report.lang}.html"


def _missing(report: Report, runs: tuple[Run | None, Run | None]) -> Entry:
    """A report that never could be made: there is no page to say what it is called."""
    return Entry(report.project, report.as_of, report.notebook, report.lang, "", False, False, "", failed=runs)


def _entries(out: Path) -> Iterable[Entry]:
    suffixes = {f".{one}": one for one in FORMATS}
    there = {path for path in out.glob("[!.]*/[0-9]*/*.*") if path.suffix in suffixes}
    paths = sorted(path for path in there if path.suffix == f".{HTML}")
    for path, text in heads(paths, HEAD) if is_far(out) else _heads(paths):
        head = _Head()
        head.feed(text.partition("<style")[0])
        said = head.said
        if {"project", "as-of", "kind", "title"} <= said.keys():
            yield Entry(
                said["project"],
                said["as-of"],
                said["kind"],
                head.lang,
                said["title"],
                said.get("synthetic") == "true",
                said.get("state") == "draft",
                path.relative_to(out).as_posix(),
                tuple(one for one in beside(FORMATS) if path.with_suffix(f".{one}") in there),
            )


def _heads(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        with suppress(OSError), path.open(encoding="utf-8", errors="replace") as file:
            yield path, file.read(HEAD)


class _Head(HTMLParser):
    """What a page says of itself: its language and its `kpeval:` metas."""

    def __init__(self) -> None:
        super().__init__()
        self.lang, self.said = "", dict[str, str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = given.get("lang", "")
        elif tag == "meta" and given.get("name", "").startswith(PREFIX):
            self.said[given["name"].removeprefix(PREFIX)] = given.get("content", "")

    handle_startendtag = handle_starttag


def _page(entries: list[Entry], words: Language, sisters: list[tuple[str, str, str]]) -> str:
    projects = [_project(list(reports), words) for _, reports in groupby(entries, key=lambda entry: entry.project)]
    style = catalogue_stylesheet()
    title = words.say("Reports")
    page = {
        "lang": words.code,
        "title": f"{title} – kpeval",
        "kind": "kpeval",
        "head": f"<h1>{escape(title)}</h1>",
        "banners": [],
        "lead": "",
        "sisters": sisters,
        "beside": [],
        "contents": [(project["name"], escape(project["title"])) for project in projects],
        "words": {
            "skip": words.say("Skip to the content"),
            "contents": words.say("Projects"),
            "none": words.say("There is no report yet."),
        },
        "about": {},
        "style": style,
        "policy": policy(style),
        "foot": f"<p>kpeval {version('kpeval')}</p>",
    }
    jinja = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True, undefined=StrictUndefined)
    return jinja.get_template("catalogue.html.j2").render(page=page, projects=projects) + "\n"


def _project(reports: list[Entry], words: Language) -> dict[str, Any]:
    tags, draft = {"synthetic": words.say("invented data")}, words.say("draft")
    days = [
        (
            words.day(date.fromisoformat(as_of)),
            [
                entry._asdict()
                | {"text": _link(entry), "tag": draft if entry.draft else ""}
                | {"beside": _beside(entry, words), "note": _note(entry, words)}
                for entry in _own_first(of_day, words)
            ],
        )
        for as_of, of_day in groupby(reports, key=lambda entry: entry.as_of)
    ]
    return {
        "name": reports[0].project,
        "title": next((entry.title for entry in reversed(reports) if entry.title), reports[0].project),  # the latest
        "tags": [said for tag, said in tags.items() if any(getattr(entry, tag) for entry in reports)],
        "days": days,
    }


def _own_first(entries: Iterable[Entry], words: Language) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.lang != words.code, entry.lang, entry.kind))


def _link(entry: Entry) -> str:
    return f"{entry.kind} ({own_name(entry.lang)})"


def _beside(entry: Entry, words: Language) -> list[tuple[str, str, str, str]]:
    """Of each file beside a page what programs call it, where it lies, how a link to it reads, alone and aloud."""
    words = language(entry.lang) if entry.lang in languages() else words
    names = {one: format_name(one, words) for one in entry.files}
    page = entry.href.removesuffix(HTML)
    return [(MAKERS[one].media_type, page + one, name, f"{_link(entry)}: {name}") for one, name in names.items()]


def _note(entry: Entry, words: Language) -> str:
    """Why a reader finds an old report, or none."""
    last, good = entry.failed or (None, None)
    if last is None:
        return ""
    cause = plainly(last.kind, words)
    if good is None or not entry.href:
        return words.say("Could not be made yet. {cause}", cause=cause)
    day = words.day(datetime.fromisoformat(good.at))
    return words.say("Not updated since {day}. {cause}", day=day, cause=cause)
