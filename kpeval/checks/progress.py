"""What does not add up in the indicators, activities and outputs?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kpeval.checks.case import Case, Finding, each
from kpeval.schema import RATE_UNIT

LATE = pd.Timedelta(days=90)  # a target lowered within so many days before it is due was lowered late (METHOD.md I8)


def _rows(case: Case, table: str, column: str, value: object) -> int | None:
    frame = case.project.tables[table]
    found = frame.index[frame[column] == value]
    return int(found[0]) if len(found) else None


def missing_actual(case: Case) -> Iterator[Finding]:
    """A due day has passed and no achieved value is known."""
    for indicator in each(case.fulfilment[case.fulfilment["status"] == "missing"]):
        message = case.words.say(
            "Indicator {indicator}: no achieved value is known; it was due on {due}.",
            indicator=case.names[indicator.indicator_id],
            due=case.words.day(indicator.due),
        )
        row = _rows(case, "indicators", "indicator_id", indicator.indicator_id)
        remedy = case.words.say("Ask for the achieved value with its evidence; until then it is missing, not zero.")
        yield Finding("warning", "missing_actual", "indicators", row, "indicator_id", message, remedy)


def ratio_in_percent(case: Case) -> Iterator[Finding]:
    """A ratio is numerator by denominator, a fraction; a target of 80 would make 0.8 look like one percent of it."""
    shown = case.fulfilment
    percent = shown["unit"].fillna("").str.match(RATE_UNIT)
    for indicator in each(shown[shown["accumulation"].eq("ratio") & percent & (shown["target"] > 2)]):
        message = case.words.say(
            "Indicator {indicator} is a ratio, so its values are fractions of 1, but its target is {target}.",
            indicator=case.names[indicator.indicator_id],
            target=case.words.number(indicator.target),
        )
        row = _rows(case, "targets", "indicator_id", indicator.indicator_id)
        remedy = case.words.say("Write target and baseline as fractions: 0.80 for 80%.")
        yield Finding("error", "ratio_in_percent", "targets", row, "target", message, remedy)


def direction_contradicts(case: Case) -> Iterator[Finding]:
    """The stated direction leads away from the target."""
    shown = case.fulfilment
    rises, falls = shown["direction"].eq("increase"), shown["direction"].eq("decrease")
    wrong = (rises & (shown["target"] < shown["baseline"])) | (falls & (shown["target"] > shown["baseline"]))
    for indicator in each(shown[wrong]):
        message = case.words.say(
            "Indicator {indicator}: the target lies on the other side of the baseline than its direction says.",
            indicator=case.names[indicator.indicator_id],
        )
        row = _rows(case, "indicators", "indicator_id", indicator.indicator_id)
        remedy = case.words.say("Check direction, baseline and target.")
        yield Finding("error", "direction_contradicts", "indicators", row, "direction", message, remedy)


def cumulative_falls(case: Case) -> Iterator[Finding]:
    """A sum so far cannot shrink: counts that only grow, and counts of people."""
    indicators = case.project.indicators.set_index("indicator_id")
    values = case.measured[["indicator_id", "measured_on", "actual", "person_id", "dimension"]]
    values = values[values["dimension"].isna() & values["actual"].notna()]
    how = values["indicator_id"].map(indicators["accumulation"])
    grows = values["indicator_id"].map(indicators["direction"]).fillna("increase").eq("increase")
    latest = how.fillna("latest").isin(["latest", "persons"]) & values["person_id"].isna()
    series = values[latest & grows & values["indicator_id"].isin(case.counts)]
    drop = series.groupby("indicator_id")["actual"].diff()
    negative = values[how.eq("sum") & (values["actual"] < 0)]
    falls = pd.concat([series.assign(by=drop)[drop < 0], negative.assign(by=negative["actual"])])
    for row, value in falls.sort_index().iterrows():
        message = case.words.say(
            "Indicator {indicator}: the cumulative value falls by {by} on {day}.",
            indicator=case.names[value["indicator_id"]],
            by=case.words.number(abs(value["by"])),
            day=case.words.day(value["measured_on"]),
        )
        remedy = case.words.say("A sum so far cannot shrink: look for a correction or a change of method.")
        yield Finding("warning", "cumulative_falls", "measurements", int(str(row)), "actual", message, remedy)


def target_lowered_late(case: Case) -> Iterator[Finding]:
    """A target was made easier when it was nearly due, or after."""
    targets = case.project.targets
    targets = targets[~(targets["effective_on"] > case.day) & ~(targets["recorded_on"] > case.day)]
    targets = targets.sort_values(["indicator_id", "due", "effective_on"], na_position="first")
    before = targets.groupby(["indicator_id", "due"], dropna=False)["target"].shift()
    directions = case.project.indicators.set_index("indicator_id")["direction"]
    falls = targets["indicator_id"].map(directions).eq("decrease")
    easier = (targets["target"] < before).where(~falls, targets["target"] > before)
    late = targets["effective_on"] >= targets["due"] - LATE
    for row, target in targets.assign(before=before)[easier & late].iterrows():
        message = case.words.say(
            "Indicator {indicator}: the target due on {due} was eased from {before} to {after} only on {day}.",
            indicator=case.names[target["indicator_id"]],
            due=case.words.day(target["due"]),
            before=case.words.number(target["before"]),
            after=case.words.number(target["target"]),
            day=case.words.day(target["effective_on"]),
        )
        remedy = case.words.say("Show the achieved value against the original target as well, and ask why.")
        yield Finding("warning", "target_lowered_late", "targets", int(str(row)), "target", message, remedy)


def breakdown_differs(case: Case) -> Iterator[Finding]:
    """The categories of a breakdown do not add up to the value of the day."""
    rows = case.measured
    parts = rows[rows["dimension"].notna() & rows["indicator_id"].isin(case.counts)]
    if parts.empty:
        return
    whole = rows[rows["dimension"].isna()].groupby(["indicator_id", "measured_on"])["actual"].last()
    keys = ["indicator_id", "measured_on", "dimension"]
    grouped = parts.assign(row=parts.index).groupby(keys)
    sums = grouped["actual"].sum(skipna=False).to_frame("sum")  # a blank part is missing, not 0
    sums = sums.assign(row=grouped["row"].first()).reset_index()
    sums = sums.join(whole.rename("whole"), on=["indicator_id", "measured_on"])
    for part in each(sums[(sums["sum"] - sums["whole"]).abs() > 1e-9]):
        message = case.words.say(
            "Indicator {indicator} on {day}: the breakdown by {dimension} adds up to {sum}, the value is {whole}.",
            indicator=case.names[part.indicator_id],
            day=case.words.day(part.measured_on),
            dimension=part.dimension,
            sum=case.words.number(part.sum),
            whole=case.words.number(part.whole),
        )
        remedy = case.words.say("Find the people or things without a category, or counted in two.")
        yield Finding("warning", "breakdown_differs", "measurements", int(part.row), "actual", message, remedy)


def values_out_of_time(case: Case) -> Iterator[Finding]:
    """Values from before the start, and values that became known only after the day."""
    rows, say = case.project.measurements, case.words.say
    early = case.measured[case.measured["measured_on"] < case.facts["start"]].sort_index()
    for row, value in early.iterrows():
        values = {"indicator": case.names[value["indicator_id"]], "day": case.words.day(value["measured_on"])}
        message = say("Indicator {indicator}: a value of {day} lies before the start of the project.", **values)
        remedy = say("If it is the baseline, enter it as such; else check the day.")
        yield Finding("warning", "value_before_start", "measurements", int(str(row)), "measured_on", message, remedy)
    later = rows[(rows["measured_on"] > case.day) | (rows["recorded_on"] > case.day)]
    if len(later):
        message = case.words.count(
            "{count} value became known only after {day} and is left out.",
            "{count} values became known only after {day} and are left out.",
            len(later),
            day=case.words.day(case.day),
        )
        remedy = say("Nothing: the report shows what was known on its day.")
        first = int(later.index[0])
        yield Finding("info", "value_after_as_of", "measurements", first, "measured_on", message, remedy)


def activity_outside_project(case: Case) -> Iterator[Finding]:
    """A planned period that does not lie within the project's."""
    outside = case.timeline[case.timeline["outside_project"].fillna(False)]
    for activity in each(outside):
        message = case.words.say(
            "Activity {activity}: its planned period lies outside the project's.",
            activity=activity.activity_id,
        )
        row = _rows(case, "activities", "activity_id", activity.activity_id)
        remedy = case.words.say("Check the days against the grant decision.")
        yield Finding("warning", "activity_outside_project", "activities", row, "planned_start", message, remedy)


def nothing_recorded(case: Case) -> Iterator[Finding]:
    """Activities that should have started and have no record; outputs that are due and have none."""
    timeline = case.timeline
    due = (timeline["status"] == "no_record") & (timeline["planned_start"] <= case.day)
    silent = timeline[due]["activity_id"].sort_values()
    if len(silent):
        message = case.words.count(
            "{count} activity should have started and nothing is recorded of it: {names}.",
            "{count} activities should have started and nothing is recorded of them: {names}.",
            len(silent),
            names=", ".join(silent),
        )
        remedy = case.words.say("Ask for the actual days; without them no delay is claimed.")
        yield Finding("warning", "activity_without_record", "activities", None, "actual_start", message, remedy)
    for output in each(case.delivery[case.delivery["status"] == "no_record"]):
        row = _rows(case, "outputs", "output_id", output.output_id)
        values = {"output": output.output_id, "due": case.words.day(output.due)}
        message = case.words.say("Output {output} was due on {due} and nothing is recorded of it.", **values)
        remedy = case.words.say("Ask for the evidence; no record does not mean failed.")
        yield Finding("warning", "output_without_record", "outputs", row, "delivered_on", message, remedy)


def output_not_measurable(case: Case) -> Iterator[Finding]:
    """Outputs whose delivery cannot be measured, because no quantity or no due day is stated."""
    outputs = case.project.outputs
    vague = outputs[outputs["planned_quantity"].isna() | outputs["due"].isna()]
    if len(vague):
        message = case.words.count(
            "{count} output of {all} states no quantity or no due day: {names}.",
            "{count} outputs of {all} state no quantity or no due day: {names}.",
            len(vague),
            all=case.words.number(len(outputs)),
            names=", ".join(vague["output_id"]),
        )
        remedy = case.words.say("Agree on a quantity and a day; until then no share of outputs can be computed.")
        yield Finding("info", "output_not_measurable", "outputs", int(vague.index[0]), "due", message, remedy)


PROGRESS_RULES = (
    *(ratio_in_percent, direction_contradicts, missing_actual, cumulative_falls, target_lowered_late),
    *(
        breakdown_differs,
        activity_outside_project,
        nothing_recorded,
        output_not_measurable,
        values_out_of_time,
    ),
)
