"""Where do kernels come from that start at once? From a process that has imported what notebooks need, and forks.

Started by `kernels.py` as `python -m kpeval.reporting.warm ADDRESS`. Whoever connects to the socket at ADDRESS gets one
fresh kernel, forked from this process as it was before any notebook ran; the connection is the kernel's lifeline. The
kernel sends its process id over it once it can be talked to, this process its exit status; when the connection closes,
the kernel is killed.
When standard input closes, the owner is gone, and so are this process and all its kernels.

This process must stay single-threaded (a fork copies one thread only), makes no socket, context or event loop of
ZeroMQ, and imports neither pyplot nor the inline backend: that registers itself only where a shell exists, and
notebooks would silently lose their pyplot figures.
"""

from __future__ import annotations

import builtins
import contextlib
import ctypes
import decimal
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, NoReturn

INLINE = "module://matplotlib_inline.backend_inline"  # what ipykernel chooses for pyplot
SINGLE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
PRELOADED = (
    "kpeval.reporting.forked",
    # what ipykernel imports late, each time a kernel starts
    *("ipykernel.debugger", "ipykernel.heartbeat", "IPython.extensions.storemagic", "psutil", "sqlite3"),
    *("IPython.core.completerlib", "IPython.core.magics", "IPython.core.debugger", "IPython.core.oinspect", "jedi"),
    *("faulthandler", "pdb", "tornado.platform.asyncio"),
    # what notebooks use
    *("pandas", "pandera.pandas", "babel.dates", "babel.numbers", "lxml.etree"),
    *("matplotlib.figure", "matplotlib.backends.backend_svg", "matplotlib.backends.backend_agg"),
    *("kpeval.project", "kpeval.checks", "kpeval.present.cover", "kpeval.present.sentences", "kpeval.present.tables"),
    *(f"kpeval.measures.{path.stem}" for path in sorted((Path(__file__).parents[1] / "measures").glob("[a-z]*.py"))),
    *("kpeval.privacy.disclosure", "kpeval.privacy.meetings", "kpeval.privacy.reach", "kpeval.privacy.training"),
    *("kpeval.compared", "kpeval.present.charts", "kpeval.present.commentary", "kpeval.present.key_figures"),
    "kpeval.present.workings",
)
FORBIDDEN = ("matplotlib.pyplot", "matplotlib_inline.backend_inline")
REHEARSED_AFTER = 6  # kernels: a rehearsal costs what it saves some fifteen of them, and few batches are so small
READY, ENDED = b"pid ", b"exit "  # begin what is said over a lifeline
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


class Kernel(NamedTuple):
    """A kernel of this process: its id, its lifeline, what tells of its end."""

    pid: int
    lifeline: socket.socket
    ended: int  # a pidfd


def serve(address: str) -> None:
    """Forks a kernel for every connection, until standard input closes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener, selectors.DefaultSelector() as selector:
        listener.bind(f"{address}.new")
        listener.listen(64)
        Path(f"{address}.new").rename(address)  # before the imports: who comes early waits in the queue
        gc.disable()  # what is imported stays: looking for what does not would take a fifth of the time
        _prepare()
        gc.enable()
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        selector.register(listener, selectors.EVENT_READ)
        forked = 0
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    _fork(listener, selector)
                    forked += 1
                    if forked == REHEARSED_AFTER:
                        _rehearse()
                elif isinstance(key.data, Kernel):
                    _attend(key, selector)
                else:
                    return  # the owner is gone: the kernels, which die with their parent, are too


def _prepare() -> None:
    os.environ.setdefault("MPLBACKEND", INLINE)
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]  # pandas asks who shows it
    for name in PRELOADED:
        with contextlib.suppress(ImportError):  # a version that lacks one imports it when the kernel needs it
            importlib.import_module(name)
    del builtins.get_ipython  # type: ignore[attr-defined]
    from kpeval.reporting.forked import prepare

    prepare(Path.cwd() / "ipython")
    _check()
    os.environ.pop("MPLBACKEND")
    from kpeval.present.language import language, languages

    for code in languages():
        language(code)  # its catalogue is read once
    _settle()


def _check() -> None:
    wrong = [name for name in FORBIDDEN if name in sys.modules]
    if wrong:
        raise RuntimeError(f"{', '.join(wrong)} must not be imported before a kernel is there")


def _settle() -> None:
    """What is here now is never looked at again by the collector: its pages stay shared with every kernel."""
    decimal.getcontext().clear_flags()
    gc.freeze()


def _rehearse() -> None:
    from kpeval.rehearsal import rehearse

    with contextlib.suppress(Exception):  # whatever it is, the notebooks will tell, in a kernel
        rehearse()
    gc.collect()
    _settle()
    _check()


def _fork(listener: socket.socket, selector: selectors.BaseSelector) -> None:
    lifeline, _ = listener.accept()
    descriptors: list[int] = []
    parent = os.getpid()
    try:
        _, descriptors, _, _ = socket.recv_fds(lifeline, 1, 3)
        pid = os.fork() if len(descriptors) == 3 else -1
    except OSError:  # no process more: who asked sees the lifeline close, and the other kernels live on
        pid = -1
    if pid == -1:  # or who asked is gone before asking
        lifeline.close()
        for descriptor in descriptors:
            os.close(descriptor)
        return
    if pid == 0:
        _become_kernel(parent, lifeline, descriptors, selector)
    for descriptor in descriptors:
        os.close(descriptor)
    kernel = Kernel(pid, lifeline, os.pidfd_open(pid))
    selector.register(lifeline, selectors.EVENT_READ, kernel)
    selector.register(kernel.ended, selectors.EVENT_READ, kernel)


def _attend(key: selectors.SelectorKey, selector: selectors.BaseSelector) -> None:
    """A kernel has ended, or who asked for it has closed its lifeline: it ends then."""
    kernel: Kernel = key.data
    if key.fileobj not in (kernel.lifeline, kernel.ended) or key.fd not in selector.get_map():
        return  # dealt with in the same round
    if key.fileobj is kernel.lifeline:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(kernel.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):  # it may not lead its group yet
            os.kill(kernel.pid, signal.SIGKILL)
    _, status = os.waitpid(kernel.pid, 0)
    with contextlib.suppress(OSError):  # nobody listens any more
        kernel.lifeline.send(ENDED + str(os.waitstatus_to_exitcode(status)).encode())
    for one in (kernel.lifeline, kernel.ended):
        selector.unregister(one)
    kernel.lifeline.close()
    os.close(kernel.ended)


def _become_kernel(
    parent: int, lifeline: socket.socket, descriptors: list[int], selector: selectors.BaseSelector
) -> NoReturn:
    """What an ordinary kernel would be after its imports: own session, environment, folder, streams, random numbers."""
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        asked, output, errors = descriptors
        with os.fdopen(asked) as file:
            request = json.load(file)
        for place, stream in enumerate((os.open(os.devnull, os.O_RDONLY), output, errors)):
            os.dup2(stream, place)
            os.close(stream)
        _close(selector)
        _surround(request)
        _run_kernel(request["argv"], lifeline)
    except BaseException:  # it must never return into the loop of its parent
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def _close(selector: selectors.BaseSelector) -> None:
    """Everything the parent listens to, but standard input, which is another one already."""
    for one in [key.fileobj for key in selector.get_map().values()]:
        if isinstance(one, socket.socket):
            one.close()
        elif isinstance(one, int) and one > 0:
            os.close(one)
    selector.close()


def _surround(request: dict[str, Any]) -> None:
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    import matplotlib
    import numpy

    matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND", INLINE)
    numpy.random.seed()  # noqa: NPY002  the global generator is the one that a fork would share; `random` does so itself


def _run_kernel(argv: list[str], lifeline: socket.socket) -> NoReturn:
    from kpeval.reporting.forked import become

    def ready() -> None:
        lifeline.send(READY + str(os.getpid()).encode())
        lifeline.close()

    sys.argv = [sys.argv[0], *argv]
    become(argv, ready)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    del sys.path[0]  # the folder it was started in; each kernel adds its own
    serve(sys.argv[1])
    shutil.rmtree(Path(sys.argv[1]).parent, ignore_errors=True)  # the owner, who was killed, can no longer do so
