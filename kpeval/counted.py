"""What do measures count, in breakdowns and by channels, before `kpeval.privacy` has decided what may be seen?

Not among the public results: what may be seen is `results.INDICATOR_BREAKDOWN` and `results.REACH_CHANGE`.
"""

from __future__ import annotations

from kpeval.results import BREAKDOWN, REACHED, result
from kpeval.schema import INDICATORS, TARGET_GROUPS, day, flag, number

BREAKDOWN_COUNTS = result(
    "breakdown_counts",
    "a category of an indicator's breakdown",
    "kategorie členění indikátoru",
    *BREAKDOWN,
    INDICATORS["direction"],
    INDICATORS["scale"],
    flag("adds_up", "counts, which add up", "počty, které se sčítají"),
    number("numerator", "numerator", "čitatel"),
    number("denominator", "denominator", "jmenovatel"),
    key="indicator_id dimension category",
)
BREAKDOWN_STATES = result(
    "breakdown_states",
    "a day on which something became known, and a category of an indicator's breakdown",
    "den, kdy se něco zjistilo, a kategorie členění indikátoru",
    day("known_on", "known on", "známo ke dni"),
    *BREAKDOWN_COUNTS.columns[1:],
    key="known_on indicator_id dimension category",
)
REACH_VALUES = result(
    "reach_values",
    "a channel, what it counts and whom it reached",
    "kanál, co se u něj počítá a koho oslovil",
    *REACHED,
    TARGET_GROUPS["canonical"],
    key="channel metric group_id",
)
