"""How are many reports made at once on this machine, so that what breaks costs one report?

One process per worker, forked from a process that has imported papermill once; all of them fork their
kernels from one warm process. Nothing is shared but the pipe to this process, which supervises: a worker that dies, or
takes far longer than a report may, is replaced, and its report tried once more.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path

from kpeval.reporting import kernels
from kpeval.reporting.asked import Misuse
from kpeval.reporting.failure import TRIES
from kpeval.reporting.formats import MAKERS, beside, complete, hindrances
from kpeval.reporting.job import Job, Made

GRACE = 60.0  # seconds beyond the limits of all tries, after which a worker is taken for stuck
HIRINGS, MOMENT = 10, 0.1  # times that a worker is asked for, and seconds in between
LAST_WORDS = 2.0  # seconds in which a worker that has nothing more to do ends by itself


class Worker:
    """A process that makes reports, one at a time."""

    def __init__(self, context: ForkServerContext | SpawnContext, warm: str, scratch: str) -> None:
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, warm, scratch, dict(os.environ)), daemon=True)
        with _undisturbed():
            self.process.start()
        theirs.close()
        self.job: Job | None = None
        self.until = float("inf")

    def give(self, job: Job) -> None:
        """Let it make a report."""
        self.job, self.until = job, time.monotonic() + TRIES * job.limits.report + GRACE
        with suppress(OSError):  # it has died: `free` finds that out
            self.pipe.send(job)

    def free(self) -> tuple[Job, Made | None]:
        """What it was given and what it made of it; None if it died, or is stuck, in the midst of it."""
        if self.job is None:
            raise ValueError("it was given nothing")
        job, self.job, self.until = self.job, None, float("inf")
        try:
            return job, self.pipe.recv() if self.pipe.poll() else None
        except (EOFError, OSError):
            return job, None

    def dismiss(self, *, now: bool = False) -> None:
        """End it; at once if it may be in the midst of something."""
        self.pipe.close()
        if now:
            self.process.kill()
        self.process.join(LAST_WORDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


@dataclass(frozen=True)
class ThisMachine:
    """The executor of a batch on this machine: so many workers."""

    workers: int

    def prepare(self, scratch: Path) -> None:
        """Start what takes longest to be ready; should kpeval's files change before it is used, another is started."""
        kernels.start(scratch)

    def __call__(self, jobs: Iterable[Job]) -> Iterator[Made]:
        """Make the reports."""
        return on_this_machine(jobs, self.workers)


def on_this_machine(jobs: Iterable[Job], workers: int) -> Iterator[Made]:
    """Makes the reports in as many processes as `workers`, and tells of each as it is done."""
    waiting = deque((job, 1) for job in jobs)
    if not waiting:
        return
    tried: dict[Job, int] = {}
    scratch = waiting[0][0].scratch
    formats = complete(one for job, _ in waiting for one in job.making)
    needed = any(job.execute for job, _ in waiting)
    warm = kernels.start(Path(scratch) if scratch else None) if needed else None
    if faults := hindrances(formats):
        raise Misuse(faults, "nothing was rendered")
    context = _context(formats)
    staff: list[Worker] = []
    try:
        while waiting or any(worker.job for worker in staff):
            while waiting and (worker := _idle(staff, workers, context, warm.address if warm else "", scratch)):
                job, tried_before = waiting.popleft()
                tried[job] = tried_before
                worker.give(job)
            for worker in _ready(staff):
                job, made = worker.free()
                if made is not None:
                    yield made
                    continue
                staff.remove(worker)
                worker.dismiss(now=True)
                if tried[job] < TRIES:
                    waiting.append((job, tried[job] + 1))
                else:
                    yield Made(job.report, {}, 0.0, "the process that made it died or was stuck", "process")
    finally:
        for worker in staff:
            worker.dismiss(now=worker.job is not None)


def _context(formats: Iterable[str]) -> ForkServerContext | SpawnContext:
    if not kernels.FORKS:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    packages = [MAKERS[one].package for one in beside(formats)]
    context.set_forkserver_preload(["kpeval.reporting.lean", "kpeval.reporting.make", *packages])  # in order, and once
    return context


def _idle(staff: list[Worker], most: int, context: ForkServerContext | SpawnContext, *lent: str) -> Worker | None:
    """A worker with nothing to do, hired if there may be one more."""
    idle = next((worker for worker in staff if worker.job is None), None)
    if idle is None and len(staff) < most:
        idle = _hired(context, *lent)
        staff.append(idle)
    return idle


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What is started meanwhile never hears of Ctrl-C, which is the supervisor's; here it is heard afterwards."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # beforehand: when it is started it lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _hired(context: ForkServerContext | SpawnContext, warm: str, scratch: str) -> Worker:
    """A new worker; the process that they are forked from may just have died, and is then started anew.

    For a moment it is dead and nobody knows: until then it refuses every call.
    """
    for left in reversed(range(HIRINGS)):
        try:
            return Worker(context, warm, scratch)
        except (EOFError, OSError):
            if not left:
                raise
            time.sleep(MOMENT)
    raise AssertionError("it is tried at least once")


def _ready(staff: list[Worker]) -> list[Worker]:
    """The workers that have something to tell, are dead, or are overdue; waited for."""
    busy = [worker for worker in staff if worker.job]
    patience = max(0.0, min(worker.until for worker in busy) - time.monotonic())
    told = wait([one for worker in busy for one in (worker.pipe, worker.process.sentinel)], patience)
    now = time.monotonic()
    return [one for one in busy if one.pipe in told or one.process.sentinel in told or one.until <= now]


def _work(pipe: Connection, warm: str, scratch: str, environment: dict[str, str]) -> None:
    """What a worker does until its pipe closes; it dies with the process that supervises it."""
    threading.Thread(target=_die_with_supervisor, daemon=True).start()
    from kpeval.reporting.lean import make  # here, not above: who supervises need not import papermill

    os.environ.clear()
    os.environ.update(environment)  # the supervisor's of now, not that of when the first worker was forked
    tempfile.tempdir = scratch or None  # what it leaves if it is killed is tidied up with the batch
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's
    if kernels.FORKS:
        kernels.borrow(warm)
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            os._exit(0)
        pipe.send(make(job))


def _die_with_supervisor() -> None:
    """Not with the process it was forked from: that one waits for its workers, who hold its pipe."""
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        supervisor.join()  # its sentinel closes however it ends
        os._exit(1)
