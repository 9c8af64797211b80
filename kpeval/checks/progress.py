"""What does not add up in the indicators, activities and outputs?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from kpeval.checks.case import RATE, Case, Finding, Row, missing_first

LATE = pd.Timedelta(days=90)  # a target lowered within so many days before it is due was lowered late (METHOD.md I8)


def missing_actual(case: Case) -> Iterator[Finding]:
    """A due day has passed and no achieved value is known."""
    for indicator in case.fulfilment:
        if indicator.status != "missing":
            continue
        message = case.words.say(
            "Indicator {indicator}: no achieved value is known; it was due on {due}.",
            indicator=case.names[indicator.indicator_id],
            due=case.words.day(indicator.due),
        )
        row = case.row("indicators", "indicator_id", indicator.indicator_id)
        remedy = case.words.say("Ask for the achieved value with its evidence; until then it is missing, not zero.")
        yield Finding("warning", "missing_actual", "indicators", row, "indicator_id", message, remedy)


def ratio_in_percent(case: Case) -> Iterator[Finding]:
    """A ratio is numerator by denominator, a fraction; a target of 80 would make 0.8 look like one percent of it."""
    for indicator in case.fulfilment:
        in_percent = indicator.accumulation == "ratio" and RATE.match(indicator.unit or "")
        if not in_percent or not indicator.target > 2:
            continue
        message = case.words.say(
            "Indicator {indicator} is a ratio, so its values are fractions of 1, but its target is {target}.",
            indicator=case.names[indicator.indicator_id],
            target=case.words.number(indicator.target),
        )
        row = case.row("targets", "indicator_id", indicator.indicator_id)
        remedy = case.words.say("Write target and baseline as fractions: 0.80 for 80%.")
        yield Finding("error", "ratio_in_percent", "targets", row, "target", message, remedy)


def direction_contradicts(case: Case) -> Iterator[Finding]:
    """The stated direction leads away from the target."""
    for indicator in case.fulfilment:
        below, above = indicator.target < indicator.baseline, indicator.target > indicator.baseline
        if not {"increase": below, "decrease": above}.get(indicator.direction):
            continue
        message = case.words.say(
            "Indicator {indicator}: the target lies on the other side of the baseline than its direction says.",
            indicator=case.names[indicator.indicator_id],
        )
        row = case.row("indicators", "indicator_id", indicator.indicator_id)
        remedy = case.words.say("Check direction, baseline and target.")
        yield Finding("error", "direction_contradicts", "indicators", row, "direction", message, remedy)


def cumulative_falls(case: Case) -> Iterator[Finding]:
    """A sum so far cannot shrink: counts that only grow, and counts of people."""
    falls = [(value, change) for value, change in _changes(case) if change < 0]
    for value, change in sorted(falls, key=lambda fall: fall[0].row):
        message = case.words.say(
            "Indicator {indicator}: the cumulative value falls by {by} on {day}.",
            indicator=case.names[value.indicator_id],
            by=case.words.number(abs(change)),
            day=case.words.day(value.measured_on),
        )
        remedy = case.words.say("A sum so far cannot shrink: look for a correction or a change of method.")
        yield Finding("warning", "cumulative_falls", "measurements", value.row, "actual", message, remedy)


def _changes(case: Case) -> Iterator[tuple[Row, float]]:
    """Each value of what can only grow, and how much it adds to the one before."""
    sums = {row.indicator_id for row in case.indicators if row.accumulation == "sum"}
    grow = {
        row.indicator_id
        for row in case.indicators
        if row.accumulation in (None, "latest", "persons") and row.direction in (None, "increase")
    } & case.counts
    before: dict[str, float] = {}
    for value in case.measured:
        if value.dimension is not None or pd.isna(value.actual):
            continue
        if value.indicator_id in sums:
            yield value, value.actual
        elif value.indicator_id in grow and value.person_id is None:
            yield value, value.actual - before.get(value.indicator_id, value.actual)
            before[value.indicator_id] = value.actual


def target_lowered_late(case: Case) -> Iterator[Finding]:
    """A target was made easier when it was nearly due, or after."""
    targets = case.rows("targets", "indicator_id due target effective_on recorded_on")
    known = [row for row in targets if not row.effective_on > case.day and not row.recorded_on > case.day]
    known.sort(key=lambda row: (row.indicator_id, missing_first(row.due), missing_first(row.effective_on)))
    falling = {row.indicator_id for row in case.indicators if row.direction == "decrease"}
    in_force: dict[object, float] = {}
    for target in known:
        before = in_force.get((target.indicator_id, target.due), math.nan)
        in_force[target.indicator_id, target.due] = target.target
        easier = target.target > before if target.indicator_id in falling else target.target < before
        if not easier or not target.effective_on >= target.due - LATE:
            continue
        message = case.words.say(
            "Indicator {indicator}: the target due on {due} was eased from {before} to {after} only on {day}.",
            indicator=case.names[target.indicator_id],
            due=case.words.day(target.due),
            before=case.words.number(before),
            after=case.words.number(target.target),
            day=case.words.day(target.effective_on),
        )
        remedy = case.words.say("Show the achieved value against the original target as well, and ask why.")
        yield Finding("warning", "target_lowered_late", "targets", target.row, "target", message, remedy)


def breakdown_exceeds(case: Case) -> Iterator[Finding]:
    """The categories of a breakdown are more than the value; no number is quoted, for it may be one of few people."""
    for (indicator, dimension), (added, whole) in case.breakdowns.items():
        if not added > whole + 1e-9:
            continue
        message = case.words.say(
            "Indicator {indicator}: the breakdown by “{dimension}” adds up to more than the value itself.",
            indicator=case.names[indicator],
            dimension=dimension,
        )
        remedy = case.words.say("Find what is counted in two categories, or a value that is older than its parts.")
        row = case.breakdown_row(indicator, dimension)
        yield Finding("warning", "breakdown_exceeds", "measurements", row, "actual", message, remedy)


def values_out_of_time(case: Case) -> Iterator[Finding]:
    """Values from before the start, and values that became known only after the day."""
    say = case.words.say
    early = [value for value in case.measured if value.measured_on < case.facts.start]
    for value in sorted(early, key=lambda value: value.row):
        values = {"indicator": case.names[value.indicator_id], "day": case.words.day(value.measured_on)}
        message = say("Indicator {indicator}: a value of {day} lies before the start of the project.", **values)
        remedy = say("If it is the baseline, enter it as such; else check the day.")
        yield Finding("warning", "value_before_start", "measurements", value.row, "measured_on", message, remedy)
    later = [row.row for row in case.measurements if row.measured_on > case.day or row.recorded_on > case.day]
    if later:
        message = case.words.count(
            "{count} value became known only after {day} and is left out.",
            "{count} values became known only after {day} and are left out.",
            len(later),
            day=case.words.day(case.day),
        )
        remedy = say("Nothing: the report shows what was known on its day.")
        yield Finding("info", "value_after_as_of", "measurements", later[0], "measured_on", message, remedy)


def activity_outside_project(case: Case) -> Iterator[Finding]:
    """A planned period that does not lie within the project's."""
    for activity in case.timeline:
        if not activity.outside_project:
            continue
        message = case.words.say(
            "Activity {activity}: its planned period lies outside the project's.",
            activity=activity.activity_id,
        )
        row = case.row("activities", "activity_id", activity.activity_id)
        remedy = case.words.say("Check the days against the grant decision.")
        yield Finding("warning", "activity_outside_project", "activities", row, "planned_start", message, remedy)


def nothing_recorded(case: Case) -> Iterator[Finding]:
    """Activities that should have started and have no record; outputs that are due and have none."""
    unrecorded = [activity for activity in case.timeline if activity.status == "no_record"]
    silent = sorted(activity.activity_id for activity in unrecorded if activity.planned_start <= case.day)
    if silent:
        message = case.words.count(
            "{count} activity should have started and nothing is recorded of it: {names}.",
            "{count} activities should have started and nothing is recorded of them: {names}.",
            len(silent),
            names=", ".join(silent),
        )
        remedy = case.words.say("Ask for the actual days; without them no delay is claimed.")
        yield Finding("warning", "activity_without_record", "activities", None, "actual_start", message, remedy)
    for output in case.delivery:
        if output.status != "no_record":
            continue
        row = case.row("outputs", "output_id", output.output_id)
        values = {"output": output.output_id, "due": case.words.day(output.due)}
        message = case.words.say("Output {output} was due on {due} and nothing is recorded of it.", **values)
        remedy = case.words.say("Ask for the evidence; no record does not mean failed.")
        yield Finding("warning", "output_without_record", "outputs", row, "delivered_on", message, remedy)


def output_not_measurable(case: Case) -> Iterator[Finding]:
    """Outputs whose delivery cannot be measured, because no quantity or no due day is stated."""
    outputs = case.rows("outputs", "output_id planned_quantity due")
    vague = [output for output in outputs if pd.isna(output.planned_quantity) or pd.isna(output.due)]
    if vague:
        message = case.words.count(
            "{count} output of {all} states no quantity or no due day: {names}.",
            "{count} outputs of {all} state no quantity or no due day: {names}.",
            len(vague),
            all=case.words.number(len(outputs)),
            names=", ".join(output.output_id for output in vague),
        )
        remedy = case.words.say(
            "Agree on a quantity and a day; until then delivery can only be held to the end of the activity."
        )
        yield Finding("info", "output_not_measurable", "outputs", vague[0].row, "due", message, remedy)


PROGRESS_RULES = (
    *(ratio_in_percent, direction_contradicts, missing_actual, cumulative_falls, target_lowered_late),
    *(breakdown_exceeds, activity_outside_project, nothing_recorded, output_not_measurable, values_out_of_time),
)
