"""Would a worker elsewhere make the same reports as this machine? It is asked before it gets any work.

The same kpeval, Python and packages; the same folder of reports, which a mark in it proves; the same data, of which a
sample is compared here, and that of each report, byte for byte, when it is made.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kpeval.reporting.asked import PRIVATE
from kpeval.reporting.files import is_far, private_folder
from kpeval.reporting.formats import hindrances
from kpeval.reporting.inputs import as_inputs, changes, everywhere
from kpeval.reporting.places import contents_of, place

SAMPLE = 20  # projects whose data are compared before anything is made
TOLD = 3  # differences that are named


class Question(NamedTuple):
    """Where data and reports are, the mark among these ('' at an address), projects to compare, formats to make."""

    data: str
    out: str
    mark: str
    projects: tuple[str, ...]
    formats: tuple[str, ...] = ()


class Terms(NamedTuple):
    """A process, what its reports depend on, and why it could not read the data or write the reports ('': it can)."""

    process: int
    versions: Mapping[str, str]
    data: Mapping[str, str]
    why: str


def its_terms(question: Question) -> Terms:
    """The terms of the process that is asked."""
    data: dict[str, str] = {}
    versions = everywhere(question.formats)
    try:
        for folder in (question.data, question.out):
            place(folder).exists()
        shared = not question.mark or (Path(question.mark).exists() and Path(question.data).is_dir())
        for project in question.projects:
            with suppress(OSError):  # a file that nobody here can read
                data |= data_of(question.data, project)
    except Exception as error:
        return Terms(os.getpid(), versions, data, f"cannot reach data and reports ({type(error).__name__})")
    why = "" if shared else f"does not share {question.data} and {question.out}: use a shared folder, or s3://…"
    return Terms(os.getpid(), versions, data, why or "; ".join(map(str, hindrances(question.formats))))


def data_of(data: str, project: str) -> dict[str, str]:
    """The hashes of a project's files as this process finds them; none at an address, which is the same everywhere."""
    folder = place(data)
    return {} if is_far(folder) else as_inputs(project, contents_of(folder / project))


def misfit(ours: Terms, theirs: object) -> str:
    """Why reports made there would differ from those made here, or would lie elsewhere; '' if neither."""
    if not isinstance(theirs, Terms):
        return f"kpeval cannot be used there ({type(theirs).__name__})"
    if differing := sorted(one for one in {*ours.versions, *theirs.versions} if _differ(one, ours, theirs)):
        return f"{_some(differing)} differs from this machine's: reports would differ, too"
    if not theirs.why and (differing := changes(ours.data, theirs.data)):
        return f"does not have the same data as this machine ({_some(differing)}): use a shared folder, or s3://…"
    return theirs.why


def _differ(name: str, ours: Terms, theirs: Terms) -> bool:
    return ours.versions.get(name) != theirs.versions.get(name)


def _some(names: list[str]) -> str:
    return ", ".join(names[:TOLD]) + (f" and {len(names) - TOLD} more" if len(names) > TOLD else "")


@cache
def own_versions(formats: tuple[str, ...] = ()) -> str:
    """One hash of all that every report in these formats depends on, as it was when this process first made one."""
    return hashlib.sha256(json.dumps(everywhere(formats), sort_keys=True).encode()).hexdigest()


@contextmanager
def mark_in(out: str) -> Iterator[str]:
    """A file among the reports that a worker sees if it shares the folder; '' where that is an address."""
    if is_far(place(out)):
        yield ""
        return
    folder = Path(out) / PRIVATE
    private_folder(folder, folder)
    with tempfile.NamedTemporaryFile(prefix=".", suffix=".part", dir=folder) as file:
        yield file.name
