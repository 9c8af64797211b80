"""What does a page made again tell of a page as it is: does it follow from the data, did they move, was it altered?

In this order of proof: the same bytes; the seal; the files; the versions, the code and the notebook; the figures. What
cannot be told is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kpeval.reporting.claims import claims, makers
from kpeval.reporting.inputs import changes
from kpeval.reporting.moved import Moved, moved, shown_otherwise
from kpeval.reporting.record import CLOSING, OPENING, seal_of, unsealed
from kpeval.reporting.recorded import Record, record_of
from kpeval.reporting.shown import Difference, differences, otherwise

FOLLOWS, MOVED, ALTERED, DIFFERS = "follows", "moved", "altered", "differs"
UNVERIFIED, SKIPPED = "unverified", "skipped"
SAME = "The same files, versions and code make another page."


class Verdict(NamedTuple):
    """What is found of a page.

    `state`: follows (from the data as they are), moved (the data did), altered (the page was), differs (this kpeval
    makes another page of the same data, and whether the page was altered cannot be told), unverified, skipped.
    """

    state: str
    said: tuple[str, ...] = ()  # in sentences
    data: tuple[str, ...] = ()  # "funding.csv changed"
    versions: tuple[str, ...] = ()  # what made it and is another here
    figures: tuple[Moved, ...] = ()  # from those of its record to those of the data as they are
    places: tuple[Difference, ...] = ()  # where it says what it should not


class Anew(NamedTuple):
    """The report made again: its page, or why there is none; and the sha256 of the data files, None if not known."""

    html: str = ""
    cause: str = ""
    files: Mapping[str, str] | None = None


def judged(html: str, record: Record, anew: Anew) -> Verdict:
    """The verdict on the page `html`, which says of itself what `record` holds."""
    if html == anew.html:
        count = f"{len(record.data)} data files" if record.data else "data"
        return Verdict(FOLLOWS, (f"Made again from the same {count}, it is the same page, byte for byte.",))
    broken = record.seal != seal_of(html)
    seal = ("Its seal does not fit: it was altered after it was made.",) if broken else ()
    if not anew.html:
        data = _changed(record.data, anew.files) if anew.files is not None and record.data else ()
        state = ALTERED if broken else MOVED if data else UNVERIFIED
        return Verdict(state, (*seal, f"It could not be made again: {anew.cause}."), data)
    now = record_of(anew.html)
    data, versions = _changed(record.data, now.data), _others(record, now)
    figures = tuple(moved(record.tables, now.tables))
    if data:
        recorded = {table.caption for table in (*record.tables, *now.tables)}
        figures += tuple(shown_otherwise(html, anew.html, recorded))
        said, places = _since_then(html, record, anew.html, now, figures)
        state = ALTERED if broken or (places and not versions) else MOVED
        return Verdict(state, (*seal, *said), data, versions, figures, places)
    places = tuple(differences(unsealed(html).replace(makers(record), makers(now)), unsealed(anew.html)))
    if not versions:
        again = () if broken else ("Its seal fits: whoever altered it sealed it again.",)
        return Verdict(ALTERED, (*seal, *again, SAME), figures=figures, places=places)
    if not broken and not figures and _alike(html, record, anew.html):
        said = ("Made again from the same data it shows the same; only what made it is another.",)
        return Verdict(FOLLOWS, said, versions=versions)
    said = (*seal, *_by_another(record, figures))
    return Verdict(ALTERED if broken else DIFFERS, said, (), versions, figures, places)


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(changes(before, now))


def _others(record: Record, now: Record) -> tuple[str, ...]:
    """What made the page and is another here."""
    pairs = {name: (record.versions.get(name), now.versions.get(name)) for name in {**record.versions, **now.versions}}
    said = [
        f"made by {name} {was or '(none)'}, here is {here or '(none)'}"
        for name, (was, here) in pairs.items()
        if was != here
    ]
    if record.code["kpeval"] != now.code["kpeval"] and record.versions["kpeval"] == now.versions["kpeval"]:
        said.append(f"made by other code of kpeval than that here, both under the number {now.versions['kpeval']}")
    if record.code["notebook"] != now.code["notebook"]:
        said.append(f"made by another state of the notebook {record.notebook} than that here")
    return tuple(said)


def _since_then(
    html: str, record: Record, anew: str, now: Record, figures: tuple[Moved, ...]
) -> tuple[tuple[str, ...], tuple[Difference, ...]]:
    """What can be told of a page whose data are another here."""
    told = claims(html, record, anew, now)
    said = () if figures else (_of_the_words(otherwise(html, anew)),)
    if told.contradictions:
        unsure = " Something else made it, too: by that, or by hand, cannot be told." if _others(record, now) else ""
        return (*said, f"What it shows is not what its own record says.{unsure}"), tuple(told.contradictions)
    share = f"{told.compared} of the {told.columns} columns of its tables"
    limits = (
        f"As far as can be told it shows what its record says ({share} could be compared); "
        "whether that followed from the data of then, only those can tell."
    )
    return (*said, limits), ()


def _of_the_words(first: Difference | None) -> str:
    if first is None:
        return "No figure moved: the report says the same."
    return f"No figure of its tables moved; it would say otherwise first in {first.place}: “{first.should}”."


def _by_another(record: Record, figures: tuple[Moved, ...]) -> tuple[str, ...]:
    """What can be told of a page that something else made, from the same data."""
    same = () if figures else ("The figures of its tables are the same.",)
    needed = " ".join(f"{name}=={record.versions[name]}" for name in ("kpeval", "pandas"))
    return (
        *same,
        "Whether it differs by what made it or was altered cannot be told here: "
        f"verify it where {needed} and the notebook of then are installed.",
    )


def _alike(html: str, record: Record, anew: str) -> bool:
    """Whether two pages are the same, style and all, but for the record and the versions they name.

    A style can hide a text, or show one: whoever says that a page follows must have compared it too.
    """
    return _but_record(html.replace(makers(record), makers(record_of(anew)))) == _but_record(anew)


def _but_record(html: str) -> str:
    before, _, rest = html.rpartition(OPENING)
    return before + rest.partition(CLOSING)[2]
