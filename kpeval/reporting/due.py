"""Which reports are due by their calendars, and whom must be told what became of them?

Of the moments that a calendar names only the last one counts, so a machine that slept catches up once. The ledger knows
which moments were seen to; a clock that is set back finds them seen to still. It knows, too, who has not heard yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from kpeval.reporting.asked import Report
from kpeval.reporting.failure import INFRASTRUCTURE
from kpeval.reporting.ledger import Known, Ledger, Run, known
from kpeval.reporting.mail import Change
from kpeval.reporting.wanted import Wanted

GONE: tuple[Run | None, Run | None] = (None, None)  # of a report that the ledger has forgotten


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


def watched(came: Iterable[Due]) -> dict[Report, list[str]]:
    """The addresses that want to hear of each report, by report."""
    told: dict[Report, dict[str, None]] = {}
    for one in came:
        for report in one.reports:
            told.setdefault(report, {}).update(dict.fromkeys(one.group.tell))
    return {report: list(addresses) for report, addresses in told.items()}


def news(ledger: Ledger) -> dict[str, list[Change]]:
    """By address what has become worse, better or different since it last heard; nothing, if all is as it knows."""
    untold, latest = ledger.untold(), ledger.latest()
    return {
        address: [change for one, before in reports.items() for change in _change(one, before, *latest.get(one, GONE))]
        for address, reports in untold.items()
    }


def _change(report: Report, before: Known, last: Run | None, good: Run | None) -> Iterator[Change]:
    now = known(last, good)
    if now.state == "failed":
        if (before.state, before.kind) != (now.state, now.kind):
            yield Change(report, "failed", last.cause if last else "")
    elif last and before.state == "failed":
        yield Change(report, "recovered", "")
    elif last and now.page != before.page:  # a first report is a change for those who wait for it
        yield Change(report, "changed", "")


def _moment(slot: datetime) -> str:
    return slot.astimezone(UTC).isoformat()
