"""What does a command cost, with all processes that descend from it: seconds, CPU, memory, how many of them?

This process takes in every orphan of the command (Linux's "child subreaper") and waits for it, so that the kernel's own
count of the CPU of all children that ended is complete, whoever started them and whoever died first. Memory is the sum
of the proportional set sizes (PSS), which counts a page that processes share once; it is looked at every so often.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
TAKE_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of Linux
EVERY = 0.25  # seconds between two looks
PATIENCE = 20.0  # seconds that what outlives a command may take to end


class Look(NamedTuple):
    """The tree at a moment: lines said so far, bytes of memory, processes, most descriptors that one of them has."""

    lines: int
    memory: int
    processes: frozenset[int]
    descriptors: int


class Cost(NamedTuple):
    """Of one command or several: wall seconds, CPU seconds, peak memory in bytes, and all the looks."""

    seconds: float
    cpu: float
    memory: int
    looks: Sequence[Look]

    @property
    def processes(self) -> int:
        """How many different ones were seen."""
        return len(frozenset().union(*(look.processes for look in self.looks)))


class CommandFailed(Exception):
    """A command that was measured did not do its work."""


def cost(commands: Iterable[Sequence[object]], said: Path, env: Mapping[str, str], every: float = EVERY) -> Cost:
    """The cost of commands that run one after the other; what they say goes to the file `said`."""
    ctypes.CDLL(None).prctl(TAKE_ORPHANS, 1)
    before, began, looks, ended = _cpu_of_children(), time.perf_counter(), list[Look](), threading.Event()
    watcher = threading.Thread(target=_watch, args=(looks, said, every, ended))
    with said.open("wb") as file:
        watcher.start()
        try:
            for command in commands:
                done = subprocess.run([str(part) for part in command], stdout=file, stderr=file, env=env)
                if done.returncode:
                    raise CommandFailed(f"{_named(command)} ended with {done.returncode}: …{_end_of(said)}")
            seconds = time.perf_counter() - began
            _wait_for_orphans()
        except BaseException:
            _wait_for_orphans(patience=0)
            raise
        finally:
            ended.set()
            watcher.join()
    return Cost(seconds, _cpu_of_children() - before, max((look.memory for look in looks), default=0), looks)


def descendants() -> list[int]:
    """The processes that descend from this one."""
    children: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(folder.name))
    found, waiting = [], [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _watch(looks: list[Look], said: Path, every: float, ended: threading.Event) -> None:
    while not ended.wait(every):
        tree = descendants()
        lines = said.read_bytes().count(b"\n")
        looks.append(Look(lines, sum(map(_memory, tree)), frozenset(tree), max(map(_descriptors, tree), default=0)))


def _memory(process: int) -> int:
    """Its PSS in bytes; none where it has just ended."""
    with suppress(OSError):
        for line in (PROC / str(process) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _descriptors(process: int) -> int:
    with suppress(OSError):
        return sum(1 for _ in (PROC / str(process) / "fd").iterdir())
    return 0


def _cpu_of_children() -> float:
    """Seconds of all children that were waited for, and of theirs, and so on."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _wait_for_orphans(patience: float = PATIENCE) -> None:
    """Whatever the command left running ends by itself, soon; else it is killed, and that is a fault."""
    until, killed = time.monotonic() + patience, False
    while True:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if not ended:
            time.sleep(0.005)
        if time.monotonic() > until:
            killed = True
            for process in descendants():
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
    if killed and patience:
        raise CommandFailed(f"a process that the command started did not end within {PATIENCE:g} s")


def _named(command: Sequence[object]) -> str:
    return " ".join(Path(str(part)).name for part in command[:4])


def _end_of(said: Path) -> str:
    return said.read_text(encoding="utf-8", errors="replace")[-2_000:]
