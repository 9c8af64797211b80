"""Does a report follow from the data as they are now? If not, what moved: the data, the program, or the page itself?

Each report is made again, by the machinery that made it and with what its record says it was asked for, into a private
folder that is gone afterwards. The same bytes settle it; else files, versions and figures are compared one by one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from kpeval.present.language import languages
from kpeval.reporting.asked import Report, looked_through
from kpeval.reporting.formats import FORMATS
from kpeval.reporting.inputs import DATA, as_inputs
from kpeval.reporting.job import Job, Made
from kpeval.reporting.judged import SKIPPED, UNVERIFIED, Anew, Verdict, judged
from kpeval.reporting.kernels import short_folder
from kpeval.reporting.places import contents_of
from kpeval.reporting.recorded import NoReport, Unreadable, record_of, text_of

Executor = Callable[[list[Job]], Iterable[Made]]


class Asked(NamedTuple):
    """What a page says it was asked for: pages that say the same are made again once."""

    report: Report
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    since: str


def verified(pages: Iterable[Path], *, data: Path, executor: Executor) -> Iterator[tuple[Path, Verdict]]:
    """Each page and the verdict on it, in the order given, each as soon as it is known.

    `data` is the folder of the projects. Nothing is written but into a private folder; no ledger is opened.
    """
    waiting: dict[Path, Verdict | Asked] = {}
    for page in dict.fromkeys(pages):
        waiting[page] = _asked_of(page)
    folder = short_folder("kpeval-")
    try:
        asked_for = {one for one in waiting.values() if isinstance(one, Asked)}
        for asked, anew in _made_again(asked_for, data, folder, executor):
            for page in [page for page, one in waiting.items() if one == asked]:
                waiting[page] = _verdict(page, anew)
            yield from _known(waiting)
        yield from _known(waiting)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _asked_of(page: Path) -> Verdict | Asked:
    try:
        record = record_of(text_of(page))
    except NoReport as error:
        return Verdict(SKIPPED, (f"It {error}.",))
    except Unreadable as error:
        return Verdict(UNVERIFIED, (f"It {error}.",))
    told = record.parameters
    report = Report(told["project"], told["as_of"], record.notebook, told["lang"])
    unknown = [one for one in (*record.languages, *record.formats) if one not in (*languages(), *FORMATS)]
    if unknown:
        return Verdict(UNVERIFIED, (f"It links to a language or format that this kpeval does not know: {unknown[0]}.",))
    return Asked(report, record.languages, record.formats, told.get("since", ""))


def _verdict(page: Path, anew: Anew) -> Verdict:
    """Read again, so that not all pages are kept; whoever writes it in the meantime is found out."""
    try:
        html = text_of(page)
        return judged(html, record_of(html), anew)
    except Unreadable as error:
        return Verdict(UNVERIFIED, (f"It {error}.",))


def _known(waiting: dict[Path, Verdict | Asked]) -> Iterator[tuple[Path, Verdict]]:
    """The verdicts up to the first that is not known yet, taken from those that wait."""
    for page, one in list(waiting.items()):
        if isinstance(one, Asked):
            return
        del waiting[page]
        yield page, one


def _made_again(asked: Collection[Asked], data: Path, folder: Path, executor: Executor) -> Iterator[tuple[Asked, Anew]]:
    """Each report made again in a folder of its own, or why it was not."""
    notebooks, hindered = looked_through({one.report for one in asked}, data, folder)
    for one in [one for one in sorted(asked) if one.report in hindered]:
        yield one, Anew(cause="; ".join(map(str, hindered[one.report])), files=_files(data, one.report.project))
    for number, together in enumerate(_rounds(one for one in sorted(asked) if one.report not in hindered)):
        out = folder / str(number)
        out.mkdir()
        jobs = []
        for one in together.values():
            job = Job(one.report, str(notebooks[one.report.notebook]), str(data), str(out), one.languages)
            aside = tuple((f".{name}", "") for name in one.formats)  # the page names them, and nobody needs them here
            jobs.append(job._replace(scratch=str(folder), formats=one.formats, since=one.since, standing=aside))
        for made in executor(jobs):
            yield together[made.report], _anew(made, made.report.page(out), data)
        shutil.rmtree(out, ignore_errors=True)


def _rounds(asked: Iterable[Asked]) -> list[dict[Report, Asked]]:
    """In each, no two for the same report: what becomes of one of them is then never taken for the other's fate."""
    rounds: list[dict[Report, Asked]] = []
    for one in asked:
        free = next((others for others in rounds if one.report not in others), None)
        if free is None:
            rounds.append(free := {})
        free[one.report] = one
    return rounds


def _anew(made: Made, page: Path, data: Path) -> Anew:
    if made.kind:
        return Anew(cause=made.cause, files=_files(data, made.report.project))
    return Anew(page.read_text(encoding="utf-8"))


def _files(data: Path, project: str) -> dict[str, str] | None:
    """The sha256 of the project's files as they are; None where there is no such project."""
    try:
        found = as_inputs(project, contents_of(data / project))
    except OSError:
        return None
    return {name.removeprefix(f"{DATA}{project}/"): digest for name, digest in found.items()} or None
