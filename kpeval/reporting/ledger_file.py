"""How does the ledger's file outlive a kill, damage and a newer kpeval? How it is begun, opened, looked through."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from errno import EBUSY, EIO, ENOSPC
from itertools import count
from pathlib import Path
from secrets import token_hex

from kpeval.faults import Fault
from kpeval.reporting.asked import Misuse
from kpeval.reporting.files import PRIVATE_FILE, UNFINISHED

FILE = "ledger.sqlite"
WAIT = 10.0  # seconds that one process waits for another's write, which takes milliseconds
APPLICATION, VERSION = 0x6B706576, 2  # in the file's head: "kpev", and which layout it has
UNTOLD = """
CREATE TABLE untold ( -- who is to hear of a report by mail, and has not yet
    address TEXT NOT NULL, project TEXT NOT NULL, as_of TEXT NOT NULL, notebook TEXT NOT NULL, lang TEXT NOT NULL,
    state TEXT NOT NULL, kind TEXT NOT NULL, page TEXT NOT NULL, -- what they know of it: they hear of the difference
    PRIMARY KEY (address, project, as_of, notebook, lang)
);"""
ADDED = {2: UNTOLD}  # by each layout to the one before
SCHEMA = f"""
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of adding; none is given twice, even when runs are forgotten
    project TEXT NOT NULL, as_of TEXT NOT NULL, notebook TEXT NOT NULL, lang TEXT NOT NULL,
    state TEXT NOT NULL, cause TEXT NOT NULL, kind TEXT NOT NULL, seconds REAL NOT NULL,
    executed TEXT NOT NULL, shown TEXT NOT NULL, -- ids of inputs, separated by commas
    outputs TEXT NOT NULL, -- JSON
    at TEXT NOT NULL
);
CREATE INDEX run_of_report ON run (project, as_of, notebook, lang, state);
CREATE TABLE inputs (id INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE, entries TEXT NOT NULL); -- JSON, once each
CREATE TABLE slot (key TEXT NOT NULL, slot TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (key, slot));
{UNTOLD}
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
"""
JOURNALS = ("-journal", "-wal", "-shm")  # end the names of what SQLite keeps beside its file
ERRORS = {
    sqlite3.SQLITE_FULL: (ENOSPC, os.strerror(ENOSPC)),
    sqlite3.SQLITE_BUSY: (EBUSY, "in use by another kpeval"),
}


class Damaged(ValueError):
    """What stands in the ledger's place is no ledger that can be read."""


def begun(path: Path) -> tuple[sqlite3.Connection, Path | None]:
    """The ledger, a new one where there is none or a damaged one; and where that lies now."""
    set_aside = None
    try:
        return _connected(path, tidy=True), None
    except FileNotFoundError:
        pass
    except Damaged:
        set_aside = _renamed(path)
    _begin(path)
    return _connected(path), set_aside


def existing(path: Path) -> sqlite3.Connection:
    """The ledger as it is, an empty one in memory where there is none; Misuse where it is damaged."""
    try:
        return _connected(path)
    except FileNotFoundError:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.executescript(SCHEMA)
        return connection
    except Damaged as error:
        raise _refused(path, "is damaged; the next rendering sets it aside and begins a new one") from error


def _begin(path: Path) -> None:
    """Writes an empty ledger, whole, under another name first: a file without bytes is then damage, no beginning."""
    unfinished = path.with_name(f".{path.name}.{token_hex(4)}{UNFINISHED}")
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
            connection.executescript(f"PRAGMA journal_mode = MEMORY; BEGIN; {SCHEMA} COMMIT;")
        for tail in JOURNALS:  # of a ledger that somebody deleted: it would be played into this one
            path.with_name(path.name + tail).unlink(missing_ok=True)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _connected(path: Path, *, tidy: bool = False) -> sqlite3.Connection:
    """A connection to the ledger, looked through; FileNotFoundError, Damaged, or Misuse where it is a newer one.

    The journal is one that is deleted at every commit: the other kind (WAL) needs memory that all who open the file
    share, which a network folder does not give. `synchronous = EXTRA` forces the file, the journal and, once that is
    deleted, the folder to the disk: a run that was added outlives a power cut, and whoever opens the file next takes
    back one that was half added. It costs milliseconds, a rendering hundreds.
    """
    if not os.path.lexists(path):
        raise FileNotFoundError(path)
    if not path.is_file() or path.stat().st_size == 0:
        raise Damaged
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=WAIT, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA")
        asked = ("quick_check(1)", "application_id", "user_version")
        said, application, version = (connection.execute(f"PRAGMA {what}").fetchone()[0] for what in asked)
        if said != "ok" or application != APPLICATION:
            raise Damaged
        if version > VERSION:
            raise _refused(path, f"is of a newer kpeval (layout {version}, this one knows {VERSION}): update kpeval")
        if tidy:
            path.chmod(PRIVATE_FILE)
            if path.with_name(path.name + JOURNALS[0]).exists():  # a kill left it before a word of it was valid
                connection.execute(f"PRAGMA user_version = {version}")  # any write removes it
            if version < VERSION:
                added = "".join(ADDED[layout] for layout in range(version + 1, VERSION + 1))
                connection.executescript(f"BEGIN IMMEDIATE; {added} PRAGMA user_version = {VERSION}; COMMIT;")
    except BaseException as error:
        connection.close()
        if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise Damaged from error
        raise
    return connection


def _renamed(path: Path) -> Path:
    """Where what stood in the ledger's place lies now; its journal goes first, lest it be played into the next one."""
    names = (path.with_name(f"{path.stem}.damaged-{number}{path.suffix}") for number in count(1))
    aside = next(name for name in names if not os.path.lexists(name))
    for tail in JOURNALS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + tail).rename(aside.with_name(aside.name + tail))
    return path.rename(aside)


def _refused(path: Path, why: str) -> Misuse:
    return Misuse([Fault(str(path), None, "", why)], "the ledger")


@contextmanager
def told_as_os_error(path: Path) -> Iterator[None]:
    """What SQLite cannot do is told as of any file that cannot be read or written."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:  # a fault of the program, not of the disk
            raise
        number, said = ERRORS.get(code & 0xFF, (EIO, str(error)))
        raise OSError(number, said, str(path)) from error
