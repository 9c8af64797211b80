"""Which five points does a report make, and in which order? One sentence each, what is wrong first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from kpeval.codes import SEVERITIES
from kpeval.present.cells import Row, each, first
from kpeval.present.display import Points
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.vocabulary import spoken

DONE, MISSED, BEHIND = ("achieved", "overachieved"), ("not_achieved", "missing"), ("behind", "far_behind")
OWN_POINT = "sources_do_not_reconcile"  # a rule whose finding the point on the sources tells already


class Point(NamedTuple):
    """A sentence, and whether it says that something is wrong."""

    said: str
    wrong: bool = False


def main_points(
    reconciled: pd.DataFrame,
    compared: pd.DataFrame,
    fulfilment: pd.DataFrame,
    timeline: pd.DataFrame,
    found: pd.DataFrame,
    *,
    drawdown: pd.DataFrame | None = None,
    lang: str,
) -> Points:
    """The report in five points: sources against cost; time, money and results; indicators; activities; findings.

    What is wrong comes first: sources that do not match the cost, indicators past due without success or value, errors
    among the findings, of which each but the one on the sources is a point of its own in the place of their number.
    `drawdown` tells whether what was spent is not stated, or only the budget that it would be a share of.
    """
    words = language(lang)
    points = [
        _sources(reconciled, words),
        *_errors(found, words),
        _indicators(fulfilment["status"].tolist(), words),
        _progress(compared, drawdown, words),
        _activities(timeline, words),
        _findings(found["severity"].tolist(), words),
    ]
    points.sort(key=lambda point: not point.wrong)
    return Points(tuple(point.said for point in points), sum(point.wrong for point in points))


def against_cost(facts: Row, words: Language) -> dict[str, str]:
    """The amounts and the share that compare the sources with the cost, with as many decimals as each of them needs."""
    decimals = money_decimals((facts.sum_of_sources, facts.total_cost, facts.surplus, facts.tolerance))
    return {
        "coverage": words.percent(facts.coverage),
        "sum": words.money(facts.sum_of_sources, facts.currency, decimals),
        "total": words.money(facts.total_cost, facts.currency, decimals),
        "apart": words.money(abs(facts.surplus), facts.currency, decimals),
    }


def _sources(reconciled: pd.DataFrame, words: Language) -> Point:
    facts = first(reconciled) if len(reconciled) else None
    if facts is None or facts.state == "unknown":
        unknown = words.say("The sources cannot be compared with the cost: an amount or the cost is not stated.")
        return Point(unknown)
    values = against_cost(facts, words)
    over = words.say(
        "The sources promise {apart} more than the cost: {sum} against {total}, {coverage} of it.", **values
    )
    under = words.say("The sources lack {apart} of the cost: {sum} against {total}, {coverage} of it.", **values)
    match = words.say("The sources add up to the cost of {total}.", **values)
    return Point({"over": over, "under": under, "reconciled": match}[facts.state], facts.state != "reconciled")


def _errors(found: pd.DataFrame, words: Language) -> Iterator[Point]:
    for finding in each(found, "severity rule message"):
        if finding.severity == "error" and finding.rule != OWN_POINT:
            yield Point(finding.message, True)


def _indicators(states: list[str], words: Language) -> Point:
    if not states:
        return Point(words.say("The documents state no indicators."))
    done, missed, behind = (sum(state in kind for state in states) for kind in (DONE, MISSED, BEHIND))
    counted = {"done": done, "all": len(states), "missed": missed, "behind": behind}
    values = {name: words.number(count) for name, count in counted.items()}
    if missed:
        said = words.say("Indicators achieved: {done} of {all}; past due without success or value: {missed}.", **values)
    elif behind:
        said = words.say(
            "Indicators achieved: {done} of {all}; behind what was to be expected by the day: {behind}.", **values
        )
    else:
        said = words.say("Indicators achieved: {done} of {all}; none is known to be behind.", **values)
    return Point(said, missed > 0)


def _progress(compared: pd.DataFrame, drawdown: pd.DataFrame | None, words: Language) -> Point:
    facts = first(compared) if len(compared) else None
    if facts is None or all(pd.isna(share) for share in (facts.time, facts.money, facts.results)):
        return Point(words.say("Neither time nor money nor results can be computed."))
    unspent = drawdown is not None and pd.isna(first(drawdown).spent)
    unknown = {} if unspent else {"money": words.say("cannot be computed")}  # spending may be stated, the budget not
    shares = {
        name: unknown.get(name, words.say("not stated")) if pd.isna(share) else words.percent(share)
        for name, share in (("time", facts.time), ("money", facts.money), ("results", facts.results))
    }
    said = words.say("Time elapsed: {time}; budget spent: {money}; way to the targets covered: {results}.", **shares)
    return Point(said)


def _activities(timeline: pd.DataFrame, words: Language) -> Point:
    activities = each(timeline, "activity_id status days_late_end")
    if not activities:
        return Point(words.say("The documents state no activities."))
    late = [activity for activity in activities if pd.notna(activity.days_late_end) and activity.days_late_end > 0]
    if late:
        latest = max(reversed(late), key=lambda activity: activity.days_late_end)  # of several the last
        said = words.count(
            "Activities late at the end: {late} of {all}, most of all {activity} by {count} day.",
            "Activities late at the end: {late} of {all}, most of all {activity} by {count} days.",
            int(latest.days_late_end),
            late=words.number(len(late)),
            all=words.number(len(activities)),
            activity=latest.activity_id,
        )
        return Point(said)
    unrecorded = sum(activity.status == "no_record" for activity in activities)
    if unrecorded:
        said = words.count(
            "Of {all} activities {count} is due and has no record, so that no delay is claimed.",
            "Of {all} activities {count} are due and have no record, so that no delay is claimed.",
            unrecorded,
            all=words.number(len(activities)),
        )
        return Point(said)
    said = words.count(
        "{count} activity; none is known to be late at its end.",
        "{count} activities; none is known to be late at its end.",
        len(activities),
    )
    return Point(said)


def _findings(severities: list[str], words: Language) -> Point:
    if not severities:
        return Point(words.say("Nothing was found that does not add up."))
    counted = [
        f"{spoken('severity', code, words)} {words.number(severities.count(code))}"
        for code in SEVERITIES
        if code in severities
    ]
    said = words.count(
        "{count} finding. By severity: {counted}.",
        "{count} findings. By severity: {counted}.",
        len(severities),
        counted="; ".join(counted),
    )
    return Point(said)
