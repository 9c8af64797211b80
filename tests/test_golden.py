"""The results of the three projects on their report days are those that were reviewed: tests/golden."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, public_results

from kpeval.measures.assessment import self_assessment
from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.measures.drawdown import drawdown, drawdown_curve, three_way
from kpeval.measures.groups import canonical_groups, group_coverage
from kpeval.measures.indicators import indicator_course, indicator_fulfilment
from kpeval.measures.meetings import meeting_days
from kpeval.measures.plan import plan_fulfilment
from kpeval.measures.plan_record import evaluation_coverage
from kpeval.measures.timeline import activity_timeline, output_delivery, overlaps, project_period
from kpeval.privacy.disclosure import indicator_breakdown
from kpeval.privacy.meetings import meetings
from kpeval.project import Project, load

DAYS = {  # the days of reports/reports.toml
    "ostrava": ["2018-06-30", "2018-12-31", "2019-10-31"],
    "usti": ["2006-12-31", "2007-06-30"],
    "demo": ["2021-12-31", "2022-12-31", "2023-12-31"],
}
TIMELESS: dict[str, Callable[[Project], pd.DataFrame]] = {
    "budget_shares": lambda has: budget_shares(has.funding, has.projects),
    "reconciliation": lambda has: reconciliation(has.funding, has.projects),
    "overlaps": lambda has: overlaps(has.activities),
    "canonical_groups": lambda has: canonical_groups(has.target_groups, has.areas),
}
ON_A_DAY: dict[str, Callable[[Project, str], pd.DataFrame]] = {
    "indicator_fulfilment": lambda has, as_of: indicator_fulfilment(
        has.indicators, has.targets, has.measurements, has.projects, as_of=as_of
    ),
    "indicator_breakdown": lambda has, as_of: indicator_breakdown(has, as_of=as_of),
    "indicator_course": lambda has, as_of: indicator_course(
        has.indicators, has.targets, has.measurements, has.projects, as_of=as_of
    ),
    "activity_timeline": lambda has, as_of: activity_timeline(has.activities, has.projects, as_of=as_of),
    "output_delivery": lambda has, as_of: output_delivery(has.outputs, as_of=as_of),
    "self_assessment": lambda has, as_of: self_assessment(has.self_assessment, as_of=as_of),
    "meetings": lambda has, as_of: meetings(has, as_of=as_of),
    "meeting_days": lambda has, as_of: meeting_days(has.events, as_of=as_of),
    "group_coverage": lambda has, as_of: group_coverage(
        has.target_groups, has.plan_measures, has.evaluations, as_of=as_of
    ),
    "project_period": lambda has, as_of: project_period(has.projects, as_of=as_of),
    "drawdown": lambda has, as_of: drawdown(has.finance_plan, has.transactions, has.projects, as_of=as_of),
    "drawdown_curve": lambda has, as_of: drawdown_curve(has.finance_plan, has.transactions, has.projects, as_of=as_of),
    "plan_fulfilment": lambda has, as_of: plan_fulfilment(has.plan_measures, has.evaluations, as_of=as_of),
    "evaluation_coverage": lambda has, as_of: evaluation_coverage(
        has.plans, has.plan_measures, has.evaluations, as_of=as_of
    ),
    "delivered_outputs": lambda has, as_of: public_results(has, as_of)["delivered_outputs"],
    "documents_counted": lambda has, as_of: public_results(has, as_of)["documents_counted"],
    "plan_steps": lambda has, as_of: public_results(has, as_of)["plan_steps"],
    "comment_settlement": lambda has, as_of: public_results(has, as_of)["comment_settlement"],
    "reach_change": lambda has, as_of: public_results(has, as_of)["reach_change"],
    "three_way": lambda has, as_of: three_way(
        *(ON_A_DAY[name](has, as_of) for name in ("activity_timeline", "drawdown", "indicator_fulfilment"))
    ),
}


@pytest.fixture(scope="module", params=DAYS)
def project(request: pytest.FixtureRequest) -> Project:
    return load(request.param, ROOT / "data")


@pytest.mark.parametrize("measure", TIMELESS)
def test_result_without_a_day_is_the_reviewed_one(
    project: Project, measure: str, golden: Callable[[str, pd.DataFrame], None]
) -> None:
    golden(f"{project.project_id}.{measure}", TIMELESS[measure](project))


@pytest.mark.parametrize("measure", ON_A_DAY)
def test_result_on_the_report_days_is_the_reviewed_one(
    project: Project, measure: str, golden: Callable[[str, pd.DataFrame], None]
) -> None:
    frames = []
    for as_of in DAYS[project.project_id]:
        frame = ON_A_DAY[measure](project, as_of)
        frame.insert(0, "as_of", as_of)
        frames.append(frame)
    golden(f"{project.project_id}.{measure}", pd.concat([frame for frame in frames if len(frame)] or frames[:1]))


def test_every_golden_table_belongs_to_a_test() -> None:
    known = {f"{name}.{measure}.csv" for name in DAYS for measure in (*TIMELESS, *ON_A_DAY)}
    assert {path.name for path in (Path(__file__).parent / "golden").iterdir()} == known
