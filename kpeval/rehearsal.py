"""What of a report costs time only the first time in a process? All of it, done once beforehand on an invented project.

Fonts, locales, catalogues, the schemas of tables: a kernel that is forked from a process which has rehearsed finds them
ready. Nothing of the project stays, and no notebook is run: who edits one must not reach into the kernels of others.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from warnings import catch_warnings

from kpeval.checks import findings
from kpeval.compared import changes
from kpeval.demo import write_demo
from kpeval.measures.budget import budget_shares, reconciliation
from kpeval.measures.continuity import plan_continuity
from kpeval.measures.drawdown import drawdown, drawdown_curve, three_way
from kpeval.measures.groups import group_coverage
from kpeval.measures.indicators import indicator_course, indicator_fulfilment
from kpeval.measures.outputs import delivered_outputs, documents_counted
from kpeval.measures.plan import plan_fulfilment
from kpeval.measures.plan_record import evaluation_coverage
from kpeval.measures.public import comment_settlement, plan_steps
from kpeval.measures.revision import plan_successions
from kpeval.measures.spending import spending
from kpeval.measures.stages import money_stages
from kpeval.measures.timeline import activity_timeline, output_delivery, overlaps, project_period
from kpeval.measures.training import persons_counted, training_hours
from kpeval.present import charts, sentences, tables
from kpeval.present.commentary import Comment, Said, evaluation_questions, recommendations
from kpeval.present.cover import cover, provenance
from kpeval.present.key_figures import key_figures
from kpeval.present.language import languages
from kpeval.privacy.disclosure import indicator_breakdown
from kpeval.privacy.meetings import meetings
from kpeval.privacy.reach import reach_change
from kpeval.privacy.training import training_bands, training_summary
from kpeval.project import Project, load

AS_OF, SINCE = "2023-12-31", "2022-12-31"


def rehearse() -> None:
    """Takes every measure of an invented project and makes all that a report shows, once in each language."""
    with TemporaryDirectory(prefix="kpeval-") as folder:
        (written,) = write_demo(Path(folder) / "data", 1, 1)
        project = load(written.name, written.parent).known(AS_OF)
    with catch_warnings():  # the filters stay as they are in a kernel that has not imported it
        import_module("scipy.optimize")  # a quarter of a second, for which a report that hides small counts would wait
    for lang in languages():
        for shown in (*_shown(project, lang), *_evidence(project, lang)):
            shown._repr_mimebundle_()


def _shown(project: Project, lang: str) -> list[Any]:
    owner, plan, moves = project.projects, project.finance_plan, project.transactions
    shares, sums = budget_shares(project.funding, owner), reconciliation(project.funding, owner)
    tracked = project.indicators, project.targets, project.measurements, owner
    fulfilment = indicator_fulfilment(*tracked, as_of=AS_OF)
    timeline = activity_timeline(project.activities, owner, as_of=AS_OF)
    outputs = output_delivery(project.outputs, as_of=AS_OF)
    money = drawdown(plan, moves, owner, as_of=AS_OF)
    curve = drawdown_curve(plan, moves, owner, as_of=AS_OF)
    progress = three_way(timeline, money, fulfilment)
    passed = project_period(owner, as_of=AS_OF)
    broken_down = indicator_breakdown(project, as_of=AS_OF)
    found = findings(project, as_of=AS_OF, lang=lang)
    moved = changes(project, since=SINCE, as_of=AS_OF, three_way=progress, findings=found)
    return [
        cover(project, passed, as_of=AS_OF, lang=lang),
        key_figures(sums, progress, fulfilment, found, drawdown=money, period=passed, lang=lang),
        sentences.main_points(sums, progress, fulfilment, timeline, found, lang=lang),
        charts.three_way(progress, as_of=AS_OF, lang=lang),
        charts.budget_shares(shares, sums, lang=lang),
        charts.drawdown(money, curve, as_of=AS_OF, lang=lang),
        charts.indicator_fulfilment(fulfilment, as_of=AS_OF, lang=lang),
        charts.indicator_course(indicator_course(*tracked, as_of=AS_OF), fulfilment, as_of=AS_OF, lang=lang),
        charts.activity_timeline(
            timeline, as_of=AS_OF, outputs=outputs, plans=project.plans, projects=owner, lang=lang
        ),
        tables.budget_shares(shares, sums, lang=lang),
        tables.indicator_fulfilment(fulfilment, lang=lang),
        sentences.indicator_breakdown(broken_down, lang=lang),
        tables.indicator_breakdown(broken_down, lang=lang),
        tables.activity_timeline(timeline, lang=lang),
        tables.overlaps(overlaps(project.activities), lang=lang),
        tables.findings(found, lang=lang),
        tables.changes(moved, lang=lang),
        sentences.changes(moved, lang=lang),
        Comment((Said("", "*words* of an evaluator"),), lang),
        evaluation_questions(project, as_of=AS_OF, lang=lang),
        recommendations(project, as_of=AS_OF, lang=lang),
        provenance(project, as_of=AS_OF, lang=lang),
    ]


def _evidence(project: Project, lang: str) -> list[Any]:
    """Who took part, and the community plan."""
    owner, trees = project.projects, (project.plan_measures, project.evaluations)
    costs = spending(project.budget_lines, project.transactions, owner, project.activities, as_of=AS_OF, by="activity")
    stages = money_stages(project.transactions, owner, as_of=AS_OF)
    hours = training_hours(project.people, project.events, project.attendance, owner, as_of=AS_OF)
    counted = persons_counted(hours, project.indicators, project.reported, owner, as_of=AS_OF)
    met = meetings(project, as_of=AS_OF)
    settled = comment_settlement(project.comment_procedures, project.comments, as_of=AS_OF)
    following = plan_continuity(project.plans, owner, as_of=AS_OF)
    steps = plan_steps(project.plans, project.comment_procedures, as_of=AS_OF)
    by_year = plan_fulfilment(*trees, as_of=AS_OF)
    covered = evaluation_coverage(project.plans, *trees, as_of=AS_OF)
    chain = plan_successions(project.plans, project.plan_measures, project.links, project.evaluations, as_of=AS_OF)
    named = group_coverage(project.target_groups, *trees, as_of=AS_OF)
    delivered = delivered_outputs(project.outputs, project.activities, as_of=AS_OF)
    documents = documents_counted(project.outputs, project.indicators, project.reported, as_of=AS_OF)
    return [
        sentences.spending(costs, lang=lang),
        sentences.money_stages(stages, lang=lang),
        sentences.training_summary(training_summary(project, as_of=AS_OF), lang=lang),
        charts.training_bands(training_bands(project, as_of=AS_OF), as_of=AS_OF, lang=lang),
        sentences.persons_counted(counted, lang=lang),
        sentences.delivered_outputs(delivered, lang=lang),
        sentences.documents_counted(documents, lang=lang),
        sentences.meetings(met, project.outputs, lang=lang),
        sentences.comment_settlement(settled, lang=lang),
        charts.comment_settlement(settled, as_of=AS_OF, lang=lang),
        sentences.reach_change(reach_change(project, as_of=AS_OF), lang=lang),
        sentences.plan_continuity(following, lang=lang),
        tables.plan_continuity(following, lang=lang),
        sentences.plan_steps(steps, lang=lang),
        sentences.plan_fulfilment(by_year, project.plans, lang=lang),
        charts.plan_fulfilment(by_year, plans=project.plans, as_of=AS_OF, lang=lang),
        sentences.evaluation_coverage(covered, lang=lang),
        sentences.plan_successions(chain, lang=lang),
        sentences.group_coverage(named, project.plans, lang=lang),
    ]
