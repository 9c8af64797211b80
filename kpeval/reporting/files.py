"""How is a file written so that a reader finds the old one or the new one, whole, and never a half?"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
UNFINISHED = ".part"  # ends the name under which a file is written; such a file may be removed when nothing runs


class File(NamedTuple):
    """A file to be written: where, what, and for whom; `mode` is narrowed by the umask."""

    path: Path
    text: str | bytes
    mode: int = 0o666

    @property
    def content(self) -> bytes:
        """What is written, text as UTF-8."""
        return self.text.encode() if isinstance(self.text, str) else self.text


def write_whole(path: Path, text: str | bytes, mode: int = 0o666) -> None:
    """Writes one file, as `write_together` writes several."""
    write_together([File(path, text, mode)])


def write_together(files: Sequence[File]) -> None:
    """Writes each beside its place under another name, forces it to the disk, and only then renames them, in order.

    Where writing fails (full disk, no permission) OSError is raised, all that stood there stands there still, and no
    other file stays behind. Only a kill between two renames, which take microseconds, leaves new beside old: whoever
    knows the files by their hashes finds that out. At an address (`places.py`) each is put, whole by itself.
    """
    unfinished: list[tuple[Path, File]] = []
    try:
        for file in files:
            if is_far(file.path):
                put(file.path, file.content)
                continue
            name = file.path.with_name(f".{file.path.name}.{secrets.token_hex(4)}{UNFINISHED}")
            unfinished.append((name, file))
            _write(name, file)
        for name, file in unfinished:
            name.replace(file.path)
    except BaseException:
        for name, _ in unfinished:
            name.unlink(missing_ok=True)
        raise
    for folder in {file.path.parent for _, file in unfinished}:
        _sync_folder(folder)


def _write(path: Path, file: File) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, file.mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(file.content)
        stream.flush()
        os.fsync(stream.fileno())


def keep(path: Path, text: str, top: Path) -> None:
    """Writes `text` for its owner only, and so the folders from `top` down to it."""
    private_folder(path.parent, top)
    write_whole(path, text, PRIVATE_FILE)


def private_folder(folder: Path, top: Path) -> None:
    """Makes `folder` and every folder above it up to `top` where absent, open to their owner only.

    At an address there are no folders, and no modes.
    """
    if is_far(folder):
        return
    for one in reversed([folder, *(above for above in folder.parents if above.is_relative_to(top))]):
        one.mkdir(parents=True, exist_ok=True)
        one.chmod(PRIVATE_FOLDER)


def is_far(path: Path) -> bool:
    """Whether it is an address such as s3://bucket/reports: a UPath, which is no Path of this machine."""
    return not isinstance(path, Path)


def put(path: Path, content: bytes) -> None:
    """Puts a file at an address, whole or not at all; OSError where that fails."""
    with as_of_a_file(path):
        path.write_bytes(content)


@contextmanager
def as_of_a_file(path: Path) -> Iterator[None]:
    """What a store cannot do is told as of any file that cannot be read or written; its own words may hold secrets."""
    try:
        yield
    except OSError as error:
        if error.strerror:
            raise
        raise OSError(errno.EIO, str(error), str(path)) from error
    except Exception as error:
        raise OSError(errno.EIO, f"cannot be reached ({type(error).__name__})", str(path)) from error


def _sync_folder(folder: Path) -> None:
    """The rename itself reaches the disk; Windows cannot open a folder, and needs no such call."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
