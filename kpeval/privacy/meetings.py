"""Which rates of attendance may be seen? The one way from the counts of members to what is shown."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kpeval.measures.meetings import meeting_counts
from kpeval.privacy.rules import rules_of
from kpeval.project import Project
from kpeval.results import MEETINGS


def meetings(project: Project, *, as_of: str | date) -> pd.DataFrame:
    """How often did each group meet by the day, how far apart, and how well was it attended, as far as may be shown?

    median_gap, longest_gap = days from one meeting to the next, missing with fewer than two; days_since_last = from the
    last meeting to `as_of`, or to the end of the project where that came first. attendance_rate = members who were
    there / members on the day, over all meetings with a record of attendance (`recorded`). with_… = share of those
    meetings at which somebody of that role was, with_triad = all three: these are shares of meetings, not of people.

    One row is a group: the management team, a working group that met or had members by the day, or all hearings or
    conferences of one name. Columns: project_id, kind (management_team, wg_meeting, hearing, conference), working_group
    (the kind's own word where the events name none), meetings, first_on, last_on, median_gap, longest_gap,
    days_since_last (days), recorded, attendance_rate, suppressed (the rate is missing because it is not to be seen),
    with_commissioner, with_provider, with_user, with_triad (fractions); rows by project, kind and group.

    - A group that never met has 0 meetings, and everything else is missing.
    - The rate is missing without members or records; guests do not count in it. It is suppressed where a recorded
      meeting had fewer members than the threshold of [privacy], or where those who came, or who did not, are fewer over
      all meetings, and not 0: the rate would tell of them. Groups named after a special category have its threshold.
    - No number of meetings is planned in these tables, so there is no percentage of a plan.

    What the measure counts is told in `kpeval.measures.meetings.meeting_counts`. Rules: METHOD.md J1 to J5.
    """
    rules, has = rules_of(project.settings["privacy"]), project
    counts = meeting_counts(has.people, has.memberships, has.events, has.attendance, has.projects, as_of=as_of)
    least = np.array([rules.least(name, ()) for name in counts["working_group"].tolist()], dtype=float)
    attended, expected, fewest = (
        counts[name].to_numpy("float64", na_value=np.nan) for name in ("attended", "expected", "fewest_members")
    )
    small = [(number > 0) & (number < least) for number in (attended, expected - attended, fewest)]
    suppressed = np.logical_or.reduce(small)
    rate = np.where(suppressed, np.nan, counts["attendance_rate"])
    shown = {"suppressed": pd.array(suppressed, dtype="boolean"), "attendance_rate": rate}
    return pd.DataFrame({name: shown[name] if name in shown else counts[name] for name in MEETINGS.names})
