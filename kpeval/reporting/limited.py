"""How is work in this process, which no kernel does, stopped when it takes too long?"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from kpeval.reporting.failure import Failed


@contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """Failed where what is done meanwhile takes longer: it would take as long again, so it is not tried again.

    A text of thousands of signs without a space, say, keeps the layout of a PDF busy for minutes. Only the main thread
    of a program on Linux or macOS can be stopped so; elsewhere there is no limit.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*_: Any) -> NoReturn:
        raise Failed(f"{what} took longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
