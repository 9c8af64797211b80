"""Which key figures moved between two days of a project, both computed from the same data?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from kpeval.checks import findings as found
from kpeval.codes import ACTIVITY_STATES
from kpeval.measures.budget import reconciliation as reconciled
from kpeval.measures.drawdown import drawdown as drawn
from kpeval.measures.drawdown import three_way as compared
from kpeval.measures.indicators import indicator_fulfilment
from kpeval.measures.timeline import activity_timeline, output_delivery
from kpeval.project import Project
from kpeval.results import CHANGES
from kpeval.timespan import as_day, earlier_day

Frames = Mapping[str, pd.DataFrame]
SAME = 1e-9  # a share, or a value relative to the other, that differs by less has not moved
DIGITS = 14  # of the larger value; what a difference has beyond them is the noise of binary fractions: 0.36 - 0.29
ACHIEVED = ("achieved", "overachieved")


class Figure(NamedTuple):
    """A key figure on a day: of what kind, its value (a number, or a word of a closed list), and what it is about."""

    kind: str
    number: float = math.nan
    word: str | None = None
    name: str | None = None
    unit: str | None = None
    accumulation: str | None = None


Figures = dict[tuple[str, str | None], Figure]  # by figure and subject


def changes(
    project: Project,
    *,
    since: str | date,
    as_of: str | date,
    reconciliation: pd.DataFrame | None = None,
    fulfilment: pd.DataFrame | None = None,
    timeline: pd.DataFrame | None = None,
    outputs: pd.DataFrame | None = None,
    drawdown: pd.DataFrame | None = None,
    three_way: pd.DataFrame | None = None,
    findings: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Which key figures moved from the day `since` to the day `as_of`?

    Each day is computed from the same data, as they were known on it (`Project.known`). difference = after - before, of
    unrounded figures, without the noise of binary fractions (to 14 places of the larger one): a fraction for shares
    (percentage points when shown), exact to the haléř for money. A figure that
    has no value on one of the days has no difference: it is never taken to have been 0.

    One row is a key figure (of indicators one of each). Columns: project_id, since, as_of; figure; subject, name, unit
    and accumulation (of an indicator); kind (share: fractions; money: currency; count; quantity: in the indicator's
    unit; status: a word); before, after, difference; before_status, after_status; moved; reason (why there is no
    difference: not_before, not_now, neither; missing where there is one, and for a status); currency. Rows in the order
    of a report, indicators in that of their measure.

    An empty `since` compares with nothing: no rows. Measures of the day `as_of`, of this project, may be handed in, so
    that they are not taken again. ValueError where `since` is no day or not before `as_of`, or a measure is of another
    project. Rules: METHOD.md, "What changed".
    """
    day = as_day(as_of)
    if since == "":
        return framed(project.project_id, day, day, {}, {}, None)
    earlier = earlier_day(since, day)
    given = {"reconciliation": reconciliation, "fulfilment": fulfilment, "timeline": timeline, "outputs": outputs}
    given |= {"drawdown": drawdown, "three_way": three_way, "findings": findings}
    taken = {name: frame for name, frame in given.items() if frame is not None}
    for frame in taken.values():
        if not {*frame["project_id"].tolist()} <= {project.project_id}:
            raise ValueError(f"a measure that is handed in is of another project than '{project.project_id}'")
    return moves(project, earlier, day, taken)


def moves(project: Project, before: pd.Timestamp, now: pd.Timestamp, taken: Frames | None = None) -> pd.DataFrame:
    """`changes` between any two days, in any order; `taken` are measures of the second one."""
    frames = _measured(project, before, {}), _measured(project, now, taken or {})
    currency = frames[1]["reconciliation"]["currency"].iloc[0]
    first, last = (dict(_figures(one)) for one in frames)
    return framed(project.project_id, before, now, first, last, None if pd.isna(currency) else currency)


def _measured(project: Project, day: pd.Timestamp, taken: Frames) -> dict[str, pd.DataFrame]:
    """The measures of the project as known on the day, all but those that were taken already."""
    facts, frames = project.known(day), dict(taken)
    owner = facts.projects
    if "reconciliation" not in frames:
        frames["reconciliation"] = reconciled(facts.funding, owner)
    if "fulfilment" not in frames:
        tables = facts.indicators, facts.targets, facts.measurements, owner
        frames["fulfilment"] = indicator_fulfilment(*tables, as_of=day)
    if "timeline" not in frames:
        frames["timeline"] = activity_timeline(facts.activities, owner, as_of=day)
    if "outputs" not in frames:
        frames["outputs"] = output_delivery(facts.outputs, as_of=day)
    if "drawdown" not in frames:
        frames["drawdown"] = drawn(facts.finance_plan, facts.transactions, owner, as_of=day)
    if "three_way" not in frames:
        frames["three_way"] = compared(frames["timeline"], frames["drawdown"], frames["fulfilment"])
    if "findings" not in frames:
        frames["findings"] = found(
            facts,
            as_of=day,
            reconciliation=frames["reconciliation"],
            fulfilment=frames["fulfilment"],
            timeline=frames["timeline"],
            outputs=frames["outputs"],
            drawdown=frames["drawdown"],
        )
    return frames


def _figures(of: Frames) -> Iterator[tuple[tuple[str, str | None], Figure]]:
    progress, indicators = of["three_way"], of["fulfilment"]
    time, share = (float(progress[name].iloc[0]) if len(progress) else math.nan for name in ("time", "money"))
    yield ("elapsed", None), Figure("share", time)
    yield ("coverage", None), Figure("share", float(of["reconciliation"]["coverage"].iloc[0]))
    yield ("spent", None), Figure("money", float(of["drawdown"]["spent"].iloc[0]))
    yield ("share_spent", None), Figure("share", share)
    if len(indicators):
        achieved = sum(status in ACHIEVED for status in indicators["status"].tolist())
        yield ("indicators_achieved", None), Figure("count", achieved)
    names = ["indicator_id", "code", "name", "unit", "accumulation", "target", "actual", "status"]
    for key, code, name, unit, accumulation, target, actual, status in indicators[names].to_numpy(object).tolist():
        about = (" ".join(filter(None, map(_text, (code, name)))), _text(unit), _text(accumulation))
        yield ("actual", key), Figure("quantity", float(actual), None, *about)
        yield ("target", key), Figure("quantity", float(target), None, *about)
        yield ("status", key), Figure("status", math.nan, _text(status), *about)
    by_status = Counter(of["timeline"]["status"].tolist())
    for status in ACTIVITY_STATES if by_status else ():
        yield (f"activities_{status}", None), Figure("count", by_status[status])
    if len(of["outputs"]):
        yield ("outputs_delivered", None), Figure("count", of["outputs"]["status"].tolist().count("delivered"))
    yield ("serious_findings", None), Figure("count", of["findings"]["severity"].tolist().count("error"))


def framed(
    project_id: str, before: pd.Timestamp, now: pd.Timestamp, first: Figures, last: Figures, currency: str | None
) -> pd.DataFrame:
    """The figures of two days side by side, with their differences, as `changes` hands them back."""
    rows: list[dict[str, Any]] = []
    for figure, subject in dict.fromkeys([*last, *first]):
        about = (last | first)[figure, subject]
        nothing = Figure(about.kind)
        old, new = first.get((figure, subject), nothing), last.get((figure, subject), nothing)
        rows.append(
            {
                "project_id": project_id,
                "since": before,
                "as_of": now,
                "figure": figure,
                "subject": subject,
                **about._asdict(),
                "before": old.number,
                "after": new.number,
                "difference": _difference(old, new),
                "before_status": old.word,
                "after_status": new.word,
                "moved": _moved(old, new),
                "reason": _reason(old, new),
                "currency": currency,
            }
        )
    array: Any = pd.array  # its stubs want the type as a literal
    cells = {column.name: [row[column.name] for row in rows] for column in CHANGES.columns}
    return pd.DataFrame({column.name: array(cells[column.name], dtype=column.dtype) for column in CHANGES.columns})


def _difference(old: Figure, new: Figure) -> float:
    if new.kind == "money" and not math.isnan(old.number) and not math.isnan(new.number):
        return (round(new.number * 100) - round(old.number * 100)) / 100
    apart, size = new.number - old.number, max(abs(old.number), abs(new.number))
    if not math.isfinite(apart) or not size:
        return apart
    return round(apart, DIGITS - 1 - math.floor(math.log10(size)))


def _moved(old: Figure, new: Figure) -> bool:
    if new.kind == "status":
        return old.word != new.word
    if math.isnan(old.number) or math.isnan(new.number):
        return math.isnan(old.number) != math.isnan(new.number)
    size = max(abs(old.number), abs(new.number), 1) if new.kind == "quantity" else 1
    return abs(_difference(old, new)) > SAME * size


def _reason(old: Figure, new: Figure) -> str | None:
    before, now = (figure.word is not None or not math.isnan(figure.number) for figure in (old, new))
    if before and now:
        return None
    return "not_now" if before else "not_before" if now else "neither"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
