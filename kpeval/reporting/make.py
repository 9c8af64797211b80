"""How is one report made, from a job to files, wherever that happens?

In a worker of this machine or on a cluster: a private folder, a kernel, an executed notebook, a page, checked, and only
then written, each file whole. A failure is an answer too; nothing that stood there before is touched by it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from contextlib import suppress
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4.rwbase import split_lines, strip_transient

from kpeval.reporting import parameters
from kpeval.reporting.asked import PRIVATE
from kpeval.reporting.failure import AGAIN, TRIES, Failed
from kpeval.reporting.files import PRIVATE_FILE, File, keep, private_folder, write_together
from kpeval.reporting.formats import content
from kpeval.reporting.inputs import as_inputs
from kpeval.reporting.job import Job, Made
from kpeval.reporting.kernels import short_folder
from kpeval.reporting.limited import within
from kpeval.reporting.page import page
from kpeval.reporting.places import brought, place
from kpeval.reporting.run import FAILED, run


def make(job: Job) -> Made:
    """Makes the report; never raises. What may pass by itself (a dead kernel, a time-out) is tried once more."""
    began = time.perf_counter()
    for left in reversed(range(TRIES)):
        read: dict[str, str] = {}
        try:
            outputs = _make(job, read)
            return Made(job.report, outputs, time.perf_counter() - began, read=read or None)
        except Failed as error:
            if error.kind not in AGAIN or not left:
                return Made(job.report, {}, time.perf_counter() - began, str(error), error.kind, read or None)
    raise AssertionError("it is tried at least once")


def _make(job: Job, read: dict[str, str]) -> dict[str, str]:
    """Writes the files of the report and returns their sha256; what was read of the project is noted in `read`."""
    private = Path()
    try:
        private = short_folder("r", Path(job.scratch) if job.scratch else None)
        return _written(job, _executed(job, private, read) if job.execute else _kept(job))
    except Exception as error:
        failed = error if isinstance(error, Failed) else _of_the_machine(error)
        _log(job, failed, private / FAILED)
        raise failed from error
    finally:
        if private.name:
            shutil.rmtree(private, ignore_errors=True)


def _executed(job: Job, private: Path, read: dict[str, str]) -> NotebookNode:
    data, files = brought(place(job.data), job.report.project, private)
    read |= as_inputs(job.report.project, files)
    return run(job.report, Path(job.notebook), data=data, private=private, limits=job.limits, since=job.since)


def _kept(job: Job) -> NotebookNode:
    """The executed notebook as it was kept, with the notebook's Markdown as it is now."""
    kept = nbformat.reads(job.report.kept(place(job.out), ".ipynb").read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    now = json.loads(Path(job.notebook).read_text(encoding="utf-8"))["cells"]
    texts = (
        "".join(cell["source"]) for cell in now if cell["cell_type"] == "markdown"
    )  # the same cells: a key says so
    for cell, text in zip((one for one in kept.cells if one.cell_type == "markdown"), texts, strict=True):
        cell.source = text
    return kept  # type: ignore[no-any-return]


def _written(job: Job, executed: NotebookNode) -> dict[str, str]:
    """Everything is made and checked before the first file is written; the page, which readers see, comes last."""
    report, out = job.report, place(job.out)
    given = parameters.told(Path(job.notebook), report.parameters, job.since)
    html = page(executed, report, job.sisters, formats=job.formats, told=given)
    with within(job.limits.report, "making the other formats of the page"):
        made = {one: content(one, html, executed, report) for one in job.making}
    if job.public:
        from kpeval.reporting.publishable import refuse_personal  # here: it knows the world's phone numbers

        refuse_personal(executed, html, made.get("xlsx", b""))
    # As nbformat writes it, but on one line: indented, Python's slow encoder would write it.
    notebook = json.dumps(split_lines(strip_transient(executed)), sort_keys=True, ensure_ascii=False) + "\n"  # type: ignore[no-untyped-call]
    path, kept = report.page(out), report.kept(out, ".ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    private_folder(kept.parent, out / PRIVATE)
    others = [File(path.with_suffix(f".{one}"), file) for one, file in made.items()]
    files = [File(kept, notebook, PRIVATE_FILE), *others, File(path, html)]
    write_together(files)
    for suffix in (".log", ".failed.ipynb"):
        report.kept(out, suffix).unlink(missing_ok=True)
    written = {file.path.relative_to(out).as_posix(): hashlib.sha256(file.content).hexdigest() for file in files}
    return dict(job.standing) | written


def _of_the_machine(error: Exception) -> Failed:
    if isinstance(error, OSError):
        name = Path(str(error.filename)).name if error.filename else ""
        return Failed(f"{error.strerror or error}" + (f" ({name})" if name else ""), kind="disk")
    return Failed(type(error).__name__, details=str(error), kind="page")


def _log(job: Job, failed: Failed, executed: Path) -> None:
    """Keeps the log, and the notebook as far as it came, for their owner only: both may hold data."""
    out, report = place(job.out), job.report
    with suppress(OSError):  # the disk that fails the page fails its log too; the failure is told either way
        keep(report.kept(out, ".log"), f"{report}: {failed}\n\n{failed.details}\n", out / PRIVATE)
        if executed.exists():
            keep(report.kept(out, ".failed.ipynb"), executed.read_text(encoding="utf-8"), out / PRIVATE)
