"""How were time, results and progress computed?"""

from __future__ import annotations

from datetime import date

import pandas as pd

from kpeval import results
from kpeval.present import cells
from kpeval.present.cells import Row, each, first
from kpeval.present.chosen import calling_activities, calling_indicators
from kpeval.present.display import Omitted
from kpeval.present.formula import Line, Rule, Workings, difference, formula, mean, plain, ratio, share, way
from kpeval.present.language import Language, language
from kpeval.present.vocabulary import spoken
from kpeval.present.working import made, time_elapsed
from kpeval.timespan import as_day


def three_way(three_way: pd.DataFrame, fulfilment: pd.DataFrame, *, lang: str) -> Workings | Omitted:
    """The mean of the results and the differences; how time and money come about stands with the key figures."""
    words, row, table = language(lang), first(three_way), results.THREE_WAY
    if sum(map(pd.notna, (row.time, row.money, row.results))) < 2:
        return Omitted(words.say("Of time, money and results no two are known, so nothing can be compared."))
    lines = []
    reached = [min(one.fulfilment, 1.0) for one in each(fulfilment, "fulfilment") if pd.notna(one.fulfilment)]
    if reached:
        parts = [share(one, words) for one in reached]
        text = formula(f"({' + '.join(['{}'] * len(parts))}) / {len(parts)}", mean, parts, row.results, words.percent)
        lines.append(Line(words.heading(table["results"]), text, ("results", "indicators_counted")))
    for name in ("money_minus_time", "results_minus_time", "results_minus_money"):
        if pd.notna(getattr(row, name)):
            terms = [share(getattr(row, part), words) for part in name.split("_minus_")]
            text = formula("{} − {}", difference, terms, getattr(row, name), words.points)
            lines.append(Line(words.heading(table[name]), text, (name,)))
    rules = [
        Rule(words.say("Time and money: as for the key figures and the spending."), ("time", "money")),
        Rule(
            words.say("Results: the mean of the indicators’ known progress, none counted above 100%."),
            ("results", "indicators", "indicators_counted"),
        ),
    ]
    return made(words, rules, lines)


def indicator_fulfilment(
    fulfilment: pd.DataFrame,
    course: pd.DataFrame | None = None,
    *,
    as_of: str | date,
    lang: str,
    full: bool = False,
    most: int | None = None,
) -> Workings | Omitted:
    """Achievement and progress of each indicator; `full` adds what is missing and, with `course`, what was expected.

    Of more than `most` indicators only those that the table shows then.
    """
    words, now = language(lang), as_day(as_of)
    cells.one_project(fulfilment)
    if fulfilment.empty:
        return Omitted(words.say("No indicator is stated."))
    fulfilment = calling_indicators(fulfilment, most)
    planned = {} if course is None else {row.indicator_id: row.planned for row in each(course) if row.day == now}
    lines = [line for row in each(fulfilment) if (line := _indicator(row, planned, words, full=full))]
    rules = [
        Rule(words.say("Achievement: achieved value / target."), ("of_target",)),
        Rule(
            words.say("Progress: (achieved value − baseline) / (target − baseline); to be kept, it is met or not."),
            ("fulfilment",),
        ),
    ]
    if full:
        rules.append(
            Rule(
                words.say(
                    "Expected: the same for the value that stands on the day on the straight line from the baseline "
                    "through the milestones to the target."
                ),
                ("expected", "gap", "reason"),
            )
        )
    return made(words, rules, lines)


def activity_timeline(timeline: pd.DataFrame, *, lang: str, most: int | None = None) -> Workings | Omitted:
    """The time elapsed of each activity; days are counted from days that stand in the table, which shows `most`."""
    words = language(lang)
    cells.one_project(timeline)
    if timeline.empty:
        return Omitted(words.say("No activity is stated."))
    timeline = calling_activities(timeline, most)
    lines = [
        Line(row.activity_id, time_elapsed(row, words, of=row.days_planned), ("elapsed",))
        for row in each(timeline)
        if pd.notna(row.elapsed) and pd.notna(row.days_elapsed)
    ]
    rules = [
        Rule(
            words.say("Time elapsed: planned days that have passed, the day of the report included, / planned days."),
            ("elapsed",),
        ),
        Rule(words.say("Days planned: last day − first day + 1."), ("days_planned",)),
        Rule(
            words.say("Days late: actual − planned day, or the days so far where something is recorded as not done."),
            ("days_late_start", "days_late_end"),
        ),
    ]
    return made(words, rules, lines)


def _indicator(row: Row, planned: dict[str, float], words: Language, *, full: bool) -> Line | None:
    """What is known of one indicator, its figures separated by semicolons."""
    number = share if cells.in_percent(row) else plain
    actual, target, baseline = (number(value, words) for value in (row.actual, row.target, row.baseline))
    said, told = [], []

    def says(value: float) -> str:
        return cells.quantity(value, row, words).text

    way_there = pd.notna(row.fulfilment) and row.direction != "maintain"
    of_target = pd.notna(row.of_target) and row.target > 0 and row.direction not in ("decrease", "maintain")
    if of_target and not (way_there and row.baseline == 0):
        text = formula("{} / {}", ratio, (actual, target), row.of_target, words.percent)
        said.append(words.say("achievement {formula}", formula=text))
    if of_target:
        told.append("of_target")
    if way_there:
        terms = (actual, baseline, target, baseline)
        text = formula("({} − {}) / ({} − {})", way, terms, row.fulfilment, words.percent)
        both = of_target and row.baseline == 0
        said.append(
            words.say("achievement and progress {formula}", formula=text)
            if both
            else words.say("progress {formula}", formula=text)
        )
        if cells.holds(row.assumed):
            said.append(words.say("the baseline of 0 is assumed"))
        told.append("fulfilment")
    elif pd.notna(row.fulfilment):
        kept = words.say("the target is kept, within its tolerance")
        said.append(kept if row.fulfilment else words.say("the target is not kept, within its tolerance"))
        told.append("fulfilment")
    elif isinstance(row.reason, str):
        said.append(spoken("reason", row.reason, words))
        told.append("reason")
    if full and pd.notna(row.gap) and row.direction != "maintain":
        falls = abs(row.gap - (row.target - row.actual)) > abs(row.gap - (row.actual - row.target))
        ends = (actual, target) if falls else (target, actual)
        said.append(words.say("still missing {formula}", formula=formula("{} − {}", difference, ends, row.gap, says)))
        told.append("gap")
    if full and pd.notna(row.expected) and row.direction != "maintain" and pd.notna(planned.get(row.indicator_id)):
        terms = (number(planned[row.indicator_id], words), baseline, target, baseline)
        text = formula("({} − {}) / ({} − {})", way, terms, row.expected, words.percent)
        said.append(words.say("expected {formula}", formula=text))
        told.append("expected")
    return Line(cells.named(row.code, row.name), "; ".join(said), tuple(told), quoted=True) if said else None
