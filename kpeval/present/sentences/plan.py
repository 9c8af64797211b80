"""What do the results of the community plan say in words: states of its measures, coverage of the evaluation, money?"""

from __future__ import annotations

from typing import Any

import pandas as pd

from kpeval.codes import NOT_EVALUABLE
from kpeval.present.cells import each
from kpeval.present.display import Sentence, unstated
from kpeval.present.language import Language, language, money_decimals
from kpeval.present.planned import DONE, Names, labels, largest_level, last_plan, of_plan, titles
from kpeval.present.vocabulary import spoken


def plan_fulfilment(
    fulfilment: pd.DataFrame,
    plans: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    target_groups: pd.DataFrame | None = None,
    *,
    lang: str,
) -> Sentence:
    """How the last plan's measures stood in the last year evaluated, and whether more are fulfilled than before.

    For the result by year; by anything else it says which category is fulfilled most and which least.
    """
    words = language(lang)
    if not fulfilment["measures"].notna().any():
        return unstated(words.say("The documents state no evaluation of a community plan."))
    names = titles(plans)
    plan = last_plan(fulfilment, names, "evaluable")
    rows = each(of_plan(fulfilment, plan))
    called = labels(rows[0].by, areas, target_groups)
    levels = list(dict.fromkeys(row.level for row in rows))
    if rows[0].by != "year":
        levels = [largest_level(rows)]  # of the few parts of another a share would say little
    said = [_of_level([row for row in rows if row.level == level], called, words) for level in levels]
    parts = [
        words.say("Level “{level}”: {said}", level=level, said=part) if len(levels) > 1 else part
        for level, part in zip(levels, said, strict=True)
    ]
    return Sentence((f"{names.get(plan, plan)}: {' '.join(parts)}",))


def _of_level(rows: list[Any], called: Names, words: Language) -> str:
    """What became of one level of the plan."""
    blocks: dict[object, list[Any]] = {}
    for row in rows:
        blocks.setdefault(row.category if isinstance(row.category, str) else None, []).append(row)
    last, block = list(blocks.items())[-1]
    if rows[0].by != "year":
        return _most_and_least(blocks, called, words)
    said = words.say(
        "in {year}, {evaluable} of {all} could be evaluated: {counted}.",
        year=last,
        evaluable=words.number(block[0].evaluable),
        all=words.number(sum(row.measures for row in block)),
        counted=_counted(block, words),
    )
    unknown = sum(row.measures for row in block if row.status == "no_info")
    if unknown:
        said += " " + words.count(
            "Of {count} it is not known what became of it.", "Of {count} it is not known what became of them.", unknown
        )
    shares = {year: _done(block) for year, block in blocks.items() if block[0].evaluable}
    if len(shares) > 1:
        first, now = next(iter(shares)), list(shares)[-1]
        said += " " + words.say(
            "Fulfilled, continuously included, of what could be evaluated: {before} in {first}, {after} in {last}.",
            before=words.percent(shares[first]),
            first=first,
            after=words.percent(shares[now]),
            last=now,
        )
    return said


def _counted(block: list[Any], words: Language) -> str:
    """The states that can be evaluated, with percent as shown."""
    parts = [
        f"{spoken('measure_state', row.status, words)} {words.number(row.measures)} "
        f"({words.with_symbol(words.number(int(row.percent_shown)), '%')})"
        for row in block
        if row.measures and row.status not in NOT_EVALUABLE
    ]
    return "; ".join(parts) or words.say("none")


def _done(block: list[Any]) -> float:
    done = sum(int(row.measures) for row in block if row.status in DONE)
    return done / int(block[0].evaluable)


def _most_and_least(blocks: dict[object, list[Any]], called: Names, words: Language) -> str:
    shares = {name: _done(block) for name, block in blocks.items() if block[0].evaluable}
    if not shares:
        return words.say("no measure could be evaluated.")
    if any(name is not None for name in shares):  # what states no category is not where most or least is done
        shares.pop(None, None)
    named = {name: called.get(name, name) if isinstance(name, str) else words.say("not stated") for name in shares}
    more, fewer = max(shares.values()), min(shares.values())
    if more == fewer:
        return words.say("fulfilled, continuously included, is everywhere {share}.", share=words.percent(more))
    return words.say(
        "fulfilled, continuously included, is most in {most} ({more}) and least in {least} ({fewer}).",
        most=words.list([str(named[name]) for name, share in shares.items() if share == more]),
        more=words.percent(more),
        least=words.list([str(named[name]) for name, share in shares.items() if share == fewer]),
        fewer=words.percent(fewer),
    )


def evaluation_coverage(coverage: pd.DataFrame, *, lang: str) -> Sentence:
    """How many years of the plans were evaluated, which were not, and how soon the last one was."""
    words = language(lang)
    rows = [row for row in each(coverage) if row.state not in ("not_stated", "nothing_due")]
    if not rows:
        return unstated(words.say("The documents do not state whether the community plan was evaluated year by year."))
    asked = [row for row in rows if row.state != "not_yet"]
    complete = [row for row in asked if row.state == "complete"]
    missing = [str(row.year) for row in asked if row.state == "missing"]
    said = [
        words.say(
            "Years of the plans that should be evaluated by now: {asked}; evaluated completely: {complete}.",
            asked=words.number(len(asked)),
            complete=words.number(len(complete)),
        )
    ]
    if missing:
        said.append(words.say("No evaluation is known of {years}.", years=words.list(missing)))
    dated = [row for row in rows if pd.notna(row.days_after_year)]
    if dated and dated[-1].days_after_year > 0:
        said.append(
            words.count(
                "That of {year} was made {count} day after the end of the year.",
                "That of {year} was made {count} days after the end of the year.",
                dated[-1].days_after_year,
                year=str(dated[-1].year),
            )
        )
    return Sentence((" ".join(said),))


def measure_money(money: pd.DataFrame, plans: pd.DataFrame | None = None, *, lang: str) -> Sentence:
    """What the last plan's measures were planned to cost and what was spent, level by level where both are stated."""
    words = language(lang)
    stated = money[money["planned_cost"].notna() | money["spent"].notna()]
    if stated.empty:
        return unstated(words.say("The documents state neither planned costs nor spending on the plan's measures."))
    names = titles(plans)
    plan = last_plan(stated, names, "spent")
    rows = each(of_plan(stated, plan))
    said = []
    for level in dict.fromkeys(row.level for row in rows):
        here = [row for row in rows if row.level == level]
        both = [row for row in here if pd.notna(row.planned_cost) and pd.notna(row.spent)]
        if not both:
            said.append(
                words.say(
                    "at the level “{level}” no part states both its planned cost and what was spent.", level=level
                )
            )
            continue
        planned, spent = _added(both, "planned_cost"), _added(both, "spent")
        decimals = money_decimals([planned, spent])
        said.append(
            words.say(
                "at the level “{level}” {spent} was spent of {planned} planned, counting those of {all} parts that "
                "state both: {both}.",
                level=level,
                spent=words.money(spent, both[0].currency, decimals),
                planned=words.money(planned, both[0].currency, decimals),
                all=words.number(len(here)),
                both=words.number(len(both)),
            )
        )
    return Sentence((f"{names.get(plan, plan)}: {' '.join(said)}",))


def _added(rows: list[Any], name: str) -> float:
    """The sum in haléře, so that it is exact."""
    cents = [round(float(getattr(row, name)) * 100) for row in rows]
    return sum(cents) / 100
