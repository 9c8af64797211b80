"""What does not add up in the money?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kpeval.checks.case import Case, Finding, Row

WHOLE_PERCENT = 0.00005  # how near to a whole percent a share must lie to be worth a hypothesis: 88.00 %, not 88.13 %


def sources_do_not_reconcile(case: Case) -> Iterator[Finding]:
    """The sources promise more or less than the cost. Hypotheses are named, never applied (METHOD.md M6)."""
    facts, say = case.reconciled, case.words.say
    if facts.state not in ("over", "under"):
        return
    values = {
        "coverage": case.words.percent(facts.coverage),
        "sum": case.money(facts.sum_of_sources),
        "total": case.money(facts.total_cost),
        "apart": case.money(abs(facts.surplus)),
    }
    if facts.state == "over":
        message = say(
            "The sources add up to {coverage} of the cost: {sum} against {total}, a surplus of {apart}.",
            **values,
        )
    else:
        message = say("The sources cover {coverage} of the cost: {sum} against {total}, {apart} is missing.", **values)
    guesses = list(_hypotheses(case))
    if guesses:
        message += " " + say("Hypotheses, not repairs: {guesses}.", guesses="; ".join(guesses))
    remedy = say("Compare with the grant decision and the final accounts; no share was rescaled.")
    yield Finding("error", "sources_do_not_reconcile", "funding", None, "declared_amount", message, remedy)


def _hypotheses(case: Case) -> Iterator[str]:
    total, sum_of_sources = case.reconciled.total_cost, case.reconciled.sum_of_sources
    for source in case.shares:
        instead = total - (sum_of_sources - source.amount)
        share = instead / total
        if not source.derived and 0 < share < 1 and abs(share * 100 - round(share * 100)) <= WHOLE_PERCENT * 100:
            yield case.words.say(
                "“{source}” as the cost minus the other sources would be {amount}, {share}",
                source=source.source,
                amount=case.money(instead),
                share=case.words.percent(share, 2),
            )


def joint_amount(case: Case) -> Iterator[Finding]:
    """Several sources are quoted as one amount."""
    funding, say = case.rows("funding", "source kind group declared_amount"), case.words.say
    shown = {source.source for source in case.shares if source.kind == "joint"}
    for source in funding:
        if source.kind != "joint" or pd.isna(source.declared_amount):
            continue
        values = {"source": source.source, "amount": case.money(source.declared_amount)}
        if source.source in shown:
            message = say(
                "{source} is quoted as one amount of {amount} and cannot be split: it stays one row.",
                **values,
            )
            remedy = say("Ask for the amount of each source.")
            yield Finding("warning", "joint_amount", "funding", source.row, "declared_amount", message, remedy)
        else:
            message = say("{source} is quoted as one amount of {amount}; it was split by the stated shares.", **values)
            members = _members(funding, source)
            parts = sum(share.amount for share in case.shares if share.source in members)
            apart = abs(round(parts * 100) - round(source.declared_amount * 100)) / 100
            if apart:
                message += " " + say(
                    "The parts differ from it by {apart}, within the printed precision.", apart=case.money(apart)
                )
            remedy = say("The parts are marked as computed; have them confirmed if they are to be quoted.")
            yield Finding("info", "joint_amount", "funding", source.row, "declared_amount", message, remedy)


def _members(funding: list[Row], carrier: Row) -> set[str]:
    group = carrier.group or carrier.source
    return {source.source for source in funding if source.group == group and source.kind != "joint"}


def share_differs(case: Case) -> Iterator[Finding]:
    """A stated share and a stated amount of one source say different things."""
    say, amounts = case.words.say, case.reconciled.tolerance / case.facts.total_cost
    for source in case.shares:
        if source.derived or not abs(source.deviation) > _rounding(source.declared_share) + amounts:
            continue
        message = say(
            "{source}: the stated share is {stated}, the amount is {computed} of the cost.",
            source=source.source,
            stated=case.words.percent(source.declared_share),
            computed=case.words.percent(source.share_of_total),
        )
        row = case.row("funding", "source", source.source)
        remedy = say("Compare both with the grant decision.")
        yield Finding("warning", "share_differs", "funding", row, "declared_share", message, remedy)


def _rounding(share: float) -> float:
    """How far from a share printed in percent the true one may lie: half a point for 85 %, a twentieth for 8.5 %."""
    printed = f"{share * 100:.6f}".rstrip("0")
    return 0.005 * 10.0 ** -len(printed.partition(".")[2])


def budget_lines_differ(case: Case) -> Iterator[Finding]:
    """The budget's lines do not add up to the total cost."""
    lines, total = case.rows("budget_lines", "amount"), case.facts.total_cost
    if not lines or pd.isna(total):
        return
    apart = (sum(round(line.amount * 100) for line in lines) - round(total * 100)) / 100
    if abs(apart) > case.reconciled.tolerance:
        message = case.words.say(
            "The budget lines add up to {sum}, the total cost is {total}.",
            sum=case.money(total + apart),
            total=case.money(total),
        )
        remedy = case.words.say("Look for a line that is missing or counted twice.")
        yield Finding("warning", "budget_lines_differ", "budget_lines", None, "amount", message, remedy)


def spending_out_of_bounds(case: Case) -> Iterator[Finding]:
    """More is spent than there is, or less than nothing."""
    money, say = case.drawdown, case.words.say
    if money.spent < 0:
        message = say("What is spent by the day adds up to {spent}, below zero.", spent=case.money(money.spent))
        remedy = say("Look at the signs of refunds and corrections.")
        yield Finding("error", "spending_below_zero", "transactions", None, "amount", message, remedy)
    elif money.spent > money.budget:
        values = {"spent": case.money(money.spent), "budget": case.money(money.budget)}
        message = say("{spent} is spent, more than the budget of {budget}.", **values)
        remedy = say("Ask for the approved budget changes, or who bears the difference.")
        yield Finding("warning", "overspent", "transactions", None, "amount", message, remedy)


MONEY_RULES = (
    sources_do_not_reconcile,
    joint_amount,
    share_differs,
    budget_lines_differ,
    spending_out_of_bounds,
)
