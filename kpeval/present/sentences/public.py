"""What do sentences say of outputs by activity, documents, steps of a plan, comments and communication?"""

from __future__ import annotations

from typing import Any

import pandas as pd

from kpeval.present.cells import Row, each, holds, indicator
from kpeval.present.display import Sentence, unstated
from kpeval.present.language import Language, language
from kpeval.present.vocabulary import spoken


def delivered_outputs(delivered: pd.DataFrame, *, lang: str) -> Sentence:
    """How many outputs are due, delivered, on time, not recorded, and for how many the due day is assumed."""
    words = language(lang)
    if delivered.empty:
        return unstated(words.say("The documents state no outputs."))
    sums: dict[str, int] = {
        name: int(delivered[name].sum())
        for name in ("due", "due_delivered", "on_time", "late", "no_record", "assumed", "delivered")
    }
    said = []
    if sums["assumed"]:
        said.append(
            words.count(
                "{count} output states no due day; the planned end of its activity is taken instead.",
                "{count} outputs state no due day; the planned end of their activities is taken instead.",
                sums["assumed"],
            )
        )
    if not sums["due"]:
        said.append(words.say("No output is due by the day, or of none a due day is known."))
    elif sums["no_record"] == sums["due"]:
        said.append(
            words.count(
                "{count} output is due by the day; nothing is recorded of its delivery, so no failure is claimed.",
                "{count} outputs are due by the day; nothing is recorded of their delivery, so no failure is claimed.",
                sums["due"],
            )
        )
    else:
        said.append(
            words.count(
                "{count} output is due by the day; delivered of it: {delivered}.",
                "{count} outputs are due by the day; delivered of them: {delivered}.",
                sums["due"],
                delivered=words.number(sums["due_delivered"]),
            )
        )
        if sums["no_record"]:
            said.append(
                words.count("Of {count} nothing is recorded.", "Of {count} nothing is recorded.", sums["no_record"])
            )
    if sums["on_time"] + sums["late"]:
        said.append(
            words.count(
                "Of all deliveries {count} came on time, {late} late.",
                "Of all deliveries {count} came on time, {late} late.",
                sums["on_time"],
                late=words.number(sums["late"]),
            )
        )
    return Sentence((" ".join(said),))


def documents_counted(documents: pd.DataFrame, *, lang: str) -> Sentence:
    """How many documents count in each indicator, and whether the reported value says the same."""
    words = language(lang)
    if documents.empty:
        return unstated(words.say("The documents do not state which outputs count in an indicator."))
    return Sentence(tuple(_documents(row, words) for row in each(documents)))


def _documents(row: Row, words: Language) -> str:
    values: dict[str, Any] = {"indicator": indicator(row) or _named(row.indicator_id, words)}
    if pd.isna(row.counted):
        if pd.isna(row.reported):
            return words.say("{indicator}: neither documents nor a value are recorded.", **values)
        values["reported"] = words.number(row.reported)
        return words.say("{indicator}: {reported} is reported, and no document is recorded.", **values)
    values |= {"counted": words.number(row.counted)}
    if pd.isna(row.reported):
        return words.say("{indicator}: written and published {counted} (computed); no value is reported.", **values)
    values["reported"] = words.number(row.reported)
    if row.difference == 0:
        return words.say("{indicator}: written and published {counted}, as reported.", **values)
    return words.say("{indicator}: written and published {counted}, reported {reported}.", **values)


def plan_steps(steps: pd.DataFrame, *, lang: str) -> Sentence:
    """Of the plan in the making, that of the last day stated: the last step done, and the next one planned."""
    words = language(lang)
    rows = [row for row in each(steps) if pd.notna(row.day)]
    if not rows:
        return unstated(words.say("The documents state no day of a step of making a community plan."))
    made = max(rows, key=lambda row: row.day).plan_id
    return Sentence((_steps([row for row in rows if row.plan_id == made], words),))


def _steps(rows: list[Row], words: Language) -> str:
    done = [row for row in rows if row.state == "done"]
    ahead = [row for row in rows if row.state == "planned"]
    title = _named(rows[0].title, words)
    parts = []
    if done:
        last = max(done, key=lambda row: row.day)  # of several on one day the first in the order of the steps
        values = {"plan": title, "step": spoken("plan_step", last.step, words), "day": words.day(last.day)}
        parts.append(
            words.count(
                "{plan}: {count} step is done: {step} ({day}).",
                "{plan}: {count} steps are done, the last: {step} ({day}).",
                len(done),
                **values,
            )
        )
    else:
        parts.append(words.say("{plan}: no step is done.", plan=title))
    if ahead:
        following = min(ahead, key=lambda row: row.day)
        step, day = spoken("plan_step", following.step, words), words.day(following.day)
        parts.append(words.say("The next one planned: {step} ({day}).", step=step, day=day))
    return " ".join(parts)


def comment_settlement(settlement: pd.DataFrame, *, lang: str) -> Sentence:
    """Of each procedure: how long it was open, how much came, what was settled and accepted, and how fast."""
    words, rows = language(lang), each(settlement)
    if not rows:
        return unstated(words.say("The documents state no public comment procedure."))
    return Sentence(tuple(_procedure(row, words) for row in rows))


def _procedure(row: Row, words: Language) -> str:
    said = [_window(row, words)]
    if row.state == "planned":
        return " ".join(said)
    if not holds(row.received):
        return " ".join([*said, words.say("No comment is recorded.")])
    said.append(
        words.count(
            "{count} comment was received; settled: {settled} ({share}).",
            "{count} comments were received; settled: {settled} ({share}).",
            int(row.received),
            settled=words.number(row.settled),
            share=words.percent(row.share_settled),
        )
    )
    if pd.notna(row.share_accepted):
        said.append(
            words.count(
                "Of {count} settled comment on the content: accepted {accepted} ({share}), in part {partly}.",
                "Of {count} settled comments on the content: accepted {accepted} ({share}), in part {partly}.",
                int(row.content_settled),
                accepted=words.number(row.content_accepted),
                share=words.percent(row.share_accepted),
                partly=words.number(row.content_partly),
            )
        )
    if pd.notna(row.median_days_to_settle):
        said.append(
            words.count(
                "The median time from a comment to its settlement is {count} day.",
                "The median time from a comment to its settlement is {count} days.",
                row.median_days_to_settle,
            )
        )
    if pd.notna(row.published_on):
        said.append(words.say("The settlement was published on {day}.", day=words.day(row.published_on)))
    elif row.state == "closed":
        said.append(words.say("No publication of the settlement is recorded."))
    return " ".join(said)


def _which(row: Row, words: Language) -> str:
    """The procedure and, where it is stated, the plan it is about."""
    procedure = _named(row.procedure_id, words)
    return f"{procedure}, {row.plan_id}" if isinstance(row.plan_id, str) else procedure


def _window(row: Row, words: Language) -> str:
    if pd.isna(row.window_days):
        return words.say("How long the public could comment is not stated ({procedure}).", procedure=_which(row, words))
    values = {
        "opened": words.day(row.opened),
        "closed": words.day(row.closed),
        "procedure": _which(row, words),
    }
    days = int(row.window_days)
    if row.state == "closed":
        said = words.count(
            "The public could comment for {count} day, from {opened} to {closed} ({procedure}).",
            "The public could comment for {count} days, from {opened} to {closed} ({procedure}).",
            days,
            **values,
        )
    elif row.state == "open":
        said = words.count(
            "The public may comment for {count} day, from {opened} to {closed} ({procedure}).",
            "The public may comment for {count} days, from {opened} to {closed} ({procedure}).",
            days,
            **values,
        )
    else:
        said = words.count(
            "The public is to comment for {count} day, from {opened} to {closed} ({procedure}).",
            "The public is to comment for {count} days, from {opened} to {closed} ({procedure}).",
            days,
            **values,
        )
    if not holds(row.enough):
        said += " " + words.say("That is shorter than recommended.")
    return said


def reach_change(reach: pd.DataFrame, *, lang: str) -> Sentence:
    """How many figures of communication rose, fell or can be compared with nothing; never their sum."""
    words, rows = language(lang), each(reach)
    if not rows:
        return unstated(words.say("The documents do not state what the communication reached."))
    changes = [row.change for row in rows if pd.notna(row.change)]
    said = [
        words.count(
            "{count} figure of communication is known.", "{count} figures of communication are known.", len(rows)
        )
    ]
    if changes:
        values = {
            "rose": words.number(sum(change > 0 for change in changes)),
            "fell": words.number(sum(change < 0 for change in changes)),
            "same": words.number(sum(change == 0 for change in changes)),
        }
        said.append(
            words.count(
                "Compared with the time before the project ({count}): {rose} rose, {fell} fell, {same} did not change.",
                "Compared with the time before the project ({count}): {rose} rose, {fell} fell, {same} did not change.",
                len(changes),
                **values,
            )
        )
    without = sum(not holds(row.baseline_stated) for row in rows)
    if without:
        said.append(
            words.count(
                "For {count} the state before the project is not stated.",
                "For {count} the state before the project is not stated.",
                without,
            )
        )
    hidden = sum(holds(row.suppressed) for row in rows)
    if hidden:
        said.append(
            words.count(
                "In {count} a number is not shown, so that nobody in a small group can be recognised.",
                "In {count} numbers are not shown, so that nobody in a small group can be recognised.",
                hidden,
            )
        )
    return Sentence((" ".join(said),))


def _named(name: object, words: Language) -> str:
    return name if isinstance(name, str) else words.say("not stated")
