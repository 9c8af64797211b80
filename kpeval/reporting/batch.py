"""How are the reports that are asked for brought up to date, so that one that fails costs only itself?

Under the lock of their folder: what is out of date is planned, made (on this machine or a cluster), recorded in the
ledger one by one, and listed in the catalogue. A report that cannot be made leaves the last good one where it stood.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

from kpeval.present.language import languages
from kpeval.reporting.asked import INDEX, Misuse, Report, Wish, looked_through
from kpeval.reporting.formats import MAKERS, complete
from kpeval.reporting.held import scratch_folder
from kpeval.reporting.inputs import BESIDE, Inputs, Sources, Stale, stale, standing, wish_of
from kpeval.reporting.job import Job, Limits, Made
from kpeval.reporting.ledger import Ledger, Run
from kpeval.reporting.places import at_hand, ledger_of

Executor = Callable[[list[Job]], Iterator[Made]]
Record = Callable[[Made, Inputs], Made]
LINKS = Stale(False, ("another language of it came or went",))
UNLISTED = "unlisted"  # is there while reports may have changed since the catalogue was written
log = logging.getLogger("kpeval")


@runtime_checkable
class Preparing(Protocol):
    """An executor that takes time to be ready, and is told as soon as it is certain that it must run notebooks."""

    def prepare(self, scratch: Path) -> None:
        """Start what takes time, in the folder for what is private; the planning goes on meanwhile."""


class Planned(NamedTuple):
    """A report that is asked for: what it is made from as things are, and why it must be made (None: it need not)."""

    report: Report
    inputs: Inputs
    sisters: tuple[str, ...]
    stale: Stale | None
    wish: Wish = Wish()
    standing: Mapping[str, str] = {}  # files beside the page that are as they would be made, with their sha256


class Outcome(NamedTuple):
    """What became of a report: rendered, unchanged or failed, with the cause; where its page stands, and the log."""

    report: Report
    state: str
    page: Path
    log: Path
    seconds: float = 0.0
    cause: str = ""
    kind: str = ""


class Batch:
    """The reports that are asked for, under `out`; Misuse at once where one of them cannot be asked for.

    Unless `strict`, such a report is one that failed: the others are made, and it is told with its cause. `wishes` say
    how reports are wished for; where they say nothing, as a page and no more. A file of another format that stands
    beside a page is kept up to date with it, though it is not wished for again.
    """

    def __init__(
        self,
        reports: Iterable[Report],
        *,
        data: Path,
        out: Path,
        strict: bool = True,
        wishes: Mapping[Report, Wish] = {},
    ) -> None:
        asked = list(dict.fromkeys(reports))
        self.data, self.out, self.wishes = data, out, wishes
        self.notebooks, self.hindered = looked_through(asked, data, out)
        if self.hindered and strict:
            raise Misuse((fault for faults in self.hindered.values() for fault in faults), "nothing was rendered")
        self.reports = [report for report in asked if report not in self.hindered]

    def plan(
        self, ledger: Ledger, *, force: bool = False, certain: Callable[[], object] = lambda: None
    ) -> list[Planned]:
        """For each report whether, and why, it must be made; `certain` is called as soon as one is known to be run."""
        latest = ledger.latest()
        known = not force and all(report in latest for report in self.reports)
        if not known:  # before anything is read
            certain()
        sources = Sources(self.data, self.notebooks)
        coming = {report for report in self.reports if not _failed(latest.get(report))}
        planned = []
        for report in self.reports:
            sisters = self._sisters(report, coming)
            last, good = latest.get(report, (None, None))
            wish = self._wish(report, good)
            inputs = sources.of(report, sisters, wish)
            why = Stale(True, ("asked for with --force",)) if force else stale(inputs, good, last, self.out)
            left = standing(inputs, good, self.out) if why and not why.execute else {}
            planned.append(Planned(report, inputs, sisters, why, wish, left))
            if known and why and why.execute:
                known = False
                certain()
        return planned

    def render(
        self,
        executor: Executor,
        *,
        now: str,
        force: bool = False,
        limits: Limits = Limits(),  # noqa: B008
        tell: Mapping[Report, list[str]] = {},
    ) -> Iterator[Outcome]:
        """Makes what is out of date and tells what became of each report; `now` is noted in the ledger.

        So is whom to `tell` by mail, in the same breath: a kill forgets nobody. The caller holds the folder
        (`at_work`).
        """
        with ledger_of(self.out) as ledger, scratch_folder(self.out) as scratch:
            if ledger.set_aside:
                log.warning("the ledger was damaged, and a new one is begun; the old one lies at %s", ledger.set_aside)
            unlisted = at_hand(self.out) / UNLISTED
            record = partial(_recorded, ledger, self.out, now, tell)
            yield from self._refused(ledger, record, unlisted)
            planned = self.plan(ledger, force=force, certain=lambda: _expect(executor, scratch))
            yield from (self._outcome(Made(one.report, {}, 0.0), "unchanged") for one in planned if not one.stale)
            todo = {one.report: one for one in planned if one.stale}
            if todo:
                unlisted.touch()
                from kpeval.reporting import catalogue  # beside what was prepared, not after all
            yield from self._made(list(todo.values()), executor, record, limits, scratch)
            changed = unlisted.exists()  # by this call, or by one that was killed
            mended = self._links_to_mend(ledger) if changed else []
            again = self._made(mended, executor, record, limits, scratch)
            with suppress(Misuse):  # a cluster that is gone by now: the next call mends them
                yield from (outcome for outcome in again if outcome.state == "failed")
            if changed or not (self.out / INDEX).exists():
                from kpeval.reporting import catalogue

                catalogue.write(self.out, ledger.latest())
                unlisted.unlink(missing_ok=True)

    def _made(
        self, planned: list[Planned], executor: Executor, record: Record, limits: Limits, scratch: Path
    ) -> Iterator[Outcome]:
        by_report = {one.report: one for one in planned}
        for made in executor([self._job(one, limits, scratch) for one in planned]):
            made = record(made, by_report[made.report].inputs.as_read(made.read))
            yield self._outcome(made, "failed" if made.kind else "rendered")

    def _refused(self, ledger: Ledger, record: Record, unlisted: Path) -> Iterator[Outcome]:
        """The reports that cannot be asked for; what was told already, an hour ago perhaps, is not noted anew."""
        for report, faults in self.hindered.items():
            made, last = Made(report, {}, 0.0, "; ".join(map(str, faults)), "absent"), ledger.last(report)
            if last is None or (last.cause, last.kind) != (made.cause, made.kind):
                unlisted.touch()
                made = record(made, Inputs({}, {}))
            page, log = self.out / INDEX, report.kept(self.out, ".log")
            yield Outcome(report, "failed", page, log, 0.0, made.cause, made.kind)

    def _job(self, one: Planned, limits: Limits, scratch: Path) -> Job:
        notebook = str(self.notebooks[one.report.notebook])
        execute = one.stale is not None and one.stale.execute
        places = (notebook, str(self.data), str(self.out))
        left = tuple(one.standing.items())
        return Job(one.report, *places, one.sisters, execute, limits, str(scratch), *one.wish, left)

    def _outcome(self, made: Made, state: str) -> Outcome:
        page, log = made.report.page(self.out), made.report.kept(self.out, ".log")
        return Outcome(made.report, state, page, log, made.seconds, made.cause, made.kind)

    def _wish(self, report: Report, good: Run | None) -> Wish:
        """How a report is wished for, with the formats that stand beside its page."""
        wish = self.wishes.get(report, Wish())
        files = {one: f".{one}" for one in MAKERS}
        there = [name for name in (good.outputs if good else {}) if name.endswith(tuple(files.values()))]
        kept = [one for one in files for name in there if name.endswith(files[one]) and (self.out / name).exists()]
        return wish._replace(formats=complete((*wish.formats, *kept)))

    def _sisters(self, report: Report, coming: set[Report]) -> tuple[str, ...]:
        """The other languages of a report that are asked for too, or stand there already."""
        others = (report._replace(lang=lang) for lang in languages() if lang != report.lang)
        return tuple(other.lang for other in others if other in coming or other.page(self.out).exists())

    def _links_to_mend(self, ledger: Ledger) -> list[Planned]:
        """Pages with a link to a language that could not be made after all, or without one to a language that was."""
        sources, latest = Sources(self.data, self.notebooks), ledger.latest()
        mended = []
        for report in dict.fromkeys(one._replace(lang=lang) for one in self.reports for lang in languages()):
            _, good = latest.get(report, (None, None))
            now = {BESIDE: ",".join(sisters := self._sisters(report, set()))}
            if good and report.page(self.out).exists() and good.shown.get(BESIDE) != now[BESIDE]:
                wish = wish_of(good)
                inputs = sources.of(report, sisters, wish)
                why = stale(inputs, good, good, self.out)
                if why and not why.execute:  # else it is left for whoever asks for it
                    left = standing(inputs, good, self.out)
                    mended.append(Planned(report, inputs, sisters, LINKS, wish, left))
        return mended


def _expect(executor: Executor, scratch: Path) -> None:
    if isinstance(executor, Preparing):
        executor.prepare(scratch)


def _recorded(
    ledger: Ledger, out: Path, now: str, tell: Mapping[Report, list[str]], made: Made, inputs: Inputs
) -> Made:
    """What was made, or failed, once the ledger knows of it."""
    state = "failed" if made.kind else "rendered"
    before = None if made.kind else ledger.last_good(made.report)
    run = Run(made.report, state, made.cause, made.kind, made.seconds, *inputs, made.outputs, now)
    try:
        ledger.add(run, tell.get(made.report, []))
    except OSError as error:  # what is not recorded counts as not done, and is done again
        return made._replace(cause=f"the ledger: {error.strerror}", kind="disk")
    if before is not None:
        _remove_tables_of(before, out)
    return made


def _remove_tables_of(run: Run, out: Path) -> None:
    """Kpeval once wrote a report's result tables beside its page, which carries them now: unaltered, they go."""
    for name in [name for name in run.outputs if name.endswith(".json")]:
        with suppress(OSError):
            if hashlib.sha256((out / name).read_bytes()).hexdigest() == run.outputs[name]:
                (out / name).unlink()


def _failed(runs: tuple[Run | None, Run | None] | None) -> bool:
    """Whether the last attempt failed, and there was no good one before: nobody should link to it yet."""
    return runs is not None and runs[1] is None
