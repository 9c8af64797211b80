"""What does not add up in outputs and their evidence, in steps of a plan, public comments and communication?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from kpeval.checks.case import Case, Finding, Row, rows
from kpeval.codes import SETTLED
from kpeval.measures.outputs import documents_counted
from kpeval.measures.public import RECOMMENDED_DAYS, comment_settlement

PROCEDURE = "procedure_id plan_id opened closed published_on recorded_on"
COMMENT = "comment_id procedure_id received_on settlement settled_on reason recorded_on"
OUTPUT = "output_id delivered_quantity delivered_on published_on evidence recorded_on"


def _procedures(case: Case) -> Iterator[tuple[Row, Row]]:
    """Each procedure known on the day: what the measure makes of it, and its row in the file."""
    if case.whole.tables["comment_procedures"].empty:
        return
    project = case.project
    frame = comment_settlement(project.comment_procedures, project.comments, as_of=case.day)
    names = "procedure_id plan_id opened closed state window_days enough received outside unsettled published_on"
    filed = {row.procedure_id: row for row in case.rows("comment_procedures", PROCEDURE)}
    for measured in rows(frame, names):
        yield measured, filed[measured.procedure_id]


def _comments(case: Case, procedure: str) -> list[Row]:
    """The comments of a procedure known on the day."""
    known = [row for row in case.rows("comments", COMMENT) if row.procedure_id == procedure]
    return [row for row in known if not row.received_on > case.day and not row.recorded_on > case.day]


def _settled(case: Case, comment: Row) -> bool:
    return comment.settlement in SETTLED and not comment.settled_on > case.day


def window_too_short(case: Case) -> Iterator[Finding]:
    """The public had fewer days to comment than is recommended."""
    for procedure, filed in _procedures(case):
        if procedure.enough is not False or procedure.window_days < 1:
            continue
        message = case.words.count(
            "Comment procedure {procedure} is open for {count} day; at least {least} are recommended.",
            "Comment procedure {procedure} is open for {count} days; at least {least} are recommended.",
            procedure.window_days,
            procedure=procedure.procedure_id,
            least=case.words.number(RECOMMENDED_DAYS),
        )
        remedy = case.words.say("Say in the report why so little time was given, or correct the days.")
        yield Finding("warning", "window_too_short", "comment_procedures", filed.row, "closed", message, remedy)


def comments_outside_window(case: Case) -> Iterator[Finding]:
    """Comments that came before the window opened or after it closed; they are counted like the others."""
    for procedure, _ in _procedures(case):
        late = [
            comment
            for comment in _comments(case, procedure.procedure_id)
            if comment.received_on < procedure.opened or comment.received_on > procedure.closed
        ]
        if not late:
            continue
        message = case.words.count(
            "Comment procedure {procedure}: {count} comment was received outside its days.",
            "Comment procedure {procedure}: {count} comments were received outside its days.",
            len(late),
            procedure=procedure.procedure_id,
        )
        remedy = case.words.say("Check the days of receipt; if they are right, say how such comments were dealt with.")
        yield Finding("info", "comments_outside_window", "comments", late[0].row, "received_on", message, remedy)


def unsettled_after_publication(case: Case) -> Iterator[Finding]:
    """The settlement was published, and comments are open still."""
    for procedure, _ in _procedures(case):
        if pd.isna(procedure.published_on) or not procedure.unsettled:
            continue
        left = [row for row in _comments(case, procedure.procedure_id) if not _settled(case, row)]
        message = case.words.count(
            "Comment procedure {procedure}: the settlement was published on {day}, but {count} comment is not settled.",
            "Comment procedure {procedure}: the settlement was published on {day}, but {count} comments are not "
            "settled.",
            len(left),
            procedure=procedure.procedure_id,
            day=case.words.day(procedure.published_on),
        )
        remedy = case.words.say("Ask how they were settled, and complete the published settlement.")
        yield Finding("warning", "unsettled_after_publication", "comments", left[0].row, "settlement", message, remedy)


def settled_without_reason(case: Case) -> Iterator[Finding]:
    """Comments that were rejected, or accepted in part only, and nobody says why."""
    for procedure, _ in _procedures(case):
        mute = [
            row
            for row in _comments(case, procedure.procedure_id)
            if _settled(case, row) and row.settlement in ("rejected", "partly") and row.reason is None
        ]
        if not mute:
            continue
        message = case.words.count(
            "Comment procedure {procedure}: {count} comment was rejected, or accepted in part, without a reason.",
            "Comment procedure {procedure}: {count} comments were rejected, or accepted in part, without a reason.",
            len(mute),
            procedure=procedure.procedure_id,
        )
        remedy = case.words.say("Give the reason: whoever commented is owed an answer.")
        yield Finding("warning", "settled_without_reason", "comments", mute[0].row, "reason", message, remedy)


def settlement_not_published(case: Case) -> Iterator[Finding]:
    """The plan is approved, and how its comments were settled was not published."""
    approved = _approved(case)
    for procedure, filed in _procedures(case):
        if procedure.plan_id not in approved or not pd.isna(procedure.published_on) or not procedure.received:
            continue
        message = case.words.say(
            "The plan was approved on {day}, and no publication of the settlement of comment procedure {procedure} is "
            "recorded.",
            day=case.words.day(approved[procedure.plan_id]),
            procedure=procedure.procedure_id,
        )
        remedy = case.words.say("Publish how the comments were settled, or enter the day on which it was published.")
        where = ("comment_procedures", filed.row, "published_on")
        yield Finding("warning", "settlement_not_published", *where, message, remedy)


def approved_before_closing(case: Case) -> Iterator[Finding]:
    """The plan was approved while the public could still comment."""
    approved = _approved(case)
    plans = {plan.plan_id: plan.row for plan in case.rows("plans", "plan_id")}
    for procedure, _ in _procedures(case):
        day = approved.get(procedure.plan_id)
        if day is None or not procedure.closed >= day:
            continue
        message = case.words.say(
            "The plan was approved on {day}, before comment procedure {procedure} closed on {closed}.",
            day=case.words.day(day),
            closed=case.words.day(procedure.closed),
            procedure=procedure.procedure_id,
        )
        remedy = case.words.say("Check the days; if they are right, the comments could not be taken into account.")
        row = plans[procedure.plan_id]
        yield Finding("warning", "approved_before_closing", "plans", row, "approved_on", message, remedy)


def _approved(case: Case) -> dict[str, pd.Timestamp]:
    """The plans approved by the day."""
    plans = case.rows("plans", "plan_id approved_on")
    return {plan.plan_id: plan.approved_on for plan in plans if plan.approved_on <= case.day}


def output_days(case: Case) -> Iterator[Finding]:
    """Outputs delivered without evidence, published before they were written, or published and never written."""
    known = [row for row in case.rows("outputs", OUTPUT) if not row.recorded_on > case.day]
    bare = [
        row for row in known if row.delivered_on <= case.day and row.evidence is None and row.delivered_quantity != 0
    ]
    if bare:
        message = case.words.count(
            "{count} output is delivered and no evidence is named: {names}.",
            "{count} outputs are delivered and no evidence is named: {names}.",
            len(bare),
            names=", ".join(row.output_id for row in bare),
        )
        remedy = case.words.say("Name the evidence: minutes, the document, its address.")
        yield Finding("info", "output_without_evidence", "outputs", bare[0].row, "evidence", message, remedy)
    for row in known:
        if not row.published_on <= case.day:
            continue
        values = {"output": row.output_id, "published": case.words.day(row.published_on)}
        if pd.isna(row.delivered_on):
            message = case.words.say(
                "Output {output} was published on {published}, and no day is stated on which it was finished.", **values
            )
        elif row.published_on < row.delivered_on:
            message = case.words.say(
                "Output {output} was published on {published}, before it was finished on {finished}.",
                finished=case.words.day(row.delivered_on),
                **values,
            )
        else:
            continue
        remedy = case.words.say("Check the two days: a document counts from the later one, and not without both.")
        yield Finding("warning", "published_before_written", "outputs", row.row, "published_on", message, remedy)


def documents_differ(case: Case) -> Iterator[Finding]:
    """The documents that are written and published are not as many as the reported value says."""
    if case.whole.tables["outputs"]["indicator_id"].isna().all():
        return
    project = case.project
    frame = documents_counted(project.outputs, project.indicators, project.reported, as_of=case.day)
    for counted in rows(frame, "indicator_id counted reported difference"):
        number = 0.0 if pd.isna(counted.counted) else counted.counted  # nothing recorded against something reported
        if pd.isna(counted.reported) or number == counted.reported:
            continue
        values = {
            "indicator": case.names.get(counted.indicator_id, counted.indicator_id),
            "reported": case.words.number(counted.reported),
            "counted": case.words.number(number),
        }
        message = case.words.say(
            "Indicator {indicator}: {reported} is reported, but the outputs show {counted} written and published.",
            **values,
        )
        row = case.row("indicators", "indicator_id", counted.indicator_id)
        remedy = case.words.say("Enter the missing days of the outputs, or correct the reported value.")
        yield Finding("warning", "documents_differ", "indicators", row, "indicator_id", message, remedy)


def reach_without_baseline(case: Case) -> Iterator[Finding]:
    """Figures of communication without the state before the project: no increase can be shown. Said once."""
    names = "channel metric period value baseline group_id recorded_on"
    known = [row for row in case.rows("reach", names) if row.period <= case.day and not row.recorded_on > case.day]
    series: dict[tuple[str, str, object], list[Row]] = {}
    for row in known:
        series.setdefault((row.channel, row.metric, row.group_id), []).append(row)
    without = [own[0] for own in series.values() if all(pd.isna(row.baseline) for row in own)]
    if without:
        message = case.words.count(
            "{count} of {all} figures of communication has no value from before the project.",
            "{count} of {all} figures of communication have no value from before the project.",
            len(without),
            all=case.words.number(len(series)),
        )
        remedy = case.words.say("Ask for the value before the project; without it no increase can be shown.")
        yield Finding("info", "reach_without_baseline", "reach", without[0].row, "baseline", message, remedy)


PUBLIC_RULES: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    *(window_too_short, comments_outside_window, unsettled_after_publication, settled_without_reason),
    *(settlement_not_published, approved_before_closing, output_days, documents_differ, reach_without_baseline),
)
