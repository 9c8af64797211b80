"""How does one call hold a folder of reports against others, and tidy up after one that was killed?"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.util import get_temp_dir
from pathlib import Path
from secrets import token_hex

from filelock import FileLock, Timeout

from kpeval.faults import Fault
from kpeval.reporting.asked import PRIVATE, Misuse
from kpeval.reporting.files import PRIVATE_FOLDER, UNFINISHED, is_far, keep, private_folder
from kpeval.reporting.kernels import LONGEST
from kpeval.reporting.places import at_hand

SCRATCH = "scratch"  # names, while a call is at work, the temporary folders that are gone when it ends
OWN = re.compile(r"\..+\.[0-9a-f]{8}" + re.escape(UNFINISHED))  # what `files.write_whole` calls what it writes
LONGEST_ABOVE = LONGEST - len("/kpeval-123456789012/kpeval-warm-12345678")  # bytes of the path of the folder above
OURS = ("kpeval-", "pymp-")  # begin their names; the second are multiprocessing's


@contextmanager
def at_work(out: Path, *, wait: bool, told: Callable[[str], None]) -> Iterator[bool]:
    """Holds the folder; yields whether it could be had, and has `told` say that it waits.

    What a killed call left half done is tidied up first. Misuse where nothing can be written there.
    """
    with ExitStack() as held:
        try:
            private_folder(out / PRIVATE, out / PRIVATE)
            lock = FileLock(at_hand(out) / "lock", mode=0o600)
            try:
                held.enter_context(lock.acquire(timeout=0))
            except Timeout:
                if not wait:
                    yield False
                    return
                told(f"another kpeval is at work in {out}: this one waits for it")
                held.enter_context(lock.acquire())
            _tidy(out)
        except OSError as error:
            fault = Fault(str(out), None, "", f"no reports can go there: {error.strerror or error}")
            raise Misuse([fault], "nothing was rendered") from error
        yield True


@contextmanager
def scratch_folder(out: Path) -> Iterator[Path]:
    """A folder for all that is private to a call, noted first, so that the next one finds it if this one is killed."""
    usual = tempfile.gettempdir()
    above = usual if len(os.fsencode(usual)) <= LONGEST_ABOVE or not Path("/tmp").is_dir() else "/tmp"  # noqa: S108
    folder, noted = Path(above) / f"kpeval-{token_hex(6)}", at_hand(out) / SCRATCH
    tempfile.tempdir = above  # multiprocessing chooses a folder for its sockets once
    try:
        keep(noted, f"{folder}\n{get_temp_dir()}\n", noted.parent)
        folder.mkdir(mode=PRIVATE_FOLDER)
        yield folder
    finally:
        tempfile.tempdir = usual
        shutil.rmtree(folder, ignore_errors=True)
        noted.unlink(missing_ok=True)


def _tidy(out: Path) -> None:
    """Removes what a call that was killed could not: half-written files, private folders."""
    for path in [] if is_far(out) else out.rglob(f".*{UNFINISHED}"):
        if OWN.fullmatch(path.name):
            path.unlink(missing_ok=True)
    noted = at_hand(out) / SCRATCH
    if noted.exists():
        for left in map(Path, noted.read_text(encoding="utf-8").splitlines()):
            if left.name.startswith(OURS) and left.is_dir() and left.stat().st_uid == os.getuid():
                shutil.rmtree(left, ignore_errors=True)
        noted.unlink()
