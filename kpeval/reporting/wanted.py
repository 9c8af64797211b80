"""Which reports does reports.toml ask for, and when? Each fault of the file is told with its place and its remedy."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from kpeval.faults import Fault, nearest
from kpeval.reporting.asked import Misuse, Report, Wish, grid
from kpeval.reporting.formats import FORMATS, complete

KEYS = ("project", "as_of", "notebook", "languages", "calendar", "formats", "public", "tell")
NEEDED = ("project", "as_of")
DEFAULTS: dict[str, list[str]] = {"notebook": ["evaluation"], "languages": ["cs", "en"], "formats": ["html"]}
MONTHS = {"month-end": 1, "quarter-end": 3}  # a rule, and how many months it closes
RULES = ("today", *MONTHS)
NAMED = {  # calendars that have a name; any other is five fields: minute, hour, day, month, weekday
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 1,4,7,10 *",
}
LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
ADDRESS = re.compile(rf"(?ia)[\w.!#$%&'*+/=?^`{{|}}~-]+@{LABEL}(?:\.{LABEL})*")
FOLD = timedelta(hours=3)  # more than any clock is put back by


class Wanted(NamedTuple):
    """One `[[report]]`: which reports, in which formats, when, and who hears of them."""

    projects: list[str]
    as_of: list[str]  # days and rules, as written
    notebooks: list[str]
    languages: list[str]
    formats: list[str]
    calendar: str  # "" if none: rendered by hand only
    tell: tuple[str, ...]
    public: bool = False

    @property
    def key(self) -> str:
        """The same as long as the same reports are asked for at the same times, whoever is told of them."""
        asked = [*self[:-2], *(["public"] if self.public else [])]
        return sha256(json.dumps(asked).encode()).hexdigest()[:16]

    def slot(self, now: datetime) -> datetime | None:
        """The last scheduled moment at or before `now`; None where nothing is scheduled.

        Summer time moves a slot in the skipped hour to the next one. In the doubled hour the first pass counts, so
        that a slot never comes twice.
        """
        instant = now.astimezone(UTC)  # two moments of one zone would be compared by their wall clocks
        return next((moment for moment in _moments(self.calendar, now, back=True) if moment <= instant), None)

    def following(self, now: datetime) -> datetime | None:
        """The first scheduled moment after `now`; None where nothing is scheduled."""
        instant = now.astimezone(UTC)
        return next((moment for moment in _moments(self.calendar, now) if moment > instant), None)

    def days(self, day: date) -> list[str]:
        """The ISO days that `as_of` comes to on `day`, each once; `day` itself counts as passed."""
        return list(dict.fromkeys(_day(told, day) for told in self.as_of))

    def reports(self, day: date) -> list[Report]:
        """What is to be rendered on `day`, the languages of a report side by side."""
        return grid(self.projects, self.days(day), self.notebooks, self.languages)


def wanted(file: Path) -> list[Wanted]:
    """Every `[[report]]` of the file, in its order; Misuse with all that is wrong with it."""
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
    return [_read(entry) for entry in entries]


def _read(entry: dict[str, Any]) -> Wanted:
    told = DEFAULTS | {key: _list(value) for key, value in entry.items()}
    lists = {key: list(dict.fromkeys(map(str, values))) for key, values in told.items()}  # a date's text is ISO
    [calendar] = lists.get("calendar", [""])
    return Wanted(
        projects=lists["project"],
        as_of=lists["as_of"],
        notebooks=lists["notebook"],
        languages=lists["languages"],
        formats=lists["formats"],
        calendar=calendar,
        tell=tuple(lists.get("tell", [])),
        public=entry.get("public", False),
    )


def wishes(groups: Iterable[tuple[Wanted, date]], *, public: bool = False) -> dict[Report, Wish]:
    """How each report that the groups, each on its day, ask for is wished for; all for the `public` if that is given.

    What several groups ask of one report is added up. It is compared with the latest earlier day that any group asks
    for of the same project and notebook. A day that follows from a rule is compared with closing days of rules, too, be
    they past: a quarter's with the quarter's before. A day that is given is compared with given ones only, so that its
    report stays the same while time passes.
    """
    asked, found = list(groups), dict[Report, Wish]()
    told: dict[tuple[str, str], set[str]] = {}
    for group, _ in asked:
        for about in product(group.projects, group.notebooks):
            told.setdefault(about, set()).update(group.as_of)
    for group, day in asked:
        for report in group.reports(day):
            before = found.get(report, Wish())
            formats = complete((*before.formats, *group.formats))
            since = _earlier(report.as_of, told[report.project, report.notebook])
            found[report] = Wish(formats, public or before.public or group.public, since)
    return found


def _earlier(day: str, told: set[str]) -> str:
    """The latest day before `day` that is told, '' if there is none."""
    eve = date.fromisoformat(day) - timedelta(days=1)
    given = [one for one in told - {*RULES} if one < day]
    closed = [_day(rule, eve) for rule in told & {*MONTHS}] if day not in told else []
    return max([*given, *closed], default="")


# --- what can be wrong ---


def _wrong(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in NEEDED:
        if key not in entry:
            yield key, "is not given"
    for key, value in entry.items():
        values = _list(value)
        if key not in KEYS:
            yield key, f"unknown key{nearest(key, KEYS) or ': known are ' + ', '.join(KEYS)}"
        elif key == "calendar":
            yield from ((key, message) for message in _wrong_calendar(value))
        elif key == "public":
            if not isinstance(value, bool):
                yield key, "write true or false, without quotation marks"
        elif not values:
            yield key, "names nothing"
        elif key == "as_of":
            yield from ((key, message) for message in _wrong_days(values))
        elif not all(isinstance(one, str) for one in values):
            yield key, 'write a name in quotation marks, or a list like ["cs", "en"]'
        elif key == "formats":
            yield from (
                (key, f"no format '{one}': known are {', '.join(FORMATS)}") for one in sorted({*values} - {*FORMATS})
            )
        elif key == "tell":
            yield from (
                (key, f"'{one}' is no e-mail address like office@example.org")
                for one in values
                if not ADDRESS.fullmatch(one)
            )


def _wrong_days(values: list[object]) -> Iterator[str]:
    for day in values:
        if type(day) is date or (isinstance(day, str) and (day in RULES or _is_day(day))):
            continue
        hint = nearest(day, RULES) if isinstance(day, str) else ""
        yield f"write days like 2019-10-31, or one of {', '.join(RULES)}, not '{day}'{hint}"


def _wrong_calendar(value: object) -> Iterator[str]:
    fields = "minute hour day month weekday"
    example = f'write five fields ({fields}) like "0 6 5 1,4,7,10 *", or one of {", ".join(NAMED)}'
    if not isinstance(value, str) or (value not in NAMED and len(value.split()) != 5):
        yield example
        return
    try:
        next(CronSim(NAMED.get(value, value), datetime(2000, 1, 1)))  # noqa: DTZ001  a calendar tells no zone
    except CronSimError as error:
        yield f"{str(error).lower()} in '{value}': {example}"
    except StopIteration:
        yield f"'{value}' never comes: {example}"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _fault(file: Path, place: str, message: str) -> Fault:
    return Fault(str(file), None, place, message)


# --- days and moments ---


def _day(told: str, day: date) -> str:
    """A fixed day as it is; what a rule comes to on `day`."""
    if told == "today":
        return day.isoformat()
    if told not in MONTHS:
        return told
    months = MONTHS[told]
    next_day = day + timedelta(days=1)  # the period that it lies in begins on the day after the last one closed
    first_month = next_day.month - (next_day.month - 1) % months
    return (date(next_day.year, first_month, 1) - timedelta(days=1)).isoformat()


def _moments(calendar: str, now: datetime, back: bool = False) -> Iterable[datetime]:
    """The calendar's moments from about `now`, onwards or back, as instants of the zone of `now`.

    The wall clock is counted first and put into the zone afterwards: the zone of `now` where it has one with rules,
    else the machine's, for an offset alone does not know what it was half a year ago, and a slot must never move.
    """
    if not calendar:
        return
    zone = now.tzinfo if isinstance(now.tzinfo, ZoneInfo) else None
    wall = now.astimezone(zone).replace(tzinfo=None, fold=0)
    for told in CronSim(NAMED.get(calendar, calendar), wall + FOLD if back else wall - FOLD, reverse=back):
        yield told.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
