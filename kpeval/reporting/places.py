"""Where are data and reports: in folders of this machine, or at an address such as s3://bucket/reports?

An address is a UPath, which answers as a Path does, so that most of kpeval need not ask. What object storage has not:

- halves and disks: a file is put whole or not at all, and nothing is left to tidy up or to force to a disk;
- folders and modes: none is made, and the bucket's policy says who may read. Executed notebooks and logs, which may
  hold data, lie under `.kpeval/` at the address: no reader of pages needs that prefix;
- locks: calls on one machine exclude each other as ever, calls on two machines do not. Pages stay whole even then, but
  of two ledgers the one put last counts; what the other knew is made again;
- files that SQLite can write to: the ledger is a copy on this machine while kpeval works, and put back.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from kpeval.faults import Fault
from kpeval.folders import COMMENTARY, is_read
from kpeval.reporting.asked import PRIVATE, Misuse
from kpeval.reporting.files import as_of_a_file, is_far, private_folder, put
from kpeval.reporting.ledger import Ledger
from kpeval.reporting.ledger_file import FILE

EVERY = 25  # runs after which the ledger is put back: what a killed client may lose, and makes again


def place(text: str) -> Path:
    """The folder, or the address; Misuse where no package here can open such an address."""
    if "://" not in text:
        return Path(text)
    try:
        from upath import UPath

        found: Any = UPath(text.rstrip("/"))
        files = found.fs
    except (ImportError, ValueError) as error:
        raise _misuse(text, f"such an address cannot be opened here ({error}): pip install 'kpeval[dask]'") from error
    if "file" in (found.protocol, *files.protocol):
        return Path(found.path)
    files.dircache.use_listings_cache = False  # workers write there too: what was listed a moment ago is out of date
    return cast("Path", found)


def reached(text: str, *, needed: bool) -> Path:
    """The place, asked whether it answers; Misuse where it does not, or where nothing is there that is needed."""
    found = place(text)
    try:
        there = found.exists()
    except Exception as error:  # a store's own error, of any kind: no credentials, no network, no permission
        raise _misuse(text, f"cannot be reached ({type(error).__name__})") from error
    if needed and not there:
        raise _misuse(text, "nothing is there")
    return found


def contents_of(folder: Path) -> dict[str, bytes]:
    """The files in a project's folder, or at its address, that kpeval reads, by name below it (commentary/… too).

    Whatever else lies there (a film, a spreadsheet, an editor's copies) is neither read nor copied for a report.
    """
    if is_far(folder):
        return _far_contents(folder)
    found = {}
    names = (path.relative_to(folder).as_posix() for below in ("*", f"{COMMENTARY}/*") for path in folder.glob(below))
    for name in sorted(filter(is_read, names)):
        with suppress(FileNotFoundError):  # gone since it was listed
            if (folder / name).is_file():
                found[name] = (folder / name).read_bytes()
    return found


def _far_contents(folder: Path) -> dict[str, bytes]:
    """All of them at once."""
    files, top = _store(folder)
    with as_of_a_file(folder):
        keys = {key: key.removeprefix(f"{top}/") for key in files.find(top, maxdepth=2)}
        wanted = {key: name for key, name in keys.items() if is_read(name)}  # a store takes any key, `../` included
        read = files.cat(list(wanted)) if wanted else {}
    return {wanted[key]: content for key, content in sorted(read.items())}


def brought(data: Path, project: str, private: Path) -> tuple[Path, dict[str, bytes]]:
    """A private copy of the project's folder, in a folder of projects of its own, and the files in it.

    What a notebook reads is then what was noted, whatever becomes of the folder in the meantime.
    """
    folder = private / (data.name or "data")
    files = contents_of(data / project)
    for name, content in files.items():
        path = folder / project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    folder.mkdir(exist_ok=True)
    return folder, files


def heads(paths: Sequence[Path], size: int) -> Iterator[tuple[Path, str]]:
    """How each file at an address begins, asked for all at once; what is gone in the meantime is left out."""
    if paths:
        files, _ = _store(paths[0])
        keys = [_store(path)[1] for path in paths]
        read = files.cat_ranges(keys, [0] * len(keys), [size] * len(keys), on_error="return")
        found = ((path, head) for path, head in zip(paths, read, strict=True) if isinstance(head, bytes))
        yield from ((path, head.decode("utf-8", "replace")) for path, head in found)


def at_hand(out: Path) -> Path:
    """The private folder for what can lie on this machine only: the lock, notes, the copy of a ledger."""
    if not is_far(out):
        return out / PRIVATE
    from platformdirs import user_cache_path

    folder = user_cache_path("kpeval") / hashlib.sha256(str(out).encode()).hexdigest()[:16]
    private_folder(folder, folder)
    return folder


def ledger_of(out: Path, *, begin: bool = True) -> Ledger:
    """The ledger of the reports in a folder or at an address."""
    return FarLedger(out, begin=begin) if is_far(out) else Ledger(out, begin=begin)


class FarLedger(Ledger):
    """The ledger of reports at an address: a copy here, put back every so many runs and at the end."""

    def __init__(self, out: Path, *, begin: bool = True) -> None:
        self._far, self._unsaved = out / PRIVATE / FILE, 0
        # who only looks holds no lock, and has a copy of their own
        self._near = at_hand(out) / "ledger" if begin else Path(tempfile.mkdtemp(prefix="kpeval-"))
        shutil.rmtree(self._near, ignore_errors=True)
        private_folder(self._near / PRIVATE, self._near)
        with as_of_a_file(self._far):
            known = self._far.exists()
            if known:
                (self._near / PRIVATE / FILE).write_bytes(self._far.read_bytes())
        super().__init__(self._near, begin=begin)
        if self.set_aside:
            aside = self._far.with_name(f"{self._far.stem}.damaged-{_digest(self.set_aside)}{self._far.suffix}")
            put(aside, self.set_aside.read_bytes())
            self.set_aside = aside
        if begin and not known:  # whether anything can be put there is known before anything is made
            self.put_back()

    def put_back(self) -> None:
        """Put the copy, as it is, where it came from."""
        put(self._far, self.path.read_bytes())
        self._unsaved = 0

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with super()._transaction():
            yield
        self._unsaved += 1
        if self._unsaved >= EVERY:
            self.put_back()

    def __exit__(self, *raised: object) -> None:
        super().__exit__(*raised)
        try:
            if self._unsaved:
                self.put_back()
        finally:
            shutil.rmtree(self._near, ignore_errors=True)


def _store(path: Path) -> tuple[Any, str]:
    """The file system of an address, and its key there."""
    address: Any = path
    return address.fs, address.path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _misuse(text: str, why: str) -> Misuse:
    return Misuse([Fault(text, None, "", why)], "nothing was rendered")
