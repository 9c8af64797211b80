"""What does the town's own assessment of its planning say in words?"""

from __future__ import annotations

import pandas as pd

from kpeval.present.cells import each
from kpeval.present.display import Sentence, unstated
from kpeval.present.language import language
from kpeval.present.tables.assessment import area_name


def self_assessment(self_assessment: pd.DataFrame, *, lang: str) -> Sentence:
    """How many criteria the town finds met, in part, not met, and which areas it did not assess; no score."""
    words = language(lang)
    rows = [row for row in each(self_assessment) if not pd.isna(row.criteria)]
    assessed = [row for row in rows if row.criteria > 0]
    if not assessed:
        return unstated(words.say("The documents hold no assessment of its own planning by the town."))
    total = {
        name: sum(int(getattr(row, name)) for row in assessed) for name in ("met", "partly", "not_met", "unanswered")
    }
    parts = [
        words.count(
            "The town assessed {count} criterion of the quality of its planning: met {met}, in part {partly}, not met "
            "{not_met}.",
            "The town assessed {count} criteria of the quality of its planning: met {met}, in part {partly}, not met "
            "{not_met}.",
            sum(int(row.criteria) for row in assessed),
            **{name: words.number(number) for name, number in total.items()},
        )
    ]
    if total["unanswered"]:
        parts.append(words.count("{count} has no answer.", "{count} have no answer.", total["unanswered"]))
    skipped = [area_name(row, words) for row in rows if row.criteria == 0]
    if skipped:
        parts.append(words.say("Not assessed: {areas}.", areas="; ".join(skipped)))
    return Sentence((" ".join(parts),))
