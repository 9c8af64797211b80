"""How are reports made on a Dask cluster, when one machine is not enough?

Every worker calls the function that makes a report here (`make`), each kernel in a private folder of that worker. The
machines need kpeval, the same versions of everything, and the same data and reports: a folder that all of them share,
or an address such as s3://bucket/reports. Each worker is asked (`terms`) before it gets work, also one that joins late.

Each job is given to one worker by name, no more at a time than it has threads, so the scheduler never moves one: what
was under way on a worker that died is known here, and is tried once more when all else is done, alone. Whoever kills
workers then kills one more, and is known; nobody is blamed in its stead. No setting of the scheduler is touched.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from kpeval.faults import Fault
from kpeval.reporting.asked import Misuse
from kpeval.reporting.formats import complete
from kpeval.reporting.job import Job, Made
from kpeval.reporting.kernels import short_folder
from kpeval.reporting.terms import SAMPLE, Question, data_of, its_terms, mark_in, misfit, own_versions

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = 10  # seconds in which a scheduler answers, or is not there; and in which a result arrives that is made
LOOK = 1.0  # seconds after which it is looked who has come or gone
ABANDONED = 60.0  # seconds without a worker after which none is waited for
DIED = "the worker that made it died, twice"
LOST = "the connection to the scheduler was lost"
NOBODY = "the cluster has no worker any more"
OTHER = "the worker has not the same kpeval, Python or packages as this machine; it needs to be started anew"
ASTRAY = "the worker has not the same data of the project as this machine, or they were changed at this moment"
log = logging.getLogger("kpeval")


class Hand(NamedTuple):
    """A worker that may get work: its process, and how many reports it makes at a time."""

    process: int
    threads: int


class Task(NamedTuple):
    """A job with what a machine elsewhere cannot look up: the notebook's text; and what it was asked for."""

    job: Job
    notebook: str
    versions: str
    data: dict[str, str]  # the hashes of the project's files; none where they are not compared
    process: int  # of the worker that was asked


class Given(NamedTuple):
    """A task under way: Dask's handle to it, the job, and who has it."""

    future: Any
    job: Job
    address: str
    hand: Hand


class Crew:
    """The workers of a cluster that may get work; Misuse, to begin with, where one of those that are there may not."""

    def __init__(self, client: Client, address: str, question: Question) -> None:
        self.client, self._question, self._ours = client, question, its_terms(question)
        self.hands: dict[str, Hand] = {}
        self._refused: dict[str, str] = {}
        self.look()
        faults = [Fault(worker, None, "", why) for worker, why in self._refused.items()]
        if not self.hands and not faults:
            faults = [Fault(address, None, "", "the scheduler has no worker")]
        if faults:
            raise Misuse(faults, "nothing was rendered")

    def look(self) -> None:
        """Forgets who is gone, and asks who has come; nobody gets work who was not asked."""
        try:
            there: dict[str, int] = dict(self.client.nthreads())  # type: ignore[no-untyped-call]
            new = [address for address in there if address not in {*self.hands, *self._refused}]
            told = self.client.run(its_terms, self._question, workers=new, on_error="return") if new else {}
        except Exception:  # the scheduler cannot be asked now; if it is lost, its futures say so
            return
        self.hands = {address: hand for address, hand in self.hands.items() if address in there}
        self._refused = {address: why for address, why in self._refused.items() if address in there}
        for address, said in told.items():
            if why := misfit(self._ours, said):
                self._refused[address] = why
                log.warning("the worker %s gets no work: %s", address, why)
            else:
                self.hands[address] = Hand(said.process, there[address])

    def has(self, given: Given) -> bool:
        """Whether the process that was given it is still there."""
        return self.hands.get(given.address) == given.hand

    def free(self, under_way: Iterable[Given]) -> list[str]:
        """The workers that can begin with a report, the idlest first, each as often as it has threads for."""
        busy = Counter(given.address for given in under_way)
        places = [(n, address) for address, hand in self.hands.items() for n in range(busy[address], hand.threads)]
        return [address for _, address in sorted(places)]


def on_dask(jobs: Iterable[Job], address: str) -> Iterator[Made]:
    """Makes the reports on the cluster of the scheduler at `address`, and tells of each as it is done.

    Misuse, before anything is made, where no scheduler answers or its workers could not make the same reports.
    """
    dialled = _dialled(address)
    given = [_anywhere(job) for job in jobs]
    if not given:
        return
    projects = tuple(dict.fromkeys(job.report.project for job in given))[:SAMPLE]
    formats = complete(one for job in given for one in job.making)
    with mark_in(given[0].out) as mark, _connected(dialled) as client:
        crew, orphans = Crew(client, address, Question(given[0].data, given[0].out, mark, projects, formats)), []
        for job, made in _each(crew, given):
            if made is None:
                orphans.append(job)
            else:
                yield made
        for job, made in _each(crew, orphans, alone=True):
            yield made or _failed(job, DIED)


def _each(crew: Crew, jobs: Iterable[Job], *, alone: bool = False) -> Iterator[tuple[Job, Made | None]]:
    """Each job, as it is done, with what became of it; None where its worker died. `alone`: one at a time."""
    waiting, under_way, finished = deque(jobs), dict[str, Given](), SimpleQueue[Any]()
    looked = seen = time.monotonic()
    while waiting or under_way:
        for address in crew.free(under_way.values()):
            if waiting and not (alone and under_way):
                given = _give(crew, address, waiting.popleft())
                under_way[given.future.key] = given
                given.future.add_done_callback(finished.put)
        for given in _done(finished, under_way):
            if given.future.cancelled():  # with the scheduler, and nobody would answer for another task
                left = [given.job, *(one.job for one in under_way.values()), *waiting]
                yield from ((job, _failed(job, LOST)) for job in left)
                return
            yield given.job, _result(crew, given)
        if time.monotonic() - looked < LOOK:
            continue
        crew.look()
        looked = time.monotonic()
        for gone in [one for one in under_way.values() if not crew.has(one)]:
            del under_way[gone.future.key]
            gone.future.cancel()
            yield gone.job, None
        seen = looked if crew.hands else seen
        if looked - seen > ABANDONED:
            yield from ((job, _failed(job, NOBODY)) for job in waiting)
            return


def _done(finished: SimpleQueue[Any], under_way: dict[str, Given]) -> Iterator[Given]:
    """The next task that is done, if one is soon; one that was given up is passed over."""
    with suppress(Empty):
        key = finished.get(timeout=LOOK).key
        if key in under_way:
            yield under_way.pop(key)


def _give(crew: Crew, address: str, job: Job) -> Given:
    hand, text = crew.hands[address], Path(job.notebook).read_text(encoding="utf-8")
    try:
        data = data_of(job.data, job.report.project) if job.execute else {}
    except OSError:  # whoever makes the report finds that, too, and tells
        data = {}
    task = Task(job, text, own_versions(job.making), data, hand.process)
    key = f"kpeval-{uuid4().hex}"  # goes into logs, where no project is named
    future = crew.client.submit(made_there, task, key=key, pure=False, retries=0, workers=[address])
    return Given(future, job, address, hand)


def _result(crew: Crew, given: Given) -> Made | None:
    """What became of a task that is done; None where its worker died."""
    from distributed import KilledWorker

    try:
        made: Made | None = given.future.result(PATIENCE)
    except KilledWorker:
        made = None
    except Exception as error:
        crew.look()
        cause = f"the worker could not be asked for it ({type(error).__name__})"
        made = _failed(given.job, cause) if crew.has(given) else None
    if made is None:
        crew.hands.pop(given.address, None)  # whoever is there now is another, and is asked
        crew.look()
    given.future.release()
    return made


def _failed(job: Job, cause: str) -> Made:
    return Made(job.report, {}, 0.0, cause, "process")


def made_there(task: Task) -> Made | None:
    """What a worker does with a task; None where it is not the process that was asked.

    It never raises, for Dask logs an error with all that it quotes.
    """
    job = task.job
    try:
        if task.process != os.getpid():  # the one that was asked has died, and this one came in its place
            return None
        if task.versions != own_versions(job.making):
            return _failed(job, OTHER)
        if task.data and task.data != data_of(job.data, job.report.project):
            return _failed(job, ASTRAY)
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


def _misuse(address: str, why: str) -> Misuse:
    return Misuse([Fault(address, None, "", why)], "nothing was rendered")
