"""How far have the indicators come, and do time, money and results keep step? A bar in its track, one a row."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from kpeval.present.display import Omitted
from kpeval.present.figure import (
    ACCENT,
    BAR,
    INK,
    LINE,
    MOST_ROWS,
    MUTED,
    SECOND,
    TRACK,
    WIDTH,
    Chart,
    Told,
    breadth,
    house_style,
    one_project,
    subtitle,
    wrapped,
)
from kpeval.present.language import Language, language
from kpeval.present.svg import legible
from kpeval.present.vocabulary import spoken
from kpeval.results import INDICATOR_FULFILMENT
from kpeval.timespan import as_day

LOWEST, HIGHEST = -0.25, 1.5  # what lies beyond is cut, marked so, and its number true
LATE = ("far_behind", "behind", "missing", "not_achieved")
REACHED = ("achieved", "overachieved")
SILENT = ("not_due", "missing", "no_target", "qualitative")  # reasons that say no more than the status
GAP = 12.0
KEY = LINE + 5  # the line that says what the marks are
MOST_IN_WORDS = 12


class Bullet(NamedTuple):
    """One row as it is drawn."""

    name: list[str]
    beside: str  # the values behind the share
    share: float  # NaN: not known
    expected: float
    said: str  # the share and the status; in the empty track where there is no share
    late: bool


@house_style()
def indicator_fulfilment(
    fulfilment: pd.DataFrame,
    *,
    projects: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    lang: str,
) -> Chart | Omitted:
    """A bar an indicator from its baseline to what was reached, with the target as a mark and, before the due day, a
    thin tick where the plan expects it to be. What has no value keeps an empty track with the reason in words.
    """
    words = language(lang)
    one_project(fulfilment)
    if fulfilment.empty:
        return Omitted(words.say("No indicator is stated."))
    if fulfilment["fulfilment"].isna().all():
        return Omitted(words.say("No indicator has a progress that could be drawn: {reasons}.", reasons=_counted(fulfilment, words)))
    if len(fulfilment) == 1 and not _expected(fulfilment.iloc[0]) < 1:
        share = words.percent(fulfilment["fulfilment"].iloc[0])
        return Omitted(words.say("There is one indicator only; its progress is {share}.", share=share))
    shown = fulfilment.head(MOST_ROWS)
    rows = [_bullet(row, words) for row in shown.itertuples()]
    title = _finding(fulfilment, words)
    measure = words.heading(INDICATOR_FULFILMENT["fulfilment"])
    first = words.count("the first {count} of {all}", "the first {count} of {all}", len(shown), all=words.number(len(fulfilment)))
    parts = [measure, first if len(shown) < len(fulfilment) else "", _stood(as_of, words)]
    told = Told(title, subtitle(words, *parts, projects=projects), _alt(rows, title, measure, words))
    return _bullets(told, rows, words)


def _expected(row: Any) -> float:
    return float(row.expected) if pd.notna(row.expected) else float("nan")


def _stood(as_of: str | date | None, words: Language) -> str:
    return "" if as_of is None else words.say("as of {day}", day=words.day(as_day(as_of)))


def _counted(fulfilment: pd.DataFrame, words: Language) -> str:
    """Which status how often, in the order of the frame."""
    counts = fulfilment["status"].value_counts(sort=False)
    return words.list(f"{spoken('indicator_status', status, words)} ({words.number(n)})" for status, n in counts.items())


def _bullet(row: Any, words: Language) -> Bullet:
    share, expected = float(row.fulfilment), _expected(row)
    status = spoken("indicator_status", row.status, words)
    said = status
    if pd.isna(share) and isinstance(row.reason, str) and row.reason not in SILENT:
        said = f"{status}, {spoken('reason', row.reason, words)}"
    beside = _values(row, words)
    name = " ".join(text for text in (row.code, row.name) if isinstance(text, str)) or str(row.indicator_id)
    lines = wrapped(name, WIDTH - (breadth(beside, 9) + 14 if beside else 0))
    expects = expected if row.status not in (*REACHED, "not_achieved") else float("nan")
    return Bullet(lines, beside, share, expects, said, row.status in LATE)


def _values(row: Any, words: Language) -> str:
    """What was reached and what is to be reached, in the indicator's unit."""
    say = words.percent if row.accumulation == "ratio" else words.number
    unit = f"\u00a0{legible(row.unit, 12)}" if isinstance(row.unit, str) and row.accumulation != "ratio" else ""
    if pd.isna(row.target):
        return "" if pd.isna(row.actual) else say(row.actual) + unit
    target = words.say("target {value}", value=say(row.target) + unit)
    return target if pd.isna(row.actual) else f"{say(row.actual)}, {target}"


def _finding(fulfilment: pd.DataFrame, words: Language) -> str:
    status, total = fulfilment["status"], words.number(len(fulfilment))
    reached = int(status.isin(REACHED).sum())
    on_time = int(status.isin(["on_track", "ahead"]).sum())
    if reached or not on_time:
        first = words.count(
            "{count} of {all} indicators has reached its target", "{count} of {all} indicators have reached their targets",
            reached, all=total,
        )  # fmt: skip
    else:
        first = words.count(
            "{count} of {all} indicators is on track or ahead", "{count} of {all} indicators are on track or ahead",
            on_time, all=total,
        )  # fmt: skip
    missed, behind = int(status.eq("not_achieved").sum()), int(status.isin(["behind", "far_behind"]).sum())
    missing = int(status.eq("missing").sum())
    if missed:
        return f"{first}; {words.count('{count} has missed it', '{count} have missed theirs', missed)}"
    if behind:
        return f"{first}; {words.count('{count} is behind', '{count} are behind', behind)}"
    if missing:
        return f"{first}; {words.count('{count} has no value', '{count} have no value', missing)}"
    return first


def _alt(rows: list[Bullet], title: str, measure: str, words: Language) -> str:
    said = [
        f"{' '.join(row.name)}: " + (row.said if pd.isna(row.share) else f"{words.percent(row.share)}, {row.said}")
        for row in rows[:MOST_IN_WORDS]
    ]
    if len(rows) > MOST_IN_WORDS:
        more = len(rows) - MOST_IN_WORDS
        said.append(words.count("and {count} more in the table", "and {count} more in the table", more))
    return words.say("Bullet chart. {measure}: {parts}. {finding}.", measure=measure, parts="; ".join(said), finding=title)


def _bullets(told: Told, rows: list[Bullet], words: Language) -> Chart:
    known = [row for row in rows if pd.notna(row.share)]
    number = max(breadth(words.percent(row.share), bold=True) for row in known)
    status = max(breadth(row.said, bold=row.late) for row in known)
    lowest, highest = min(row.share for row in known), max(row.share for row in known)
    low, high = (LOWEST if lowest < 0 else 0.0), min(max(1.0, highest), HIGHEST)
    height = KEY + sum(LINE * len(row.name) + 1 + BAR + GAP for row in rows) + LINE - 2
    left = 7.0 if lowest < LOWEST else 0.0  # room for the mark of a bar that is cut
    chart = Chart(told, height, (low, high), left=left, right=number + status + (24 if highest > HIGHEST else 18))
    _key(chart, any(row.expected < 1 for row in known), words)
    y = KEY
    for row in rows:
        for line in row.name:
            y += LINE
            chart.write(chart.x(0), y - 4, line)
        chart.write(chart.x(WIDTH), y - 4, row.beside, colour=MUTED, size=9, align="right")
        _track(chart, y + 1, row, WIDTH - status - 8, words)
        y += 1 + BAR + GAP
    for share in (0.0, 0.5, 1.0, 1.5):
        if share <= high:
            align = "left" if share == low else "center"
            chart.write(share, y + LINE - 7, words.percent(share, 0), colour=MUTED, size=9, align=align)
    return chart


def _track(chart: Chart, y: float, row: Bullet, column: float, words: Language) -> None:
    low, high = chart.plot.get_xlim()
    chart.bar(low, high, y, TRACK)
    if pd.isna(row.share):
        chart.write(low + 6 * chart.point, y + BAR - 2.5, row.said, colour=MUTED, size=9)
        return
    end = min(max(row.share, low), high)
    chart.bar(min(0.0, end), max(0.0, end), y, ACCENT, name="reached")
    if end != row.share:
        chart.arrow(end, y, 1 if row.share > 0 else -1, ACCENT)
    if row.expected < 1:
        chart.tick(row.expected, y, INK, width=1, over=0, name="expected")
    chart.tick(1, y, SECOND, width=2.5, over=2, name="target")
    chart.write(chart.x(column), y + BAR - 2, words.percent(row.share), bold=True, align="right")
    chart.write(chart.x(column + 8), y + BAR - 2, row.said, colour=SECOND if row.late else INK, bold=row.late)


def _key(chart: Chart, expected: bool, words: Language) -> None:
    """What the marks are, in one line above the first row."""
    marks = [(SECOND, 2.5, words.say("target"))]
    marks += [(INK, 1.0, words.say("expected by the day"))] if expected else []
    at = 2.0
    for colour, width, meaning in marks:
        chart.line([chart.x(at)] * 2, [0, LINE - 2], colour, width=width)
        chart.write(chart.x(at + 5), LINE - 4, meaning, colour=MUTED, size=9)
        at += breadth(meaning, 9) + 24


THREE = ("time", "money", "results")
STEP = 0.10  # within a tenth the three keep step, as an indicator is on track within a tenth


@house_style()
def three_way(
    three_way: pd.DataFrame,
    *,
    projects: pd.DataFrame | None = None,
    as_of: str | date | None = None,
    lang: str,
) -> Chart | Omitted:
    """Time elapsed, money spent and results reached, one under the other on one scale; no score is made of them."""
    words = language(lang)
    one_project(three_way)
    known = [] if three_way.empty else [name for name in THREE if pd.notna(three_way[name].iloc[0])]
    if not known:
        return Omitted(words.say("Neither time nor money nor results can be computed."))
    row = three_way.iloc[0]
    names = {"time": words.say("Time elapsed"), "money": words.say("Money spent"), "results": words.say("Results reached")}
    if len(known) == 1:
        said, share = names[known[0]], words.percent(row[known[0]])
        return Omitted(words.say("Of time, money and results one only is known. {what}: {share}.", what=said, share=share))
    counted = words.count(
        "results: mean of {count} indicator", "results: mean of {count} indicators", int(row["indicators_counted"])
    )
    scope = counted if "results" in known else ""
    title = _compared(row, words)
    missing = words.say("not stated")
    parts = [f"{said}: {words.percent(row[name]) if name in known else missing}" for name, said in names.items()]
    alt = words.say("Bar chart of three shares. {parts}. {finding}.", parts="; ".join(parts), finding=title)
    measure = words.say("Time, money and results")
    told = Told(title, subtitle(words, measure, scope, _stood(as_of, words), projects=projects), alt)
    return _three_bars(told, {said: float(row[name]) for name, said in names.items()}, words)


def _compared(row: pd.Series[Any], words: Language) -> str:
    """The widest of the gaps in words."""
    gaps = {gap: float(row[gap]) for gap in ("money_minus_time", "results_minus_time", "results_minus_money")}
    known = {gap: value for gap, value in gaps.items() if pd.notna(value)}
    widest = max(known, key=lambda gap: abs(known[gap]))
    shares = {name: words.percent(row[name]) for name in THREE if pd.notna(row[name])}
    if abs(known[widest]) <= STEP:
        return words.say("{shares} keep step", shares=_kept(shares, words))
    match widest, known[widest] > 0:
        case "money_minus_time", True:
            return words.say("Spending runs ahead of time: {money} spent after {time} of the time", **shares)
        case "money_minus_time", False:
            return words.say("Spending lags behind time: {money} spent after {time} of the time", **shares)
        case "results_minus_time", True:
            return words.say("Results run ahead of time: {results} reached after {time} of the time", **shares)
        case "results_minus_time", False:
            return words.say("Results lag behind time: {results} reached after {time} of the time", **shares)
        case _, True:
            return words.say("Results run ahead of spending: {results} reached for {money} of the money", **shares)
    return words.say("Results lag behind spending: {results} reached for {money} of the money", **shares)


def _kept(shares: dict[str, str], words: Language) -> str:
    said = {
        "time": words.say("time {share}", share=shares.get("time", "")),
        "money": words.say("money {share}", share=shares.get("money", "")),
        "results": words.say("results {share}", share=shares.get("results", "")),
    }
    joined = words.list(said[name] for name in shares)
    return joined[:1].upper() + joined[1:]


def _three_bars(told: Told, shares: dict[str, float], words: Language) -> Chart:
    known = [share for share in shares.values() if pd.notna(share)]
    low, high = (LOWEST if min(known) < 0 else 0.0), min(max(1.0, *known), HIGHEST)
    number = max(breadth(words.percent(share), bold=True) for share in known)
    height = 3 * (LINE + 1 + BAR + GAP) + LINE - 6
    chart = Chart(told, height, (low, high), left=7.0 if min(known) < LOWEST else 0.0, right=number + 16)
    y = 0.0
    for name, share in shares.items():
        y += LINE
        chart.write(chart.x(0), y - 4, name)
        chart.bar(low, high, y + 1, TRACK)
        if pd.isna(share):
            chart.write(low + 6 * chart.point, y + BAR - 1.5, words.say("not stated"), colour=MUTED, size=9)
        else:
            _bar(chart, y + 1, share, words)
        y += 1 + BAR + GAP
    for tick in (0.0, 0.5, 1.0, 1.5):
        if tick <= high:
            chart.write(
                tick, y + LINE - 7, words.percent(tick, 0), colour=MUTED, size=9, align="left" if tick == low else "center"
            )
    return chart
