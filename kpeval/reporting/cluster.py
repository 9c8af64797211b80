"""How are reports made on a Dask cluster, when one machine is not enough?

Every worker calls the function that makes a report here (`make`), each kernel in a private folder of that worker. The
machines need kpeval, the same versions of everything, and the same data and reports: a folder that all of them share,
or an address such as s3://bucket/reports. A job that was under way on a worker that died is tried once more when all
else is done, alone: whoever kills workers then kills one more, and is known; nobody is blamed in its stead.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from kpeval.faults import Fault
from kpeval.reporting.asked import PRIVATE, Misuse
from kpeval.reporting.files import is_far, private_folder
from kpeval.reporting.inputs import everywhere
from kpeval.reporting.job import Job, Made
from kpeval.reporting.kernels import short_folder
from kpeval.reporting.places import place

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = 10  # seconds in which a scheduler answers, or is not there
AHEAD = 1_000  # jobs that the scheduler holds at a time
TOLD = 3  # differences that are named
DIED = "the worker that made it died, twice"
LOST = "the connection to the scheduler was lost"
OTHER = "the worker has not the same kpeval, Python or packages as this machine; it needs to be started anew"


class Task(NamedTuple):
    """A job with what a machine elsewhere cannot look up: the notebook's text, and the versions asked for."""

    job: Job
    notebook: str
    versions: str


def on_dask(jobs: Iterable[Job], address: str) -> Iterator[Made]:
    """Makes the reports on the cluster of the scheduler at `address`, and tells of each as it is done.

    Misuse, before anything is made, where no scheduler answers or its workers could not make the same reports.
    """
    dialled = _dialled(address)
    given = [_anywhere(job) for job in jobs]
    if not given:
        return
    with _connected(dialled) as client, _no_second_death(client):
        _agree(client, address, given[0])
        orphans = []
        for job, made in _each(client, given, AHEAD):
            if made is None:
                orphans.append(job)
            else:
                yield made
        for job, made in _each(client, orphans, 1):
            yield made or _failed(job, DIED)


def _each(client: Client, jobs: list[Job], ahead: int) -> Iterator[tuple[Job, Made | None]]:
    """Each job, as it is done, with what became of it; None where its worker died."""
    from distributed import Future, KilledWorker, as_completed

    texts = {path: Path(path).read_text(encoding="utf-8") for path in {job.notebook for job in jobs}}
    versions, waiting, under_way = own_versions(), iter(jobs), dict[str, Job]()

    def give(job: Job) -> Future[Made]:
        key = f"kpeval-{uuid4().hex}"  # goes into logs, where no project is named
        under_way[key] = job
        return client.submit(made_there, Task(job, texts[job.notebook], versions), key=key, pure=False, retries=0)

    lost = False
    done = as_completed([give(job) for job in islice(waiting, ahead)], loop=client.loop)  # type: ignore[no-untyped-call]
    for future in done:
        job = under_way.pop(future.key)
        try:
            made = future.result()
        except KilledWorker:
            made = None
        except Exception as error:
            lost = lost or future.cancelled()  # with the scheduler, and nobody would answer for another task
            made = _failed(job, LOST if lost else f"the worker could not be asked for it ({type(error).__name__})")
        future.release()  # a result that is kept is computed again when its worker dies
        if not lost:
            done.update([give(job) for job in islice(waiting, 1)])  # type: ignore[no-untyped-call]
        yield job, made
    yield from ((job, _failed(job, LOST)) for job in waiting)


def _failed(job: Job, cause: str) -> Made:
    return Made(job.report, {}, 0.0, cause, "process")


def made_there(task: Task) -> Made:
    """What a worker does with a task; never raises, for Dask logs an error with all that it quotes."""
    job = task.job
    try:
        if task.versions != own_versions():  # of a worker that joined late
            return _failed(job, OTHER)
        return _made_here(job, task.notebook)
    except Exception as error:
        return _failed(job, f"the worker could not make it ({type(error).__name__})")


def _made_here(job: Job, notebook: str) -> Made:
    from distributed import get_worker

    from kpeval.reporting.lean import make  # not above: the client need not import papermill

    folder = short_folder("kpeval-", Path(get_worker().local_directory))
    try:
        file = folder / "notebook.ipynb"
        file.write_text(notebook, encoding="utf-8", newline="\n")
        return make(job._replace(notebook=str(file), scratch=str(folder)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def own_versions() -> str:
    """One hash of all that every report depends on, as it was when this process began to make reports."""
    return hashlib.sha256(json.dumps(everywhere(), sort_keys=True).encode()).hexdigest()


def _anywhere(job: Job) -> Job:
    """The job with places that mean the same in any working directory."""
    data, out = (text if "://" in text else str(Path(text).absolute()) for text in (job.data, job.out))
    return job._replace(data=data, out=out)


def _dialled(address: str) -> str:
    """The address as Dask's own: dask:// is tcp://."""
    kind, _, rest = address.partition("://")
    if not rest:
        raise _misuse(address, "is no address of a scheduler: write it like dask://host:8786")
    return f"{'tcp' if kind == 'dask' else kind}://{rest}"


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError as error:
        raise _misuse(address, "a Dask cluster needs Dask: pip install 'kpeval[dask]'") from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except Exception as error:  # nobody listens, somebody else listens, a kind of address that Dask does not know
        raise _misuse(address, f"no scheduler answers there ({type(error).__name__})") from error
    for handler in logging.getLogger("distributed").handlers:
        handler.setLevel(logging.CRITICAL)  # of what it says kpeval tells what matters; the rest tears a progress bar
    with client:
        yield client


@contextmanager
def _no_second_death(client: Client) -> Iterator[None]:
    """While it lasts, the scheduler gives nobody's task to a second worker when the first has died of it.

    By itself it would let three more die, and blame all that waited behind the one that kills.
    """

    def allow(deaths: int, dask_scheduler: object = None) -> int:  # nested: the scheduler need not have kpeval
        before: int = dask_scheduler.allowed_failures  # type: ignore[attr-defined]  # Dask hands it in
        dask_scheduler.allowed_failures = deaths  # type: ignore[attr-defined]
        return before

    usual: int = client.run_on_scheduler(allow, 0)  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if client.status == "running":
            client.run_on_scheduler(allow, usual)  # type: ignore[no-untyped-call]


def _agree(client: Client, address: str, job: Job) -> None:
    """Misuse where a worker would make other reports, or put them elsewhere, than this machine."""
    with _mark(job.out) as mark:
        told = client.run(its_terms, job.data, job.out, mark, on_error="return")
    faults = []
    for worker, said in told.items():
        why = _misfit(said) if isinstance(said, tuple) else f"kpeval cannot be used there ({type(said).__name__})"
        faults += [Fault(worker, None, "", why)] if why else []
    if not told:
        faults = [Fault(address, None, "", "the scheduler has no worker")]
    if faults:
        raise Misuse(faults, "nothing was rendered")


def its_terms(data: str, out: str, mark: str) -> tuple[Mapping[str, str], str]:
    """What reports depend on at this worker, and why it could not read the data or write the reports ('': it can)."""
    try:
        for folder in (data, out):
            place(folder).exists()
        shared = not mark or (Path(mark).exists() and Path(data).is_dir())
    except Exception as error:
        return everywhere(), f"cannot reach data and reports ({type(error).__name__})"
    return everywhere(), "" if shared else f"does not share {data} and {out}: use a shared folder, or s3://…"


def _misfit(said: tuple[Mapping[str, str], str]) -> str:
    theirs, why = said
    ours = everywhere()
    differing = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    if not differing:
        return why
    more = f" and {len(differing) - TOLD} more" if len(differing) > TOLD else ""
    return f"{', '.join(differing[:TOLD])}{more} differs from this machine's: reports would differ, too"


@contextmanager
def _mark(out: str) -> Iterator[str]:
    """A file among the reports that a worker sees if it shares the folder; '' where that is an address."""
    if is_far(place(out)):
        yield ""
        return
    folder = Path(out) / PRIVATE
    private_folder(folder, folder)
    with tempfile.NamedTemporaryFile(prefix=".", suffix=".part", dir=folder) as file:
        yield file.name


def _misuse(address: str, why: str) -> Misuse:
    return Misuse([Fault(address, None, "", why)], "nothing was rendered")
