"""What do measures count of people, before `kpeval.privacy` has decided what of it may be seen?

Not among the public results: what may be seen is `results.INDICATOR_BREAKDOWN`, `MEETINGS` and `REACH_CHANGE`.
"""

from __future__ import annotations

from kpeval.results import BREAKDOWN, MEETINGS, REACHED, result
from kpeval.schema import INDICATORS, TARGET_GROUPS, day, flag, number, whole

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
MEETING_COUNTS = result(
    "meeting_counts",
    "a group that met or has members",
    "skupina, která jednala nebo má členy",
    *(column for column in MEETINGS.columns[1:] if column.name != "suppressed"),
    whole("attended", "members who were there, over all meetings", "přítomní členové za všechna jednání"),
    whole("expected", "members on the day, over all meetings", "členové v den jednání za všechna jednání"),
    whole("fewest_members", "members at the smallest meeting", "členové při nejmenším jednání"),
    key="kind working_group",
)
