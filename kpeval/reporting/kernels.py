"""Where is the warm process of this program, from which kernels are forked (`warm.py`)?

It is started when it is first needed, or beforehand, beside other imports; anew when it has died or kpeval's files have
changed; and it ends with this program.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from kpeval.reporting.warm import SINGLE

PACKAGE = Path(__file__).parents[1]
FORKS = sys.platform == "linux"  # macOS can fork, but its system libraries do not survive it
MAIL = "KPEVAL_SMTP_"  # begins the names of the settings of the mail
LONGEST = 90  # bytes of a folder's path: Linux takes 107 for that of a socket


def unsecret(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what no notebook need know: the secret of the mail."""
    return {name: value for name, value in environment.items() if not name.startswith(MAIL)}


class WarmProcess:
    """A process of this program, for it alone, from which kernels are forked; it ends when this program does."""

    def __init__(self, within: Path | None) -> None:
        self.folder = short_folder("kpeval-warm-", within)
        self.address = str(self.folder / "warm")
        self.stamp = _stamp()
        environment = unsecret(os.environ) | dict.fromkeys(SINGLE, "1")  # a kernel can read how it was started
        self.errors = self.folder / "errors"
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kpeval.reporting.warm", self.address],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=environment,
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C is for the program, which ends its kernels itself
            )
        atexit.register(self.close)

    @property
    def fit(self) -> bool:
        """Whether it lives, can be reached, and has imported kpeval as it is now."""
        return self.process.poll() is None and self.folder.is_dir() and self.stamp == _stamp()

    def close(self) -> None:
        """End it and, with it, its kernels."""
        atexit.unregister(self.close)
        self.process.kill()  # it has nothing to tidy up, and would end what it is importing first
        self.process.wait()
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Current:
    """The warm process that this process uses: its own, or the address of one that was lent to it."""

    own: WarmProcess | None = None
    retired: ClassVar[list[WarmProcess]] = []
    lent = ""
    changing = threading.RLock()  # the threads of a cluster's worker ask at once


def start(within: Path | None = None) -> WarmProcess | None:
    """This process's own warm process, started anew where there is none that is fit; None where nothing can fork.

    A new one has its socket in a folder in `within`.
    """
    if not FORKS:
        return None
    with Current.changing:
        if Current.own is None or not Current.own.fit:
            if Current.own is not None and Current.own.process.poll() is None:
                Current.retired.append(Current.own)  # its kernels may be at work still: it ends with this program
            else:
                stop()
            Current.own = WarmProcess(within)
        return Current.own


def stop() -> None:
    """End this process's own warm process, if it has one, and those before it, with their kernels."""
    with Current.changing:
        while Current.retired:
            Current.retired.pop().close()
        if Current.own is not None:
            Current.own.close()
            Current.own = None


def borrow(address: str) -> None:
    """Use the warm process of another process at `address`, as long as it answers."""
    Current.lent = address


def short_folder(prefix: str, within: Path | None = None) -> Path:
    """A new private folder with a path short enough for sockets in it, whatever TMPDIR or `within` say."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
    if len(os.fsencode(folder)) > LONGEST and Path("/tmp").is_dir():  # noqa: S108  mkdtemp makes it private
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    return folder


def _stamp() -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of kpeval's files: a warm process that has imported others is out of date."""
    files = (path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".po", ".csv"))
    return tuple(sorted((str(path), (told := path.stat()).st_size, told.st_mtime_ns) for path in files))
