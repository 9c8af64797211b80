"""What do sentences say of the people whom a project serves, and of those it reached?"""

from __future__ import annotations

import pandas as pd

from kpeval.present.breakdown import checked, none_stated
from kpeval.present.cells import Row, each, holds, named
from kpeval.present.display import Sentence
from kpeval.present.language import Language, language


def indicator_breakdown(breakdown: pd.DataFrame, *, lang: str) -> Sentence:
    """By what the people of each indicator are broken down, and how much of it is not shown."""
    words = language(lang)
    checked(breakdown)
    rows, said = [row for row in each(breakdown) if holds(row.people)], []
    if not rows:
        return Sentence((none_stated(words),))
    for indicator in dict.fromkeys(row.indicator_id for row in rows):
        own = [row for row in rows if row.indicator_id == indicator]
        dimensions = dict.fromkeys(row.dimension for row in own if not isinstance(row.withheld, str))
        if dimensions:
            values = {
                "indicator": named(own[0].code, own[0].name),
                "dimensions": words.list(_quoted(name, words) for name in dimensions),
            }
            said.append(words.say("{indicator}: broken down by {dimensions}.", **values))
        said += [_withheld(row, words) for row in own if isinstance(row.withheld, str)]
    hidden = sum(holds(row.suppressed) and not isinstance(row.withheld, str) for row in rows)
    if hidden:
        confidential = words.count(
            "{count} number is not shown, so that nobody in a small group can be recognised.",
            "{count} numbers are not shown, so that nobody in a small group can be recognised.",
            hidden,
        )
        said.append(confidential)
    return Sentence((" ".join(said),))


def _withheld(row: Row, words: Language) -> str:
    values = {"indicator": named(row.code, row.name), "dimension": _quoted(row.dimension, words)}
    if row.withheld == "no_base":
        return words.say(
            "{indicator}: the breakdown by {dimension} is not shown, for nobody states how many people are behind each "
            "rate.",
            **values,
        )
    return words.say(
        "{indicator}: the breakdown by {dimension} is not shown, for the people in it are so few that their numbers "
        "could be computed.",
        **values,
    )


def _quoted(name: str, words: Language) -> str:
    return words.say("“{name}”", name=name)


def target_groups(target_groups: pd.DataFrame, *, lang: str) -> Sentence:
    """How many groups are named, and whether any has a size."""
    words = language(lang)
    if target_groups.empty:
        return Sentence((words.say("The documents name no target groups."),))
    said = words.count(
        "The documents name {count} target group.", "The documents name {count} target groups.", len(target_groups)
    )
    if all(pd.isna(size) for size in target_groups["estimated_size"].tolist()):
        said += " " + words.say("No size is stated for any of them, so reach cannot be computed.")
    return Sentence((said,))
