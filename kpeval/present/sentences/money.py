"""What does the money in detail say in words: by part, by stage, by step, by unit, against the work done?"""

from __future__ import annotations

import pandas as pd

from kpeval.present.cells import Row, each, first
from kpeval.present.display import Sentence, unstated
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.tables.value import counted, told
from kpeval.present.vocabulary import spoken

MOST_NAMES = 6  # of parts that are overspent; the table has them all


def spending(spending: pd.DataFrame, *, lang: str) -> Sentence:
    """On which part most is spent, which parts are overspent, and what belongs to none."""
    words, rows = language(lang), each(spending)
    known = [row for row in rows if pd.notna(row.spent)]
    if not known:
        nothing = words.say("The documents do not state on what part of the budget the money was spent.")
        return unstated(nothing)
    decimals = money_decimals(row.spent for row in known)
    named = [row for row in known if isinstance(row.category, str) and row.spent > 0]
    said = []
    if named:
        most = max(reversed(named), key=lambda row: row.spent)
        amount = words.money(most.spent, most.currency, decimals)
        said.append(words.say("Most was spent on {part}: {amount}.", part=_named(most), amount=amount))
    over = [_named(row) for row in known if isinstance(row.category, str) and row.left < 0]
    if over:
        names = "; ".join(over[:MOST_NAMES]) + (" …" if len(over) > MOST_NAMES else "")
        said.append(
            words.count(
                "More than its budget was spent on {count} part: {names}.",
                "More than their budget was spent on {count} parts: {names}.",
                len(over),
                names=names,
            )
        )
    elif any(isinstance(row.category, str) and pd.notna(row.left) for row in known):
        said.append(words.say("No part has spent more than its budget."))
    loose = [row for row in known if not isinstance(row.category, str) and row.spent]
    for row in loose:
        amount, total = words.money(row.spent, row.currency, decimals), sum(round(one.spent * 100) for one in known)
        if total > 0:
            share = words.percent(row.spent * 100 / total)
            said.append(
                words.say("{amount}, {share} of what is spent, belongs to no part.", amount=amount, share=share)
            )
    return Sentence((" ".join(said) or words.say("Nothing is spent yet on any part of the budget."),))


def _named(row: Row) -> str:
    return f"{row.category} {row.title}" if isinstance(row.title, str) else str(row.category)


def money_stages(money_stages: pd.DataFrame, *, lang: str) -> Sentence:
    """What was claimed, approved and received, and what is on its way."""
    words, row = language(lang), first(money_stages) if len(money_stages) else None
    stages = ("claimed", "approved", "received")
    if row is None or all(pd.isna(getattr(row, name)) for name in stages):
        return unstated(words.say("The documents state neither claims nor what the funder approved or paid."))
    decimals = money_decimals(getattr(row, name) for name in (*stages, "spent") if pd.notna(getattr(row, name)))

    def money(amount: float) -> str:
        return words.money(abs(amount), row.currency, decimals)

    parts = {
        "claimed": words.say("claimed {amount}", amount="" if pd.isna(row.claimed) else money(row.claimed)),
        "approved": words.say("approved {amount}", amount="" if pd.isna(row.approved) else money(row.approved)),
        "received": words.say("received {amount}", amount="" if pd.isna(row.received) else money(row.received)),
    }
    listed = words.list(parts[name] for name in stages if pd.notna(getattr(row, name)))
    said = [words.say("By the day: {stages}.", stages=listed)]
    if row.unclaimed > 0:
        said.append(words.say("{amount} is spent and not claimed yet.", amount=money(row.unclaimed)))
    if row.unapproved > 0:
        said.append(words.say("{amount} is claimed and not approved.", amount=money(row.unapproved)))
    if row.on_hand < 0:
        said.append(words.say("{amount} more is spent than was received.", amount=money(row.on_hand)))
    elif row.on_hand > 0:
        said.append(words.say("{amount} more was received than is spent.", amount=money(row.on_hand)))
    return Sentence((" ".join(said),))


def claims(claims: pd.DataFrame, *, lang: str) -> Sentence:
    """Where spending stood against the plan at the end of the last step that is over."""
    words, rows = language(lang), each(claims)
    if not rows:
        return unstated(words.say("The documents state no financial plan in steps."))
    ended = [row for row in rows if row.state == "ended"]
    if not ended:
        return Sentence((words.say("No step of the financial plan has ended yet."),))
    last = ended[-1]
    day = words.day(last.period_end) if pd.notna(last.period_end) else words.say("not stated")
    if pd.isna(last.spent_total):
        return Sentence(
            (words.say("The last step that ended is that to {day}; what was spent is not stated.", day=day),)
        )
    decimals = money_decimals((last.spent_total, last.planned_total))
    values = {
        "day": day,
        "spent": words.money(last.spent_total, last.currency, decimals),
        "planned": words.money(last.planned_total, last.currency, decimals),
        "gap": words.money(abs(last.gap), last.currency, decimals),
    }
    if last.gap < 0:
        said = words.say(
            "By the end of the step to {day} {spent} was spent, {gap} less than the {planned} planned.", **values
        )
    elif last.gap > 0:
        said = words.say(
            "By the end of the step to {day} {spent} was spent, {gap} more than the {planned} planned.", **values
        )
    else:
        said = words.say("By the end of the step to {day} {spent} was spent, as planned.", **values)
    return Sentence((said,))


def unit_costs(costs: pd.DataFrame, *, lang: str) -> Sentence:
    """What a training hour, a trained person, a meeting cost: the first of them, each with its basis."""
    words = language(lang)
    known = told(each(costs))
    if not known:
        return unstated(words.say("The documents do not state what a unit of anything cost."))
    parts = [_unit_cost(row, words) for row in sorted(known, key=_telling)[:3]]
    return Sentence((" ".join([*parts, words.say("It is the whole cost that is divided, whatever else it bought.")]),))


def _telling(row: Row) -> int:
    order = ("training_hours", "indicator", "meetings", "output", "hearings", "trainings")
    return order.index(row.kind) if row.kind in order else len(order)


def _unit_cost(row: Row, words: Language) -> str:
    what = counted(row, words)
    values = {
        "what": what[:1].upper() + what[1:],
        "cost": words.money(row.unit_cost, row.currency, 2),
        "quantity": words.number(row.quantity),
        "activity": row.activity_id,
    }
    if row.basis == "project" or not isinstance(row.activity_id, str):
        return words.say("{what}: {cost} a unit ({quantity}), the cost of the whole project.", **values)
    return words.say("{what}: {cost} a unit ({quantity}), the cost of activity {activity}.", **values)


def earned_value(earned: pd.DataFrame, *, lang: str) -> Sentence:
    """The value earned against the cost and the plan, as a range while something is under way; or why there is none."""
    words, row = language(lang), first(earned) if len(earned) else None
    if row is None or isinstance(row.reason, str) or pd.isna(row.budget):
        reason = row.reason if row is not None and isinstance(row.reason, str) else "no_activities"
        return Sentence((spoken("no_earned_value", reason, words),))
    decimals = money_decimals((row.earned_value, row.earned_most, row.actual_cost, row.planned_value))

    def money(amount: float) -> str:
        return words.money(amount, row.currency, decimals)

    rule = words.say("0/100 rule: an activity earns its budget when it is finished, and nothing before.")
    values = {"earned": money(row.earned_value), "planned": money(row.planned_value), "actual": money(row.actual_cost)}
    if row.running > 0:
        said = words.count(
            "Work worth at least {earned} is done, at most {most} if the {count} activity under way were done; "
            "work worth {planned} was planned by the day, and {actual} is spent on these activities.",
            "Work worth at least {earned} is done, at most {most} if the {count} activities under way were done; "
            "work worth {planned} was planned by the day, and {actual} is spent on these activities.",
            int(row.running),
            most=money(row.earned_most),
            **values,
        )
    else:
        said = words.say(
            "Work worth {earned} is done; work worth {planned} was planned by the day, and {actual} is spent on these "
            "activities.",
            **values,
        )
    return Sentence((f"{said} {rule}",))


def converted_amounts(converted: pd.DataFrame, *, lang: str) -> Sentence:
    """What the spending comes to in the other currency, and in the prices of one year, as far as rates are stated."""
    words = language(lang)
    total = [row for row in each(converted) if pd.isna(row.year)]
    if not total:
        return Sentence(
            (words.say("The documents state no rate of exchange and no price index; nothing is converted."),)
        )
    row, said = total[0], []
    if pd.notna(row.converted):
        amount = words.money(row.converted, row.foreign, 2)
        said.append(words.say("By the rates stated, what is spent comes to {amount}.", amount=amount))
    if pd.notna(row.constant):
        amount = words.money(row.constant, row.currency, 2)
        year = str(int(row.base))
        said.append(words.say("In prices of {year} it comes to {amount}.", year=year, amount=amount))
    if not said:
        said.append(words.say("Not every year has a rate, so the sum is not converted."))
    return Sentence((" ".join(said),))
