"""What does not add up in the money in detail: lines, activities, claims, payments?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kpeval.checks.case import Case, Finding, Row, rows
from kpeval.measures.earned_value import earned_value
from kpeval.measures.spending import spending
from kpeval.measures.stages import money_stages
from kpeval.measures.timeline import activity_timeline

HALER = 0.005


def _haler(row: Row) -> int:
    """What a movement adds to the spending."""
    halers: int = round(row.amount * 100)
    return -abs(halers) if row.type == "refund" else halers


def overspent_lines(case: Case) -> Iterator[Finding]:
    """More is spent on a line than its budget."""
    has = case.project
    over, names = _over(case, spending(has.budget_lines, has.transactions, has.projects, as_of=case.day))
    if over:
        message = case.words.count(
            "{count} budget line is overspent: {names}.",
            "{count} budget lines are overspent: {names}.",
            len(over),
            names=names,
        )
        row, remedy = case.row("budget_lines", "line_id", over[0]), _ask_for_change(case)
        yield Finding("warning", "overspent_line", "budget_lines", row, "line_id", message, remedy)


def overspent_activities(case: Case) -> Iterator[Finding]:
    """More is spent on an activity than its budget."""
    over, names = _over(case, case.costs)
    if over:
        message = case.words.count(
            "More is spent on {count} activity than its budget: {names}.",
            "More is spent on {count} activities than their budgets: {names}.",
            len(over),
            names=names,
        )
        row, remedy = case.row("activities", "activity_id", over[0]), _ask_for_change(case)
        yield Finding("warning", "overspent_activity", "activities", row, "activity_id", message, remedy)


def _over(case: Case, parts: pd.DataFrame) -> tuple[list[str], str]:
    """The parts that are overspent, and all of them in words with by how much."""
    over = [part for part in rows(parts, "category left") if part.category and part.left < -HALER]
    said = [case.words.say("{part} by {amount}", part=one.category, amount=case.money(-one.left)) for one in over]
    return [one.category for one in over], "; ".join(said)


def _ask_for_change(case: Case) -> str:
    return case.words.say("Ask for the approved change of the budget, or look for a movement on the wrong line.")


def activity_budgets_differ(case: Case) -> Iterator[Finding]:
    """The lines of an activity add up to something else than its budget."""
    sums: dict[str, int] = {}
    for line in case.rows("budget_lines", "activity_id amount"):
        if line.activity_id:
            sums[line.activity_id] = sums.get(line.activity_id, 0) + round(line.amount * 100)
    for activity in case.rows("activities", "activity_id budget"):
        of_lines = sums.get(activity.activity_id)
        if of_lines is None or pd.isna(activity.budget) or of_lines == round(activity.budget * 100):
            continue
        message = case.words.say(
            "Activity {activity}: its budget lines add up to {lines}, its budget is {budget}.",
            activity=activity.activity_id,
            lines=case.money(of_lines / 100),
            budget=case.money(activity.budget),
        )
        remedy = case.words.say("Find out which holds; until then the lines count.")
        yield Finding("warning", "activity_budget_differs", "activities", activity.row, "budget", message, remedy)


def stages_out_of_order(case: Case) -> Iterator[Finding]:
    """More was paid than approved, approved than claimed, or claimed than spent; or spending stayed unclaimed."""
    stages, say = money_stages(case.whole.transactions, case.whole.projects, as_of=case.day), case.words.say
    money = rows(stages, "spent claimed approved paid unclaimed")[0]
    remedy = say("Look for a claim, a decision or a payment that is not recorded, or recorded twice.")
    if money.paid - money.approved > HALER:
        values = {"paid": case.money(money.paid), "approved": case.money(money.approved)}
        message = say("More was paid for claims ({paid}) than was approved ({approved}).", **values)
        yield Finding("warning", "paid_over_approved", "transactions", None, "amount", message, remedy)
    if money.approved - money.claimed > HALER:
        values = {"approved": case.money(money.approved), "claimed": case.money(money.claimed)}
        message = say("More was approved ({approved}) than was claimed ({claimed}).", **values)
        yield Finding("warning", "approved_over_claimed", "transactions", None, "amount", message, remedy)
    if money.claimed - money.spent > HALER:
        values = {"claimed": case.money(money.claimed), "spent": case.money(money.spent)}
        message = say("More was claimed ({claimed}) than is spent ({spent}).", **values)
        yield Finding("warning", "claimed_over_spent", "transactions", None, "amount", message, remedy)
    if case.day > case.facts.end and money.unclaimed > HALER:
        amount = case.money(money.unclaimed)
        message = say("The project has ended, and {amount} is spent that no claim covers.", amount=amount)
        remedy = say("Ask for the last claim; without one nobody pays for it.")
        yield Finding("info", "unclaimed_after_end", "transactions", None, "amount", message, remedy)


def spending_not_assigned(case: Case) -> Iterator[Finding]:
    """Some movements name a line or an activity, others neither: what each part has spent is then too low."""
    moves = case.spent
    loose = [row for row in moves if row.line_id is None and row.activity_id is None]
    if not loose or len(loose) == len(moves):
        return
    amount = sum(_haler(row) for row in loose) / 100
    message = case.words.count(
        "{count} movement that counts as spent names neither a line nor an activity: {amount} in all.",
        "{count} movements that count as spent name neither a line nor an activity: {amount} in all.",
        len(loose),
        amount=case.money(amount),
    )
    remedy = case.words.say("Assign it; until then what is spent on lines and activities is too low.")
    yield Finding("info", "spending_not_assigned", "transactions", loose[0].row, "line_id", message, remedy)


def activity_contradicts_line(case: Case) -> Iterator[Finding]:
    """A movement names one activity, its budget line belongs to another."""
    lines = {line.line_id: line.activity_id for line in case.rows("budget_lines", "line_id activity_id")}
    wrong = [
        row for row in case.spent if row.activity_id and (lines.get(row.line_id) or row.activity_id) != row.activity_id
    ]
    if wrong:
        message = case.words.count(
            "{count} movement names another activity than its budget line does.",
            "{count} movements name another activity than their budget lines do.",
            len(wrong),
        )
        remedy = case.words.say("Find out which holds; until then the movement's own word counts.")
        yield Finding(
            "warning", "activity_contradicts_line", "transactions", wrong[0].row, "activity_id", message, remedy
        )


def spending_on_cancelled(case: Case) -> Iterator[Finding]:
    """Money is spent on an activity after it was cancelled."""
    lines = {line.line_id: line.activity_id for line in case.rows("budget_lines", "line_id activity_id")}
    for activity in case.rows("activities", "activity_id status actual_end recorded_on"):
        since = activity.recorded_on if pd.isna(activity.actual_end) else activity.actual_end
        if activity.status != "cancelled" or not since <= case.day:
            continue
        late = [
            row
            for row in case.spent
            if (row.activity_id or lines.get(row.line_id)) == activity.activity_id and row.date > since
            if row.type == "expenditure"
        ]
        if late:
            message = case.words.say(
                "Activity {activity} was cancelled by {day}, and {amount} is spent on it after that.",
                activity=activity.activity_id,
                day=case.words.day(since),
                amount=case.money(sum(round(row.amount * 100) for row in late) / 100),
            )
            remedy = case.words.say("Ask what was paid for; costs of a cancelled activity may not be eligible.")
            yield Finding(
                "warning", "spending_on_cancelled", "transactions", late[0].row, "activity_id", message, remedy
            )


def spending_out_of_time(case: Case) -> Iterator[Finding]:
    """Money is spent before the project starts, or after it has ended."""
    paid, say = [row for row in case.spent if row.type == "expenditure"], case.words.say
    early = [row for row in paid if row.date < case.facts.start]
    if early:
        message = case.words.count(
            "{count} expenditure lies before the start of the project: {amount}.",
            "{count} expenditures lie before the start of the project: {amount}.",
            len(early),
            amount=case.money(sum(round(row.amount * 100) for row in early) / 100),
        )
        remedy = say("Check the days; as a rule only costs of the project's own period are eligible.")
        yield Finding("warning", "spending_before_start", "transactions", early[0].row, "date", message, remedy)
    late = [row for row in paid if row.date > case.facts.end]
    if late:
        message = case.words.count(
            "{count} expenditure lies after the end of the project: {amount}.",
            "{count} expenditures lie after the end of the project: {amount}.",
            len(late),
            amount=case.money(sum(round(row.amount * 100) for row in late) / 100),
        )
        remedy = say("Late payments of costs of the project's period are usual; ask whether these are.")
        yield Finding("info", "spending_after_end", "transactions", late[0].row, "date", message, remedy)


def cost_over_value(case: Case) -> Iterator[Finding]:
    """Even if all that is under way were done, the work would be worth less than it cost."""
    timeline = case.taken.get("timeline")
    if timeline is None:
        timeline = activity_timeline(case.project.activities, case.project.projects, as_of=case.day)
    for work in rows(earned_value(timeline, case.costs), "earned_most actual_cost"):
        if not work.actual_cost - work.earned_most > HALER:
            continue
        message = case.words.say(
            "{cost} is spent on activities whose budgets come to {most}, even if all that is under way were done.",
            cost=case.money(work.actual_cost),
            most=case.money(work.earned_most),
        )
        remedy = case.words.say("The budgets will not do: ask for an estimate of the cost at completion.")
        yield Finding("warning", "cost_over_value", "activities", None, "budget", message, remedy)


SPENDING_RULES = (
    *(overspent_lines, overspent_activities, activity_budgets_differ, stages_out_of_order, spending_not_assigned),
    *(activity_contradicts_line, spending_on_cancelled, spending_out_of_time, cost_over_value),
)
