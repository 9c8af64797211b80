"""How is it said which key figures moved since an earlier day: in a table, and in a sentence?"""

from __future__ import annotations

from typing import Any

import pandas as pd

from kpeval.present import cells
from kpeval.present.cells import Row
from kpeval.present.display import Cell, Omitted, Sentence, Table
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.vocabulary import spoken

ACTIVITIES = "activities_"
OF_INDICATOR = ("actual", "target", "status")
# Columns that a page's record need not repeat: its table of indicators has them, or its caption.
ELSEWHERE = ["since", "as_of", "name", "unit", "accumulation", "kind", "moved", "currency"]


def changes_table(changes: pd.DataFrame, *, lang: str, most: int | None = None) -> Table | Omitted:
    """Each key figure that moved since the earlier day: what it was, what it is, and the difference.

    Of more than `most` indicators those come first of which the status or the target moved, and it says so.
    """
    words = language(lang)
    cells.one_project(changes)
    shown = cells.each(changes)
    if not shown:
        return Omitted(_no_earlier_day(words))
    moved = [row for row in shown if cells.holds(row.moved)]
    if not moved:
        return Omitted(words.say("No key figure moved."))
    indicators = _indicators(shown)
    chosen = _chosen(moved, most)
    rows, done = list[tuple[Cell, ...]](), set[str]()
    for row in moved:
        if row.figure not in OF_INDICATOR:
            rows.append(_row(row, words))
        elif row.subject in chosen and row.subject not in done:
            done.add(row.subject)
            rows.append(_indicator_row(indicators[row.subject], words))
    days = _days(shown, words)
    headings = (words.say("Key figure"), *days, words.say("Difference"))
    caption = words.say("What changed from {since} to {as_of}", since=days[0], as_of=days[1])
    notes = []
    if any(row.kind == "share" and pd.notna(row.difference) for row in moved):
        notes = [
            words.say("Differences are taken between unrounded figures; those of shares are in percentage points.")
        ]
    if left := len({row.subject for row in moved if row.figure in OF_INDICATOR}) - len(chosen):
        notes.append(
            words.count(
                "{count} more indicator moved; the report on the indicators has the values of each day.",
                "{count} more indicators moved; the report on the indicators has the values of each day.",
                left,
            )
        )
    shown_here = changes["moved"] & (~changes["figure"].isin(OF_INDICATOR) | changes["subject"].isin(chosen))
    result = changes[shown_here].drop(columns=ELSEWHERE)
    return Table(caption, headings, tuple(rows), cells.with_notes(rows, notes, words), result, name="changes")


def changes_sentence(changes: pd.DataFrame, *, lang: str) -> Sentence:
    """Which key figures moved, that nothing else did, and which could not be compared."""
    words = language(lang)
    cells.one_project(changes)
    shown = cells.each(changes)
    if not shown:
        return Sentence((_no_earlier_day(words),))
    days = dict(zip(("since", "as_of"), _days(shown, words), strict=True))
    moved = [row for row in shown if cells.holds(row.moved)]
    if moved:
        said = words.say("From {since} to {as_of} these moved: {figures}.", figures=_named(moved, words), **days)
        said += " " + words.say("Nothing else moved.")
    else:
        said = words.say("From {since} to {as_of} no key figure moved.", **days)
    parts = [said]
    if new := _without(shown, "not_before"):
        parts.append(
            words.say(
                "Of these, not stated before, and stated now: {figures}. No difference is computed.",
                figures=_named(new, words),
            )
        )
    if gone := _without(shown, "not_now"):
        parts.append(words.say("Of these, stated before, and no longer: {figures}.", figures=_named(gone, words)))
    told = {row.subject for row in moved if row.figure in OF_INDICATOR}  # of these the status moved, if no value
    unknown = [row for row in _without(shown, "neither") if row.figure != "target"]  # many have no target
    if neither := [row for row in unknown if row.figure not in OF_INDICATOR or row.subject not in told]:
        parts.append(words.say("Not compared, for neither day has a value: {figures}.", figures=_named(neither, words)))
    return Sentence(tuple(parts))


def _days(shown: list[Row], words: Language) -> tuple[str, str]:
    """The two days that are compared."""
    return cells.day(shown[0].since, words).text, cells.day(shown[0].as_of, words).text


def _of_activities(row: Row) -> bool:
    """Whether the figure counts the activities of a status, which is the rest of its name."""
    return isinstance(row.figure, str) and row.figure.startswith(ACTIVITIES)


def _no_earlier_day(words: Language) -> str:
    return words.say("No earlier day to compare with.")


def _without(shown: list[Row], reason: str) -> list[Row]:
    return [row for row in shown if row.reason == reason]


def _named(shown: list[Row], words: Language) -> str:
    """The figures by name; activities by their statuses are one, indicators are counted."""
    names = dict.fromkeys(
        words.say("activities by status") if _of_activities(row) else spoken("figure", row.figure, words)
        for row in shown
        if row.figure not in OF_INDICATOR
    )
    indicators = len({row.subject for row in shown if row.figure in OF_INDICATOR})
    counted = [words.count("{count} indicator", "{count} indicators", indicators)] if indicators else []
    return words.list([*names, *counted])


def _row(row: Row, words: Language) -> tuple[Cell, ...]:
    if _of_activities(row):
        status = row.figure.removeprefix(ACTIVITIES)
        name = words.say("activities: {status}", status=spoken("activity_status", status, words))
    else:
        name = spoken("figure", row.figure, words)
    decimals = money_decimals((row.before, row.after))
    before, now = (_value(value, row, words, decimals) for value in (row.before, row.after))
    return Cell(name[:1].upper() + name[1:]), before, now, _difference(row, words, decimals)


def _chosen(moved: list[Row], most: int | None) -> set[str]:
    """The indicators that are shown: all, or `most`, those first of which more than the value moved."""
    subjects = list(dict.fromkeys(row.subject for row in moved if row.figure in OF_INDICATOR))
    if most is None:
        return set(subjects)
    turned = {row.subject for row in moved if row.figure in ("target", "status")}
    return set(sorted(subjects, key=lambda subject: subject not in turned)[:most])


def _indicators(shown: list[Row]) -> dict[str, dict[str, Row]]:
    """The rows of each indicator, by figure."""
    found: dict[str, dict[str, Row]] = {}
    for row in shown:
        if row.figure in OF_INDICATOR:
            found.setdefault(row.subject, {})[row.figure] = row
    return found


def _indicator_row(rows: dict[str, Row], words: Language) -> tuple[Cell, ...]:
    """An indicator's value on both days; its target and its status too where they moved."""
    actual, target, status = (rows[name] for name in OF_INDICATOR)
    days = []
    for day in ("before", "after"):
        value, goal = (_value(getattr(one, day), one, words, 0) for one in (actual, target))
        state = Cell(spoken("indicator_status", getattr(status, f"{day}_status"), words))
        text = value.text
        if cells.holds(target.moved):
            text = words.say("{value} (target {target})", value=text, target=goal.text)
        if cells.holds(status.moved):
            text += f"; {state.text}"
        parts = (("", value), (words.say("target"), goal), (words.say("status"), state))
        days.append(Cell(text, number=True, parts=parts))
    before, now = days
    return Cell(actual.name, quoted=True), before, now, _difference(actual, words, 0)


def _value(value: float, row: Row, words: Language, decimals: int) -> Cell:
    if row.kind == "share":
        return cells.percent(value, words) if pd.notna(value) else cells.unknown(words, stated=True)
    if row.kind == "money":
        return cells.money(value, row, words, decimals, stated=True)
    if row.kind == "quantity":
        return cells.quantity(value, row, words, stated=True)
    return cells.number(value, words, stated=True)


def _difference(row: Row, words: Language, decimals: int) -> Cell:
    reasons = {
        "not_before": words.say("not stated before"),
        "not_now": words.say("no longer stated"),
        "neither": cells.UNKNOWN,
    }
    if isinstance(row.reason, str):
        return Cell(reasons[row.reason], number=True)
    value: Any = row.difference
    printed = row.kind == "quantity" and row.unit == "%" and not cells.in_percent(row)  # 29 stands for 29 %
    if row.kind == "share" or printed or (row.kind == "quantity" and cells.in_percent(row)):
        cell = cells.points(value / 100 if printed else value, words)
        if not cells.holds(row.moved) or cell.text != words.points(0):
            return cell
        least = words.say("{number} pp", number=words.number(0.1))
        return cell._replace(text=words.say("less than {least}", least=least))
    cell = _value(value, row, words, decimals)
    return cell._replace(text=("+" if value > 0 else "") + cell.text)
