"""What became of every report that was tried, and from what was it made? An SQLite file that outlives a kill."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from errno import EBUSY, EIO, ENOSPC
from hashlib import sha256
from itertools import count, groupby
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from kpeval.faults import Fault
from kpeval.reporting.asked import PRIVATE, Misuse, Report
from kpeval.reporting.files import PRIVATE_FILE, UNFINISHED, private_folder

FILE = "ledger.sqlite"
WAIT = 10.0  # seconds that one process waits for another's write, which takes milliseconds
APPLICATION, VERSION = 0x6B706576, 1  # in the file's head: "kpev", and which layout it has
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
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
"""
ADD = "INSERT INTO run VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
OF_REPORT = "WHERE project = ? AND as_of = ? AND notebook = ? AND lang = ?"
LATEST = """WHERE id IN (SELECT max(id) FROM run GROUP BY project, as_of, notebook, lang)
    OR id IN (SELECT max(id) FROM run WHERE state = 'rendered' GROUP BY project, as_of, notebook, lang) ORDER BY id"""
JOURNALS = ("-journal", "-wal", "-shm")  # end the names of what SQLite keeps beside its file
ERRORS = {
    sqlite3.SQLITE_FULL: (ENOSPC, os.strerror(ENOSPC)),
    sqlite3.SQLITE_BUSY: (EBUSY, "in use by another kpeval"),
}


class Run(NamedTuple):
    """One attempt at one report, as it went."""

    report: Report
    state: str  # "rendered" or "failed"
    cause: str = ""  # why it failed, in plain words without data values
    kind: str = ""  # of a failure: "data" (would fail again as it is) or "infrastructure" (dead kernel, full disk)
    seconds: float = 0.0
    executed: Mapping[str, str] = {}  # sha256 by name of all that its executed notebook depends on
    shown: Mapping[str, str] = {}  # … of all that only its page depends on
    outputs: Mapping[str, str] = {}  # … of the files it left, by path relative to the out folder
    at: str = ""  # ISO moment, UTC; told, and never used for the order


class Damaged(ValueError):
    """What stands in the ledger's place is no ledger that can be read."""


class Ledger:
    """The runs of the reports in a folder, in the order of adding; a context manager.

    One process at a time may `begin` it, as a batch does (the lock of the folder sees to that): where there is none, a
    new one is begun, and what cannot be read is renamed first. `set_aside` then says where it lies, for the caller to
    tell; pages and executed notebooks are still there, only what was known of them is lost. Without `begin` nothing
    is made or moved: an empty ledger in memory stands in for an absent one, and a damaged one is Misuse.
    Misuse, too, where a newer kpeval wrote it. What fails later (a full disk, another's lock) is an OSError.
    """

    def __init__(self, out: Path, *, begin: bool = True) -> None:
        self.path = out / PRIVATE / FILE
        self.set_aside: Path | None = None
        self._entries: dict[str, dict[str, str]] = {}  # of inputs that were read, by id
        with _told_as_os_error(self.path):
            self._connection = self._begun() if begin else _existing(self.path)

    def _begun(self) -> sqlite3.Connection:
        private_folder(self.path.parent, self.path.parent)
        try:
            return _connected(self.path, tidy=True)
        except (FileNotFoundError, Damaged) as error:
            if isinstance(error, Damaged):
                self.set_aside = _renamed(self.path)
            _begin(self.path)
            return _connected(self.path)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *raised: object) -> None:
        self._connection.close()

    def add(self, run: Run) -> None:
        """Adds a run; it is on the disk when this returns."""
        with self._transaction():
            texts = (_storable(text) for text in (*run.report, run.state, run.cause, run.kind))
            inputs = (self._stored(entries) for entries in (run.executed, run.shown))
            self._connection.execute(ADD, (*texts, run.seconds, *inputs, json.dumps(dict(run.outputs)), run.at))

    def last(self, report: Report) -> Run | None:
        """The last attempt at a report."""
        return next(iter(self._runs(f"{OF_REPORT} ORDER BY id DESC LIMIT 1", *report)), None)

    def last_good(self, report: Report) -> Run | None:
        """The last attempt at a report that rendered it."""
        return next(iter(self._runs(f"{OF_REPORT} AND state = 'rendered' ORDER BY id DESC LIMIT 1", *report)), None)

    def latest(self) -> dict[Report, tuple[Run | None, Run | None]]:
        """For every report its last attempt and its last good one."""
        found: dict[Report, tuple[Run | None, Run | None]] = {}
        for run in self._runs(LATEST):
            _, good = found.get(run.report, (None, None))
            found[run.report] = (run, run if run.state == "rendered" else good)
        return found

    def history(self, project: str) -> list[Run]:
        """The runs of a project, the one added last first."""
        return self._runs("WHERE project = ? ORDER BY id DESC", project)

    def numbered(self) -> dict[int, Run]:
        """Every run by its number, in the order of adding."""
        return dict(self._rows("ORDER BY id"))

    def forget(self, numbers: Iterable[int]) -> None:
        """Forgets the runs of these numbers, and the inputs that no other run had.

        The file keeps its size and fills up again: to shrink it would need as much room again, on a disk that is full.
        """
        with self._transaction():
            self._connection.executemany("DELETE FROM run WHERE id = ?", [(number,) for number in numbers])
            lists = self._connection.execute("SELECT executed FROM run UNION SELECT shown FROM run")
            used = {int(one) for (ids,) in lists for one in ids.split(",") if ids}
            stored = {one for (one,) in self._connection.execute("SELECT id FROM inputs")}
            self._connection.executemany("DELETE FROM inputs WHERE id = ?", [(one,) for one in stored - used])
        self._entries = {}  # an id of inputs may be given again

    def slot_done(self, key: str, slot: str) -> bool:
        """Was `slot` of the timetable `key` seen to already?"""
        with _told_as_os_error(self.path):
            found = self._connection.execute("SELECT 1 FROM slot WHERE key = ? AND slot = ?", (key, slot))
            return found.fetchone() is not None

    def mark_slot(self, key: str, slot: str, at: str) -> None:
        """Remembers that `slot` was seen to; the first time counts."""
        with self._transaction():
            self._connection.execute("INSERT OR IGNORE INTO slot VALUES (?, ?, ?)", (key, slot, at))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _told_as_os_error(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _stored(self, entries: Mapping[str, str]) -> str:
        """The ids of `entries` in the table inputs, where those of each top folder are a row.

        What changes together is stored together: 1,000 projects share one row of code and one of versions, and each
        project has a row of data for every state that its data were in.
        """
        ids = []
        for _, some in groupby(sorted(entries.items(), key=_by_folder), key=lambda entry: _by_folder(entry)[0]):
            text = json.dumps(dict(some))
            key = sha256(text.encode()).digest()
            self._connection.execute("INSERT OR IGNORE INTO inputs (sha256, entries) VALUES (?, ?)", (key, text))
            ids += self._connection.execute("SELECT id FROM inputs WHERE sha256 = ?", (key,)).fetchone()
        return ",".join(map(str, ids))

    def _loaded(self, ids: str) -> Mapping[str, str]:
        """The entries of these rows of inputs: a view, since 40,000 runs share most of theirs."""
        return ChainMap(*(self._entries.get(one) or self._read(one) for one in ids.split(",") if one))

    def _read(self, one: str) -> dict[str, str]:
        (text,) = self._connection.execute("SELECT entries FROM inputs WHERE id = ?", (int(one),)).fetchone()
        return self._entries.setdefault(one, json.loads(text))

    def _rows(self, which: str, *values: str) -> Iterator[tuple[int, Run]]:
        query = f"SELECT * FROM run {which}"  # noqa: S608  `which` is this module's own words, values are bound
        with _told_as_os_error(self.path):
            rows = self._connection.execute(query, [_storable(value) for value in values]).fetchall()
            for number, *report, state, cause, kind, seconds, executed, shown, outputs, at in rows:
                inputs = self._loaded(executed), self._loaded(shown)
                yield number, Run(Report(*report), state, cause, kind, seconds, *inputs, json.loads(outputs), at)

    def _runs(self, which: str, *values: str) -> list[Run]:
        return [run for _, run in self._rows(which, *values)]


def _by_folder(entry: tuple[str, str]) -> tuple[str, str]:
    """The top folder of an entry's name, '' where it has none, and the name."""
    return entry[0].rpartition("/")[0].partition("/")[0], entry[0]


def _storable(text: str) -> str:
    """Text that SQLite takes: half a character, as in a misread file name, is written out."""
    return text.encode("utf-8", "backslashreplace").decode()


def _existing(path: Path) -> sqlite3.Connection:
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
                connection.execute(f"PRAGMA user_version = {VERSION}")  # any write removes it
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
def _told_as_os_error(path: Path) -> Iterator[None]:
    """What SQLite cannot do is told as of any file that cannot be read or written."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:  # a fault of the program, not of the disk
            raise
        number, said = ERRORS.get(code & 0xFF, (EIO, str(error)))
        raise OSError(number, said, str(path)) from error
