"""What do the results of a project's frame say in words: money, indicators, timeline, outputs?"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from kpeval.codes import ACTIVITY_STATES, INDICATOR_STATES, OUTPUT_STATES, SEVERITIES
from kpeval.present.cells import each, first, holds
from kpeval.present.display import Sentence, unstated
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.points import against_cost
from kpeval.present.vocabulary import spoken


def reconciliation(reconciliation: pd.DataFrame, *, lang: str) -> Sentence:
    """Whether the sources match the cost, and by how much they do not."""
    facts, words = _only(reconciliation), language(lang)
    if facts is None or facts.state == "unknown":
        unknown = words.say("The sources cannot be compared with the cost: an amount or the cost is not stated.")
        return Sentence((unknown,))
    values = against_cost(facts, words)
    said = {
        "reconciled": words.say("The sources add up to the cost of {total}.", **values),
        "over": words.say(
            "The sources do not match the cost: {sum} against {total}, {coverage} of it, a surplus of {apart}.",
            **values,
        ),
        "under": words.say(
            "The sources do not cover the cost: {sum} against {total}, {coverage} of it; {apart} is missing.", **values
        ),
    }
    return Sentence((said[facts.state],))


def budget_shares(shares: pd.DataFrame, *, lang: str) -> Sentence:
    """Who pays most, and which amounts are computed."""
    words, sources = language(lang), each(shares, "source amount currency share_of_total derived")
    known = [source for source in sources if pd.notna(source.amount)]
    if not known:
        return unstated(words.say("No source of funding with an amount is stated."))
    largest = max(reversed(known), key=lambda source: source.amount)  # of several the last
    decimals = money_decimals(source.amount for source in known)
    values = {"source": largest.source, "amount": words.money(largest.amount, largest.currency, decimals)}
    said = words.say("The largest source is {source} with {amount}.", **values)
    if pd.notna(largest.share_of_total):
        values["share"] = words.percent(largest.share_of_total)
        said = words.say("The largest source is {source} with {amount}, {share} of the cost.", **values)
    computed = sum(holds(source.derived) for source in sources)
    if computed:
        said += " " + words.count(
            "{count} amount is computed from the share stated.",
            "{count} amounts are computed from the shares stated.",
            computed,
        )
    return Sentence((said,))


def indicator_fulfilment(fulfilment: pd.DataFrame, *, lang: str) -> Sentence:
    """How many indicators stand where."""
    words = language(lang)
    if fulfilment.empty:
        return unstated(words.say("The documents state no indicators."))
    counted = _by_status(fulfilment, "indicator_status", INDICATOR_STATES, words)
    said = words.count(
        "{count} indicator. By status: {counted}.",
        "{count} indicators. By status: {counted}.",
        len(fulfilment),
        counted=counted,
    )
    assumed = sum(holds(one.assumed) and pd.notna(one.fulfilment) for one in each(fulfilment, "assumed fulfilment"))
    if assumed:
        said += " " + words.count(
            "The progress of {count} rests on a baseline assumed to be 0.",
            "The progress of {count} rests on baselines assumed to be 0.",
            assumed,
        )
    return Sentence((said,))


def activity_timeline(timeline: pd.DataFrame, *, lang: str) -> Sentence:
    """How many activities stand where, and which is latest."""
    words = language(lang)
    if timeline.empty:
        return unstated(words.say("The documents state no activities."))
    counted = _by_status(timeline, "activity_status", ACTIVITY_STATES, words)
    said = words.count(
        "{count} activity. By status: {counted}.",
        "{count} activities. By status: {counted}.",
        len(timeline),
        counted=counted,
    )
    activities = each(timeline, "activity_id days_late_end")
    late = [activity for activity in activities if pd.notna(activity.days_late_end) and activity.days_late_end > 0]
    if late:
        latest = max(reversed(late), key=lambda activity: activity.days_late_end)  # of several the last
        said += " " + words.count(
            "The longest delay at the end is that of {activity}: {count} day.",
            "The longest delay at the end is that of {activity}: {count} days.",
            int(latest.days_late_end),
            activity=latest.activity_id,
        )
    if "no_record" in timeline["status"].tolist():
        said += " " + words.say("Where nothing is recorded no delay is claimed.")
    return Sentence((said,))


def overlaps(overlaps: pd.DataFrame, *, lang: str) -> Sentence:
    """How many pairs of activities share planned days."""
    words = language(lang)
    if not overlaps["days"].notna().any():
        return unstated(words.say("The documents state no two activities that could share a day."))
    shared = [days for days in overlaps["days"].tolist() if pd.notna(days) and days > 0]
    if not shared:
        return Sentence((words.say("No two activities share a planned day."),))
    said = words.count(
        "{count} pair of activities shares planned days.",
        "{count} pairs of activities share planned days.",
        len(shared),
    )
    return Sentence((said,))


def output_delivery(delivery: pd.DataFrame, *, lang: str) -> Sentence:
    """How many outputs are delivered, due or without a due day."""
    words = language(lang)
    if delivery.empty:
        return unstated(words.say("The documents state no outputs."))
    counted = _by_status(delivery, "output_status", OUTPUT_STATES, words)
    said = words.count(
        "{count} planned output. By status: {counted}.",
        "{count} planned outputs. By status: {counted}.",
        len(delivery),
        counted=counted,
    )
    return Sentence((said,))


def drawdown(drawdown: pd.DataFrame, *, lang: str) -> Sentence:
    """What is spent, what was planned, and where that leads."""
    words, facts = language(lang), _only(drawdown)
    if facts is None or (pd.isna(facts.spent) and pd.isna(facts.planned)):
        return unstated(words.say("The documents state neither a financial plan nor what was spent."))
    decimals = money_decimals((facts.budget, facts.planned, facts.spent))  # as in the table

    def money(amount: float) -> str:
        return words.money(amount, facts.currency, decimals)

    parts = []
    if pd.isna(facts.spent):
        parts.append(words.say("The documents do not state what was spent."))
    elif pd.isna(facts.share_spent):
        parts.append(words.say("{spent} is spent.", spent=money(facts.spent)))
    else:
        parts.append(
            words.say(
                "{spent} is spent, {share} of the budget.",
                spent=money(facts.spent),
                share=words.percent(facts.share_spent),
            )
        )
    if pd.isna(facts.planned):
        parts.append(words.say("The documents state no financial plan."))
    elif pd.isna(facts.gap):
        parts.append(words.say("{planned} was planned by then.", planned=money(facts.planned)))
    else:
        parts.append(
            words.say(
                "{planned} was planned by then, a gap of {gap}.",
                planned=money(facts.planned),
                gap=words.points(facts.gap),
            )
        )
    if pd.notna(facts.projected_total) and facts.elapsed < 1:
        parts.append(
            words.say(
                "At this rate the project would spend {projected} in all.", projected=money(facts.projected_total)
            )
        )
    return Sentence((" ".join(parts),))


def three_way(three_way: pd.DataFrame, drawdown: pd.DataFrame | None = None, *, lang: str) -> Sentence:
    """Time, money and results in one sentence each; `drawdown` tells why there is no share of the budget."""
    words, facts = language(lang), _only(three_way)
    if facts is None:
        return unstated(words.say("Neither time nor money nor results can be computed."))
    parts = [_elapsed(facts.time, words)]
    if pd.notna(facts.money):
        parts.append(words.say("{share} of the budget is spent.", share=words.percent(facts.money)))
    else:
        parts.append(_no_share(None if drawdown is None else _only(drawdown), words))
    if pd.isna(facts.results):
        parts.append(words.say("What was reached is not stated."))
    else:
        said = words.count(
            "The progress of {count} indicator (of {all}) is known; on average it is {share}, none above 100%.",
            "The progress of {count} indicators (of {all}) is known; on average it is {share}, none above 100%.",
            int(facts.indicators_counted),
            all=words.number(facts.indicators),
            share=words.percent(facts.results),
        )
        parts.append(said)
    return Sentence((" ".join(parts),))


def findings(findings: pd.DataFrame, *, lang: str) -> Sentence:
    """How many findings of which severity."""
    words = language(lang)
    if findings.empty:
        return Sentence((words.say("Nothing was found that does not add up."),))
    counted = _by_status(findings, "severity", SEVERITIES, words, column="severity")
    said = words.count(
        "{count} finding. By severity: {counted}.",
        "{count} findings. By severity: {counted}.",
        len(findings),
        counted=counted,
    )
    return Sentence((said,))


def _only(frame: pd.DataFrame) -> Any:
    """The one row of a project's result, or None; a sentence speaks of one project."""
    if len(frame) > 1:
        raise ValueError(f"a sentence speaks of one project, and here are {len(frame)}")
    return first(frame) if len(frame) else None


def _no_share(money: Any, words: Language) -> str:
    """Why it is not known what share of the budget is spent."""
    if money is not None and pd.isna(money.spent):
        return words.say("What was spent is not stated.")
    if money is not None and pd.isna(money.budget):
        return words.say("The budget is not stated, so the share of it that is spent cannot be computed.")
    return words.say("What share of the budget is spent cannot be computed.")


def _elapsed(share: float, words: Language) -> str:
    if pd.isna(share):
        return words.say("The implementation period is not stated.")
    if share <= 0:
        return words.say("The implementation period has not begun.")
    if share >= 1:
        return words.say("The implementation period has ended.")
    return words.say("{share} of the implementation period has elapsed.", share=words.percent(share))


def _by_status(frame: pd.DataFrame, which: str, order: tuple[str, ...], words: Language, column: str = "status") -> str:
    counts = Counter(frame[column].tolist())
    return "; ".join(f"{spoken(which, code, words)} {words.number(counts[code])}" for code in order if code in counts)
