"""What became of every report that was tried, and from what was it made? An SQLite file that outlives a kill."""

from __future__ import annotations

import json
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from kpeval.reporting.asked import PRIVATE, Report
from kpeval.reporting.files import private_folder
from kpeval.reporting.ledger_file import FILE, begun, existing, told_as_os_error

ADD = "INSERT INTO run VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
OF_REPORT = "WHERE project = ? AND as_of = ? AND notebook = ? AND lang = ?"
NOTE = "INSERT OR IGNORE INTO untold VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
LATEST = """WHERE id IN (SELECT max(id) FROM run GROUP BY project, as_of, notebook, lang)
    OR id IN (SELECT max(id) FROM run WHERE state = 'rendered' GROUP BY project, as_of, notebook, lang) ORDER BY id"""


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


class Known(NamedTuple):
    """What somebody knows of a report: how its last attempt ended (state and kind of a run), and the page's hash."""

    state: str = ""
    kind: str = ""
    page: str = ""


def known(last: Run | None, good: Run | None) -> Known:
    """What they know who know of these runs, the last one and the last good one."""
    pages = [digest for name, digest in good.outputs.items() if name.endswith(".html")] if good else []
    return Known(last.state if last else "", last.kind if last else "", pages[0] if pages else "")


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
        self._entries: dict[str, dict[str, str]] = {}  # of inputs that were read, by id
        if begin:
            private_folder(self.path.parent, self.path.parent)
        with told_as_os_error(self.path):
            self._connection, self.set_aside = begun(self.path) if begin else (existing(self.path), None)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *raised: object) -> None:
        self._connection.close()

    def add(self, run: Run, tell: Iterable[str] = ()) -> None:
        """Adds a run, and notes the addresses that are to hear of it; it is on the disk when this returns.

        Of a report of which they have not heard yet what happened before, they still know what they knew then.
        """
        with self._transaction():
            if addresses := list(tell):
                before = known(self.last(run.report), self.last_good(run.report))
                rows = [map(_storable, (address, *run.report, *before)) for address in addresses]
                self._connection.executemany(NOTE, [tuple(row) for row in rows])
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
        with told_as_os_error(self.path):
            found = self._connection.execute("SELECT 1 FROM slot WHERE key = ? AND slot = ?", (key, slot))
            return found.fetchone() is not None

    def mark_slot(self, key: str, slot: str, at: str) -> None:
        """Remembers that `slot` was seen to; the first time counts."""
        with self._transaction():
            self._connection.execute("INSERT OR IGNORE INTO slot VALUES (?, ?, ?)", (key, slot, at))

    def untold(self) -> dict[str, dict[Report, Known]]:
        """By address the reports of which it is to hear, with what it knows of each."""
        found: dict[str, dict[Report, Known]] = {}
        with told_as_os_error(self.path):
            rows = self._connection.execute("SELECT * FROM untold ORDER BY rowid").fetchall()
        for address, project, as_of, notebook, lang, *before in rows:
            found.setdefault(address, {})[Report(project, as_of, notebook, lang)] = Known(*before)
        return found

    def mark_told(self, address: str) -> None:
        """Remembers that this address has heard all that it was to hear."""
        with self._transaction():
            self._connection.execute("DELETE FROM untold WHERE address = ?", (_storable(address),))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with told_as_os_error(self.path):
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
        with told_as_os_error(self.path):
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
