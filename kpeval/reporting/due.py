"""Which reports are due by their calendars, and whom must be told what became of them?

Of the moments that a calendar names only the last one counts, so a machine that slept catches up once. The ledger knows
which moments were seen to; a clock that is set back finds them seen to still.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from kpeval.reporting.asked import Report
from kpeval.reporting.failure import INFRASTRUCTURE
from kpeval.reporting.ledger import Ledger, Run
from kpeval.reporting.mail import Change
from kpeval.reporting.wanted import Wanted

Latest = Mapping[Report, tuple[Run | None, Run | None]]


class Due(NamedTuple):
    """A group of reports whose moment has come, and what is to be made."""

    group: Wanted
    slot: datetime
    reports: tuple[Report, ...]


def due(groups: Iterable[Wanted], ledger: Ledger, now: datetime) -> list[Due]:
    """The groups of which the last moment at or before `now` was not seen to."""
    slots = [(group, slot) for group in groups if (slot := group.slot(now))]
    return [
        Due(group, slot, tuple(group.reports(slot.date())))
        for group, slot in slots
        if not ledger.slot_done(group.key, _moment(slot))
    ]


def see_to(came: Iterable[Due], ledger: Ledger, at: str, kinds: Mapping[Report, str]) -> None:
    """Notes which moments were seen to: those of whose reports each was tried, and none waits for the machine.

    `kinds` are the reports that were tried, with the kind of their failure ('' if there was none).
    """
    for one in came:
        if all(kinds.get(report, INFRASTRUCTURE[0]) not in INFRASTRUCTURE for report in one.reports):
            ledger.mark_slot(one.group.key, _moment(one.slot), at)


def changes(came: Iterable[Due], before: Latest, after: Latest) -> dict[str, list[Change]]:
    """What has become worse, better or different, by address of those who want to know; nobody hears of the rest."""
    told: dict[str, list[Change]] = {}
    for one in came:
        found = list(_changes(one.reports, before, after))
        for address in one.group.tell if found else ():
            told.setdefault(address, []).extend(change for change in found if change not in told.get(address, []))
    return told


def _changes(reports: Collection[Report], before: Latest, after: Latest) -> Iterator[Change]:
    for report in reports:
        was, good_before = before.get(report, (None, None))
        now, good = after.get(report, (None, None))
        if now is None:
            continue
        if now.state == "failed":
            if was is None or was.state != "failed" or was.kind != now.kind:
                yield Change(report, "failed", now.cause)
        elif was is not None and was.state == "failed":
            yield Change(report, "recovered", "")
        elif good and _shows(good, report) != _shows(good_before, report):
            yield Change(report, "changed", "")


def _shows(run: Run | None, report: Report) -> str:
    """The hash of the page; '' where there was none: a first report is a change for those who wait for it."""
    name = f"{report.project}/{report.as_of}/{report.notebook}.{report.lang}.html"
    return run.outputs.get(name, "") if run else ""


def _moment(slot: datetime) -> str:
    return slot.astimezone(UTC).isoformat()
