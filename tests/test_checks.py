"""Each rule finds what it is for, and only that; findings are said beside the numbers and change none."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from test_groups import RULES as OF_GROUPS
from test_meetings_shown import RULES as OF_MEETINGS
from test_succession_checks import RULES as OF_SUCCESSION
from test_training_shown import RULES as OF_TRAINING

import kpeval as kp
from kpeval.checks import RULES, findings
from kpeval.codes import SEVERITIES
from kpeval.project import Project, load
from kpeval.results import FINDINGS
from kpeval.rules import programmes

DATA = Path(__file__).parents[1] / "data"
NBSP = "\u00a0"
# Nothing to be found in this project on 30 June 2019.
TOML = """\
title = "Projekt"
registration_number = "CZ.03.2.63/0.0/0.0/16_063/0000001"
programme = "Operační program Zaměstnanost"
currency = "CZK"
language = "cs"
total_cost = 1000.00
total_as_printed = "1 000,00 Kč"
start = "2019-01-01"
end = "2019-12-31"
"""
SOUND = {
    "funding": (
        "source,kind,group,declared_share,declared_amount,as_printed\nEU,eu,,0.85,850,850\nměsto,own,,0.15,150,150\n"
    ),
    "budget_lines": "line_id,amount,recorded_on\n1,400,\n2,600,\n",
    "finance_plan": "period_start,period_end,amount,recorded_on\n2019-01-01,2019-12-31,1000,\n",
    "transactions": "date,type,amount,recorded_on\n2019-03-01,expenditure,400,\n",
    "activities": (
        "activity_id,title,planned_start,planned_end,actual_start,actual_end,status,recorded_on\n"
        "KA1,Řízení,2019-01-01,2019-12-31,2019-01-02,,,\n"
        "KA2,Příprava,2019-01-01,2019-03-31,2019-01-01,2019-03-31,finished,\n"
    ),
    "outputs": (
        "output_id,activity_id,title,planned_quantity,due,delivered_quantity,delivered_on,recorded_on,evidence\n"
        "V1,KA2,Plán,1,2019-03-31,1,2019-03-30,,usnesení\n"
        "V2,KA1,Zpráva,1,2019-12-31,,,,\n"
    ),
    "goals": "goal_id,level,text,groups_named,recorded_on\nC1,general,Lepší plánování,senioři; rodiny,\n",
    "target_groups": (
        "group_id,label,canonical,estimated_size,lower_bound,recorded_on\n"
        "g1,Senioři,,100,,\n"
        "g2,Rodiny s dětmi,rodiny,,,\n"
    ),
    "indicators": (
        "indicator_id,code,name,unit,direction,accumulation,scale,baseline,recorded_on\n"
        "I1,60000,Účastníci,osob,increase,latest,,0,\n"
        "I2,,Spokojenost,%,increase,latest,,50,\n"
        "I3,,Čekání,dny,decrease,latest,,30,\n"
        "I4,,Úspěšnost,podíl,increase,ratio,,,\n"
    ),
    "targets": (
        "indicator_id,due,target,effective_on,recorded_on\n"
        "I1,2019-12-31,20,,\nI2,2019-12-31,80,,\nI3,2019-12-31,20,,\nI4,2019-12-31,0.8,,\n"
    ),
    "measurements": (
        "indicator_id,measured_on,actual,numerator,denominator,dimension,category,recorded_on\n"
        "I1,2019-03-31,5,,,,,\n"
        "I1,2019-06-30,10,,,,,\n"
        "I1,2019-06-30,6,,,pohlaví,ženy,\n"
        "I1,2019-06-30,4,,,pohlaví,muži,\n"
        "I2,2019-03-31,60,,,,,\n"
        "I2,2019-06-30,55,,,,,\n"
        "I3,2019-06-30,25,,,,,\n"
        "I4,2019-06-30,,7,10,,,\n"
    ),
    "self_assessment": "area,criterion,met,evidence,assessed_on\nLegitimita,Mandát,met,usnesení,2019-03-01\n",
    "plans": "plan_id,title,period_start,period_end,recorded_on\np1,1. plán,2019,2022,\n",
    "comment_procedures": (
        "procedure_id,plan_id,opened,closed,published_on,recorded_on\nR1,p1,2019-02-01,2019-02-14,2019-03-15,\n"
    ),
    "comments": (
        "comment_id,procedure_id,received_on,kind,settlement,settled_on,reason,recorded_on\n"
        "1,R1,2019-02-01,content,accepted,2019-02-20,,\n"
        "2,R1,2019-02-14,content,rejected,2019-02-20,Není v působnosti města.,\n"
    ),
    "reach": "channel,metric,period,value,baseline,group_id,recorded_on\nweb,návštěvy,2019-05,900,400,,\n",
    "plan_measures": (
        "node_id,plan_id,parent_id,level,title,due,planned_cost,recorded_on\n"
        "M1,p1,,opatření,Terénní práce,2022-12-31,1000,\n"
        "M2,p1,,opatření,Poradna,,,\n"
    ),
    "evaluations": (
        "node_id,year,status,spent,comment,evaluated_on,recorded_on\n"
        "M1,2019,rozpracováno,100,,2019-06-01,\n"
        "M2,2019,průběžně plněno,,,2019-06-01,\n"
    ),
    "status_words": "word,status\nhotovo,fulfilled\n",
}
WRITTEN = "!output_id,activity_id,title,planned_quantity,due,delivered_on,published_on,evidence,indicator_id\n"
APPROVED = "!plan_id,title,approved_on\np1,1. plán,"
AS_OF = "2019-06-30"
SAID = f"commentary/{AS_OF}.cs.md"

Make = Callable[..., Project]


@pytest.fixture
def project(tmp_path: Path) -> Make:
    """The sound project; rows are added to its tables, and lines of its description replaced."""

    def make(*, toml: str = "", without: str = "", commentary: str = "", **more: str) -> Project:
        folder = tmp_path / "p"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        changed = {line.split(" =")[0] for line in toml.splitlines() if "=" in line} | set(without.split())
        kept = [line for line in TOML.splitlines() if line.split(" =")[0] not in changed]
        (folder / "project.toml").write_text("\n".join([*kept, toml]), encoding="utf-8")
        for name, content in SOUND.items():
            if name not in without.split():
                added = more.get(name, "")
                text = added if added.startswith("!") else content + added
                (folder / f"{name}.csv").write_text(text.removeprefix("!"), encoding="utf-8")
        if commentary:
            (folder / "commentary").mkdir()
            (folder / "commentary" / f"{AS_OF}.cs.md").write_text(commentary, encoding="utf-8")
        return load("p", tmp_path)

    return make


def found(project: Project, as_of: str = AS_OF) -> pd.DataFrame:
    return findings(project, as_of=as_of)


def only(project: Project, as_of: str = AS_OF) -> pd.Series:
    """The one finding, its words with plain spaces."""
    rows = found(project, as_of)
    assert rows["rule"].tolist() == rows["rule"].tolist()[:1] != []
    return rows.iloc[0].replace({NBSP: " "}, regex=True)


def test_nothing_is_found_in_the_sound_project(project):
    assert found(project()).empty


# --- one rule after the other ---
# What is added to the sound project, and what is found: severity, rule, table, row as the spreadsheet counts, column.

BUDGETED = (
    "!activity_id,title,planned_start,planned_end,actual_start,actual_end,status,budget\n"
    "KA1,Řízení,2019-01-01,2019-12-31,2019-01-02,,,300\n"
    "KA2,Příprava,2019-01-01,2019-03-31,2019-01-01,2019-03-31,finished,600\n"
)
ONE_EACH = {
    "sources exceed the cost": (
        {"funding": "kraj,region,,,200,200\n"},
        ("error", "sources_do_not_reconcile", "funding", None, "declared_amount"),
    ),
    "sources do not cover the cost": (
        {"toml": "total_cost = 1200.00", "budget_lines": "3,200,\n",
         "funding": "!source,kind,declared_amount\nEU,eu,850\n"},
        ("error", "sources_do_not_reconcile", "funding", None, "declared_amount"),
    ),
    "a joint amount that cannot be split": (
        {
            "funding": "!source,kind,group,declared_share,declared_amount\nDotace,joint,g,,850\nEU,eu,g,,\n"
            "stát,state,g,,\nměsto,own,,,150\n"
        },
        ("warning", "joint_amount", "funding", 2, "declared_amount"),
    ),
    "a joint amount that was split": (
        {
            "funding": "!source,kind,group,declared_share,declared_amount\nměsto,own,,,150\nDotace,joint,g,,850\n"
            "EU,eu,g,0.80,\nstát,state,g,0.05,\n"
        },
        ("info", "joint_amount", "funding", 3, "declared_amount"),
    ),
    "a share that says another thing than its amount": (
        {"funding": "!source,kind,declared_share,declared_amount\nEU,eu,0.85,800\nměsto,own,,200\n"},
        ("warning", "share_differs", "funding", 2, "declared_share"),
    ),
    "budget lines that do not add up": (
        {"budget_lines": "3,50,\n"},
        ("warning", "budget_lines_differ", "budget_lines", None, "amount"),
    ),
    "more spent than there is": (
        {"transactions": "2019-05-01,expenditure,601,\n"},
        ("warning", "overspent", "transactions", None, "amount"),
    ),
    "less than nothing spent": (
        {"transactions": "2019-05-01,correction,-401,\n"},
        ("error", "spending_below_zero", "transactions", None, "amount"),
    ),
    "a line of which more is spent than it has": (
        {"transactions": "!date,type,amount,line_id\n2019-03-01,expenditure,450,1\n"},
        ("warning", "overspent_line", "budget_lines", 2, "line_id"),
    ),
    "an activity on which more is spent than it has": (
        {"activities": BUDGETED, "transactions": "!date,type,amount,activity_id\n2019-03-01,expenditure,350,KA1\n"},
        ("warning", "overspent_activity", "activities", 2, "activity_id"),
    ),
    "lines that add up to something else than the activity's budget": (
        {"activities": BUDGETED, "budget_lines": "!line_id,activity_id,amount\n1,KA1,400\n2,KA2,600\n"},
        ("warning", "activity_budget_differs", "activities", 2, "budget"),
    ),
    "more paid than approved": (
        {"transactions": "2019-04-01,claim,300,\n2019-05-01,approved,300,\n2019-06-01,paid,350,\n"},
        ("warning", "paid_over_approved", "transactions", None, "amount"),
    ),
    "more approved than claimed": (
        {"transactions": "2019-04-01,claim,300,\n2019-05-01,approved,350,\n"},
        ("warning", "approved_over_claimed", "transactions", None, "amount"),
    ),
    "more claimed than spent": (
        {"transactions": "2019-04-01,claim,450,\n"},
        ("warning", "claimed_over_spent", "transactions", None, "amount"),
    ),
    "spending that no claim covers after the end": (
        {"toml": 'end = "2019-06-29"', "without": "activities outputs", "transactions": "2019-04-01,claim,300,\n"},
        ("info", "unclaimed_after_end", "transactions", None, "amount"),
    ),
    "spending that names neither line nor activity, where other does": (
        {"transactions": "!date,type,amount,line_id\n2019-03-01,expenditure,100,1\n2019-03-02,expenditure,50,\n"},
        ("info", "spending_not_assigned", "transactions", 3, "line_id"),
    ),
    "a movement on another activity than that of its line": (
        {"budget_lines": "!line_id,activity_id,amount\n1,KA1,400\n2,KA2,600\n",
         "transactions": "!date,type,amount,line_id,activity_id\n2019-03-01,expenditure,100,1,KA2\n"},
        ("warning", "activity_contradicts_line", "transactions", 2, "activity_id"),
    ),
    "spending on an activity after it was cancelled": (
        {"activities": "KA3,Cesty,2019-01-01,2019-12-31,,,cancelled,2019-02-01\n",
         "transactions": "!date,type,amount,activity_id\n2019-03-01,expenditure,100,KA3\n"},
        ("warning", "spending_on_cancelled", "transactions", 2, "activity_id"),
    ),
    "spending before the start": (
        {"transactions": "2018-12-31,expenditure,50,\n"},
        ("warning", "spending_before_start", "transactions", 3, "date"),
    ),
    "spending after the end": (
        {"toml": 'end = "2019-05-31"', "without": "activities outputs",
         "transactions": "2019-06-01,expenditure,50,\n"},
        ("info", "spending_after_end", "transactions", 3, "date"),
    ),
    "more spent than the work would be worth": (
        {"activities": f"{BUDGETED}KA3,Závěr,2019-12-01,2019-12-31,,,,600\n",
         "transactions": "!date,type,amount,activity_id\n2019-03-01,expenditure,200,KA1\n"
         "2019-03-01,expenditure,300,KA2\n2019-03-01,expenditure,550,KA3\n",
         "toml": "total_cost = 1500.00", "budget_lines": "3,500,\n",
         "funding": "!source,kind,declared_amount\nEU,eu,1500\n"},
        ("warning", "cost_over_value", "activities", None, "budget"),
    ),
    "a ratio written in percent": (
        {"indicators": "I5,,Podíl,%,increase,ratio,,,\n", "targets": "I5,2019-12-31,80,,\n"},
        ("error", "ratio_in_percent", "targets", 6, "target"),
    ),
    "a direction that leads away from the target": (
        {"indicators": "I5,,Čekání,dny,increase,latest,,30,\n", "targets": "I5,2019-12-31,20,,\n"},
        ("error", "direction_contradicts", "indicators", 6, "direction"),
    ),
    "a value missing after its due day": (
        {"indicators": "I5,80500,Dokumenty,,increase,latest,,0,\n", "targets": "I5,2019-06-30,1,,\n"},
        ("warning", "missing_actual", "indicators", 6, "indicator_id"),
    ),
    "a cumulative value that falls": (
        {"measurements": "I1,2019-05-31,12,,,,,\n"},
        ("warning", "cumulative_falls", "measurements", 3, "actual"),
    ),
    "a negative part of a sum": (
        {"indicators": "I5,,Kurzy,,increase,sum,,0,\n", "targets": "I5,2019-12-31,9,,\n",
         "measurements": "I5,2019-05-31,-2,,,,,\n"},
        ("warning", "cumulative_falls", "measurements", 10, "actual"),
    ),
    "a target eased late": (
        {"targets": "I1,2019-07-31,20,,\nI1,2019-07-31,15,2019-06-01,\n"},
        ("warning", "target_lowered_late", "targets", 7, "target"),
    ),
    "a breakdown of more than there is": (
        {"measurements": "I1,2019-03-31,66,,,věk,do 25 let,\n"},
        ("warning", "breakdown_exceeds", "measurements", 10, "actual"),
    ),
    "an activity outside the project": (
        {"activities": "KA3,Závěr,2019-12-01,2020-01-31,,,,\n"},
        ("warning", "activity_outside_project", "activities", 4, "planned_start"),
    ),
    "an activity that should have started": (
        {"activities": "KA3,Závěr,2019-06-30,2019-12-31,,,,\n"},
        ("warning", "activity_without_record", "activities", None, "actual_start"),
    ),
    "an output that is due": (
        {"outputs": "V3,KA1,Web,1,2019-06-30,,,,\n"},
        ("warning", "output_without_record", "outputs", 4, "delivered_on"),
    ),
    "an output without a due day": (
        {"outputs": "V3,KA1,Web,1,,,,,\n"},
        ("info", "output_not_measurable", "outputs", 4, "due"),
    ),
    "an output without a quantity": (
        {"outputs": "V3,KA1,Web,,2019-12-31,,,,\n"},
        ("info", "output_not_measurable", "outputs", 4, "due"),
    ),
    "a value from before the start": (
        {"measurements": "I1,2018-12-31,1,,,,,\n"},
        ("warning", "value_before_start", "measurements", 10, "measured_on"),
    ),
    "a value from after the day": (
        {"measurements": "I1,2019-07-01,12,,,,,\n"},
        ("info", "value_after_as_of", "measurements", 10, "measured_on"),
    ),
    "a value that became known after the day": (
        {"measurements": "I1,2019-05-31,9,,,,,2019-07-01\n"},
        ("info", "value_after_as_of", "measurements", 10, "measured_on"),
    ),
    "a programme of another period": (
        {"toml": 'programme = "OP LZZ"\nregistration_number = "CZ.1.04/0001"'},
        ("warning", "programme_contradicts", "projects", None, "programme"),
    ),
    "a programme of another registration number": (
        {"toml": 'registration_number = "CZ.1.04/3.1.03/0001"'},
        ("warning", "programme_contradicts", "projects", None, "programme"),
    ),
    "a source of another programme": (
        {"funding": "!source,kind,declared_amount\nESF/OP LZZ,eu,850\nměsto,own,150\n"},
        ("warning", "programme_contradicts", "funding", 2, "source"),
    ),
    "a group that only the list has": (
        {"target_groups": "g3,Studenti,studenti,,,\n"},
        ("warning", "target_groups_differ", "goals", 2, "groups_named"),
    ),
    "a group that only a goal has": (
        {"goals": "C2,specific,x,senioři; rodiny; studenti,\n"},
        ("warning", "target_groups_differ", "goals", 3, "groups_named"),
    ),
    "a status without a day": (
        {"activities": "KA3,Závěr,2019-12-01,2019-12-31,,,not_started,\n"},
        ("warning", "status_without_day", "activities", 4, "status"),
    ),
    "a size that is a lower bound": (
        {"target_groups": "g3,Senioři,sólo senioři,200,ano,\n"},
        ("info", "lower_bound", "target_groups", 4, "lower_bound"),
    ),
    "a stated fact that is a lower bound": (
        {"toml": '[[stated]]\nlabel = "lidí"\nvalue = "200"\nlower_bound = true'},
        ("info", "lower_bound", "stated", None, "lower_bound"),
    ),
    "a period stated in months": (
        {"toml": 'start = "2019-01"'},
        ("info", "month_precision", "projects", None, "start"),
    ),
    "an activity planned in months": (
        {"activities": "KA3,Závěr,2019-12,2019-12,,,,\n"},
        ("info", "month_precision", "activities", 4, "planned_start"),
    ),
    "somebody's number in a text": (
        {"plans": "!plan_id,title,note\np1,1. plán,\np2,2. plán,volejte 601 111 111\n"},
        ("warning", "personal_data", "plans", 3, "note"),
    ),
    "a word for a state that nobody explained": (
        {"plan_measures": "M3,p1,,opatření,Nové,,,\n", "evaluations": "M3,2019,jakž takž,,,2019-06-01,\n"},
        ("error", "unknown_status_word", "evaluations", 4, "status"),
    ),
    "an evaluation of a year before the plan": (
        {"evaluations": "M1,2018,nenaplněno,,,2019-02-01,\n"},
        ("warning", "evaluated_outside_period", "evaluations", 4, "year"),
    ),
    "a year of which no evaluation is known": (
        {"plans": "p0,0. plán,2017,2017,\n", "plan_measures": "N1,p0,,opatření,Staré,,,\n"},
        ("warning", "year_not_evaluated", "plans", 3, "period_end"),
    ),
    "a measure that was never evaluated": (
        {"plan_measures": "M3,p1,,opatření,Nové,,,\n"},
        ("info", "never_evaluated", "plan_measures", 4, "node_id"),
    ),
    "a measure fulfilled and later not": (
        {
            "plans": "p0,0. plán,2017,2018,\n",
            "plan_measures": "N1,p0,,opatření,Staré,,,\n",
            "evaluations": "N1,2017,naplněno,,,2018-02-01,\nN1,2018,nenaplněno,,,2019-02-01,\n",
        },
        ("warning", "state_went_back", "evaluations", 4, "status"),
    ),
    "a goal fulfilled over an activity that is not": (
        {
            "plan_measures": "G1,p1,,cíl,Cíl,,,\nX1,p1,G1,aktivita,Akce,,,\n",
            "evaluations": "G1,2019,naplněno,,,2019-06-01,\nX1,2019,nenaplněno,,,2019-06-01,\n",
        },
        ("warning", "fulfilled_without_its_parts", "evaluations", 4, "status"),
    ),
    "a measure past its due day": (
        {
            "plan_measures": "M3,p1,,opatření,Po termínu,2019-05-31,,\n",
            "evaluations": "M3,2019,rozpracováno,,,2019-06-01,\n",
        },
        ("info", "measure_overdue", "plan_measures", 4, "due"),
    ),
    "more spent than planned": (
        {
            "plan_measures": "M3,p1,,opatření,Drahé,,50,\n",
            "evaluations": "M3,2019,rozpracováno,50.01,,2019-06-01,\n",
        },
        ("warning", "measure_over_cost", "plan_measures", 4, "planned_cost"),
    ),
    "a measure evaluated twice for a year": (
        {"evaluations": "M1,2019,naplněno,100,,2019-06-01,2019-06-15\n"},
        ("info", "evaluated_twice", "evaluations", 2, "year"),
    ),
    "a measure cancelled without a word": (
        {"plan_measures": "M3,p1,,opatření,Nové,,,\n", "evaluations": "M3,2019,zrušeno,,,2019-06-01,\n"},
        ("info", "cancelled_unexplained", "evaluations", 4, "comment"),
    ),
    "an assumption": (
        {"plans": "!plan_id,title,assumed\np1,1. plán,\np2,2. plán,ano\n"},
        ("info", "assumed", "plans", 3, "assumed"),
    ),
    "fewer than fourteen days to comment": (
        {"comment_procedures": "R2,p1,2019-06-01,2019-06-13,,\n"},
        ("warning", "window_too_short", "comment_procedures", 3, "closed"),
    ),
    "a comment that came too late": (
        {"comments": "3,R1,2019-02-15,formal,accepted,2019-03-01,,\n"},
        ("info", "comments_outside_window", "comments", 4, "received_on"),
    ),
    "a comment left open when the settlement was published": (
        {"comments": "3,R1,2019-02-10,content,open,,,\n"},
        ("warning", "unsettled_after_publication", "comments", 4, "settlement"),
    ),
    "a comment accepted in part without a reason": (
        {"comments": "3,R1,2019-02-10,content,partly,2019-02-20,,\n"},
        ("warning", "settled_without_reason", "comments", 4, "reason"),
    ),
    "a plan approved and its settlement not published": (
        {"plans": APPROVED + "2019-06-01\n",
         "comment_procedures": "!procedure_id,plan_id,opened,closed\nR1,p1,2019-02-01,2019-02-14\n"},
        ("warning", "settlement_not_published", "comment_procedures", 2, "published_on"),
    ),
    "a plan approved on the last day for comments": (
        {"plans": APPROVED + "2019-02-14\n"},
        ("warning", "approved_before_closing", "plans", 2, "approved_on"),
    ),
    "a delivery without evidence": (
        {"outputs": "V3,KA1,Web,1,2019-06-30,1,2019-06-30,,\n"},
        ("info", "output_without_evidence", "outputs", 4, "evidence"),
    ),
    "a document published before it was written": (
        {"outputs": WRITTEN + "V1,KA2,Plán,1,2019-03-31,2019-03-30,2019-03-29,usnesení,\n"},
        ("warning", "published_before_written", "outputs", 2, "published_on"),
    ),
    "a document published and never written": (
        {"outputs": WRITTEN + "V1,KA2,Plán,1,2019-12-31,,2019-03-29,usnesení,\n"},
        ("warning", "published_before_written", "outputs", 2, "published_on"),
    ),
    "fewer documents written and published than reported": (
        {"outputs": WRITTEN + "V1,KA2,Plán,1,2019-03-31,2019-03-30,,usnesení,I1\n"},
        ("warning", "documents_differ", "indicators", 2, "indicator_id"),
    ),
    "communication without the state before the project": (
        {"reach": "zpravodaj,výtisky,2019-05,5000,,,\n"},
        ("info", "reach_without_baseline", "reach", 3, "baseline"),
    ),
    "a criterion called met without evidence": (
        {"self_assessment": "5,Zveřejnění,met,,2019-03-01\n"},
        ("info", "met_without_evidence", "self_assessment", 3, "evidence"),
    ),
    "an area of the town's own": (
        {"self_assessment": "Radost,Úsměv,met,fotografie,2019-03-01\nRadost,Smích,partly,,2019-03-01\n"},
        ("info", "unknown_area", "self_assessment", 3, "area"),
    ),
    "a recommendation to nobody": (
        {"commentary": "# Doporučení\n\n- Doplnit údaje.\n  Do kdy: 2019-12-31\n  Priorita: nízká\n"},
        ("warning", "recommendation_incomplete", SAID, 3, "recommendations"),
    ),
    "a priority that is none": (
        {"commentary": "# Doporučení\n- Doplnit.\n  Komu: městu\n  Do kdy: 2019-12-31\n  Priorita: ihned\n"},
        ("warning", "recommendation_priority", SAID, 2, "recommendations"),
    ),
    "a deadline that is over": (
        {"commentary": "# Doporučení\n- Doplnit.\n  Komu: městu\n  Do kdy: květen 2019\n  Priorita: nízká\n"},
        ("warning", "recommendation_deadline", SAID, 2, "recommendations"),
    ),
    "a deadline in words": (
        {"commentary": "# Doporučení\n- Doplnit.\n  Komu: městu\n  Do kdy: průběžně\n  Priorita: nízká\n"},
        ("info", "recommendation_deadline", SAID, 2, "recommendations"),
    ),
    "a final report with a question that is open": (
        {
            "commentary": "# Relevance\nAno.\n# Účelnost\nAno.\n# Efektivnost\nAno.\n# Udržitelnost\n\n",
            "toml": '[report]\nstate = "final"',
        },
        ("warning", "questions_unanswered", SAID, None, "questions"),
    ),
    "a comment that is too long to be shown": (
        {"commentary": "# Shrnutí\n" + "slovo " * 1000},
        ("warning", "comment_too_long", SAID, 1, "summary"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ONE_EACH)
def test_a_rule_finds(case, project):
    more, expected = ONE_EACH[case]
    rows = found(project(**more))

    shown = [
        (row.severity, row.rule, row.table, None if pd.isna(row.row) else int(row.row), row.column)
        for row in rows.itertuples()
    ]
    assert shown == [expected]


def test_what_a_recommendation_lacks_is_named_in_the_first_case(project):
    rows = findings(project(commentary="# Doporučení\n- Doplnit údaje.\n"), as_of=AS_OF, lang="cs")

    assert rows["message"].tolist() == ["U\u00a0doporučení 1 chybí: adresát, termín a\u00a0priorita."]


def test_every_rule_has_a_case_and_says_what_it_is_for():
    said = Path(__file__).parents[1] / "kpeval" / "checks"
    names = set(re.findall(r'Finding\(\s*"\w+", "(\w+)"', "\n".join(path.read_text() for path in said.glob("*.py"))))

    elsewhere = OF_GROUPS | OF_MEETINGS | OF_SUCCESSION | OF_TRAINING
    assert names == {expected[1] for _, expected in ONE_EACH.values()} | elsewhere
    assert all(rule.__doc__ for rule in RULES)


# --- what is no finding ---


NOTHING = {
    "what the public says after the day": {
        "comment_procedures": "R2,p1,2019-07-01,2019-07-02,,\nR3,p1,2019-06-01,2019-06-02,,2019-07-01\n",
        "comments": "3,R1,2019-07-01,content,open,,,\n4,R1,2019-02-02,content,partly,2019-03-01,,2019-07-01\n",
        "reach": "zpravodaj,výtisky,2019-07,5000,,,\n",
    },
    "a plan approved on the day after the last one for comments": {"plans": APPROVED + "2019-02-15\n"},
    "a baseline that stands in one row of its series": {"reach": "web,návštěvy,2019-04,800,,,\n"},
    "as many documents as reported": {
        "outputs": WRITTEN + "V1,KA2,Plán,1,2019-03-31,2019-03-30,2019-04-02,usnesení,I9\n",
        "indicators": "I9,80500,Dokumenty,,increase,sum,,0,\n",
        "measurements": "I9,2019-04-02,1,,,,,\n",
        "targets": "I9,2019-12-31,1,,\n",
    },
    "measures in the town's own words, cancelled with a reason, on their due day, to the haléř": {
        "plan_measures": ("M3,p1,,opatření,A,2019-06-30,50,\nM4,p1,,opatření,B,,,\nM5,p1,,opatření,C,2019-05-31,,\n"),
        "evaluations": (
            "M3,2019,Rozpracováno,50,,2019-06-01,\nM4,2019,zrušeno,,Chybí peníze.,2019-06-01,\n"
            "M5,2019,HOTOVO,,,2019-06-01,\n"
        ),
    },
    "evaluations that are not known yet": {
        "evaluations": "M1,2019,naplněno,,,2019-06-01,2019-07-01\nM2,2024,co já vím,,,2019-07-01,\n"
    },
    "a plan that ended half a year ago, without an evaluation": {
        "plans": "p0,0. plán,2018,2018,\n",
        "plan_measures": "N1,p0,,opatření,Staré,,,\n",
    },
    "an assessment after the day, and one that was given its evidence": {
        "self_assessment": (
            "Radost,Úsměv,met,,2019-07-01\n5,Zveřejnění,met,,2019-03-01\nZapojování,Zveřejnění,met,web,2019-04-01\n"
        )
    },
    "a recommendation that says all": {
        "commentary": "# Doporučení\n- Doplnit.\n  Komu: městu\n  Do kdy: 30. 6. 2019\n  Priorita: **nízká**\n"
    },
    "a draft with questions that are open": {"commentary": "# Shrnutí\nAno.\n", "toml": '[report]\nstate = "draft"'},
    "within the printed precision": {"toml": 'total_cost = 1000.01\ntotal_as_printed = "1 000,01 Kč"'},
    "a programme of its own period": {
        "toml": 'programme = "Operační program Zaměstnanost plus"\nstart = "2022-01-01"\nend = "2022-12-31"',
        "without": "activities outputs measurements transactions",
    },
    "a programme kpeval does not know": {"toml": 'programme = "Norské fondy"'},
    "no period, number and programme": {"without": "start end registration_number programme"},
    "no indicators": {"without": "indicators targets measurements"},
    "all of the budget is spent, no more": {"transactions": "2019-06-01,expenditure,600,\n"},
    "nothing is spent, not less": {"transactions": "2019-06-01,refund,400,\n"},
    "targets raised, eased in time or later, a fall made harder": {
        "targets": (
            "I1,2019-07-31,15,,\nI1,2019-07-31,20,2019-06-01,\n"
            "I1,2019-10-01,20,,\nI1,2019-10-01,15,2019-06-01,\n"
            "I1,2019-12-31,15,2019-10-01,\n"
            "I3,2019-07-31,20,,\nI3,2019-07-31,15,2019-06-01,\n"
        )
    },
    "values that stand still, or are to fall": {
        "measurements": "I1,2019-06-01,9,,,,,\nI1,2019-06-15,9,,,,,\nI3,2019-06-01,28,,,,,\n"
    },
    "an evaluation without a day, of a year that has not ended": {"evaluations": "M1,2020,jakž takž,,,,\n"},
    "activities and outputs not yet due, or cancelled": {
        "activities": (
            "KA3,Závěr,2019-07-01,2019-12-31,,,,\nKA4,Zrušená,2019-01-01,2019-12-31,,,cancelled,2019-02-01\n"
        ),
        "outputs": "V3,KA1,Web,1,2019-07-01,,,,\n",
    },
    "groups named by their other name, a plan in years": {
        "goals": "C2,specific,x,Rodiny s dětmi; SENIOŘI,\n",
        "plans": "p2,2. plán,2023,,\n",
    },
}


@pytest.mark.parametrize("case", NOTHING)
def test_a_rule_does_not_find(case, project):
    assert found(project(**NOTHING[case]))["message"].tolist() == []


def test_a_rate_may_fall_whatever_its_unit_is_called(project):
    more = "I5,,Spokojenost,procent,increase,latest,,0,\n"
    values = "I5,2019-03-31,60,,,,,\nI5,2019-06-30,55,,,,,\n"

    assert found(project(indicators=more, measurements=values, targets="I5,2019-12-31,80,,\n")).empty


def test_the_parts_of_a_rate_need_not_add_up(project):
    parts = "I2,2019-06-30,60,,,pohlaví,ženy,\nI2,2019-06-30,50,,,pohlaví,muži,\n"

    assert found(project(measurements=parts)).empty


def test_a_breakdown_may_leave_some_out(project):
    """The rules of the ESF want it: who has an incomplete record counts in the total alone."""
    parts = "I1,2019-03-31,3,,,pohlaví,ženy,\nI1,2019-03-31,,,,pohlaví,muži,\n"

    assert found(project(measurements=parts)).empty


def test_what_is_found_in_a_breakdown_quotes_no_number_of_it(project):
    parts = "I1,2019-03-31,63,,,věk,do 25 let,\nI1,2019-03-31,2,,,věk,nad 25 let,\n"
    told = only(project(measurements=parts))

    assert told["message"] == "Indicator 60000 Účastníci: the breakdown by “věk” adds up to more than the value itself."
    assert re.findall(r"\d+", told["message"] + told["remedy"]) == ["60000"]


def test_a_value_reported_again_for_its_day_is_a_correction_not_a_fall(project):
    assert found(project(measurements="I1,2019-03-31,4,,,,,2019-04-10\n")).empty


# --- words ---


def test_a_surplus_is_told_with_coverage_and_difference(project):
    told = only(project(funding='kraj,region,,,40.50,"40,50"\n'))

    assert told["message"].startswith(
        "The sources add up to 104.1% of the cost: CZK 1,040.50 against CZK 1,000.00, a surplus of CZK 40.50."
    )
    assert told["remedy"] == "Compare with the grant decision and the final accounts; no share was rescaled."


def test_a_shortfall_is_told_as_what_is_missing(project):
    told = only(project(**ONE_EACH["sources do not cover the cost"][0]))

    assert "CZK 850.00 against CZK 1,200.00, CZK 350.00 is missing." in told["message"]


def test_a_share_and_an_amount_that_differ_are_told_with_figures_that_differ(project):
    told = only(project(funding="!source,kind,declared_share,declared_amount\nEU,eu,0.85,860.30\nměsto,own,,139.70\n"))
    stated, computed = re.findall(r"[\d.]+%", told["message"])

    assert stated != computed


def test_a_size_that_is_not_stated_is_no_number_in_a_sentence(project):
    told = found(project(target_groups="g3,senioři,rodiny,,ano,\n"))

    assert not told["message"].str.contains("<NA>|nan|None").any()


def test_an_indicator_is_named_as_the_documents_name_it_in_every_finding(project):
    rows = found(project(measurements="I1,2019-05-31,12,,,,,\nI1,2018-12-31,1,,,,,\nI1,2019-03-31,99,,,x,y,\n"))

    assert sorted(rows["rule"]) == ["breakdown_exceeds", "cumulative_falls", "value_before_start"]
    assert rows["message"].str.contains("60000 Účastníci", regex=False).all()


@pytest.mark.parametrize(("start", "unit"), [("2019", "year"), ("1. pololetí 2019", "half")])
def test_a_period_stated_in_years_is_not_called_one_in_months(project, start, unit):
    told = only(project(toml=f'start = "{start}"'))

    assert "stated in months" not in told["message"]


# --- the seeds ---


@pytest.mark.parametrize("day", ["2006-12-31", "2007-06-30"])
def test_the_first_finding_on_usti_is_its_surplus_with_both_hypotheses_and_no_repair(day):
    rows = found(load("usti", DATA), day).replace({NBSP: " "}, regex=True)

    first = rows.iloc[0]
    assert (first["severity"], first["rule"]) == ("error", "sources_do_not_reconcile")
    assert first["message"].startswith(
        "The sources add up to 104.0% of the cost: CZK 2,731,608 against CZK 2,626,545, a surplus of CZK 105,063. "
        "Hypotheses, not repairs: "
    )
    assert "“Dotace (ESF + SR)” as the cost minus the other sources would be CZK 2,311,359, 88.00%" in first["message"]
    assert "“Spoluúčast města” as the cost minus the other sources would be CZK 210,123, 8.00%" in first["message"]
    said = " ".join(rows["message"])
    assert "88.5" not in said  # the share of the sum of sources, rescaled to 100 %
    assert "11.5" not in said
    assert (
        rows["rule"].tolist()[1:] == ["joint_amount", "target_groups_differ", "month_precision"] + ["groups_alike"] * 2
    )


def test_the_finding_on_the_groups_of_usti_names_those_that_differ():
    rows = found(load("usti", DATA), "2007-06-30").set_index("rule")

    assert rows.loc["target_groups_differ", "message"] == (
        "The goal names 8 target groups, the list has 10. Only in the list: dlouhodobě nezaměstnaní; nezaměstnaní. "
        "Only in the goal: nothing. Taken for the same: etnické skupiny – etnické menšiny."
    )
    assert rows.loc["target_groups_differ", "row"] == 7


OSTRAVA = ["activity_without_record", "programme_contradicts", "joint_amount", "output_not_measurable", "lower_bound"]


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        ("2018-06-30", OSTRAVA),
        ("2018-12-31", OSTRAVA),
        ("2019-10-30", OSTRAVA),
        ("2019-10-31", ["missing_actual", "missing_actual", *OSTRAVA]),
    ],
)
def test_ostrava_has_these_findings_and_no_error(day, rules):
    rows = found(load("ostrava", DATA), day)

    assert rows["rule"].tolist() == rules
    assert "error" not in set(rows["severity"])


def test_ostrava_names_a_programme_of_another_period():
    rows = found(load("ostrava", DATA), "2019-10-31").set_index("rule")

    assert rows.loc["programme_contradicts", "message"].replace(NBSP, " ") == (
        "“ESF/OP LZZ” names OP LZZ (2007–2013), but the stated programme "
        "is “Operační program Zaměstnanost”, the project starts on 1 Nov 2017 and the registration number is "
        "CZ.03.2.63/0.0/0.0/16_063/0006590."
    )


def test_the_indicators_of_ostrava_are_missing_not_zero_after_their_due_day():
    rows = found(load("ostrava", DATA), "2019-10-31")
    missing = rows[rows["rule"] == "missing_actual"]

    assert missing["row"].tolist() == [2, 3]
    assert missing["message"].str.contains("no achieved value is known").all()
    assert missing["remedy"].str.contains("missing, not zero").all()


# --- form, order, time ---


@pytest.mark.parametrize("name", ["ostrava", "usti", "demo"])
def test_findings_have_their_columns_and_types_and_stand_worst_first(name):
    rows = found(load(name, DATA), "2023-12-31")

    assert rows.columns.tolist() == FINDINGS.names
    assert {column.name: str(rows[column.name].dtype) for column in FINDINGS.columns} == {
        column.name: column.dtype for column in FINDINGS.columns
    }
    rank = rows["severity"].map({severity: place for place, severity in enumerate(SEVERITIES)})
    assert rank.is_monotonic_increasing
    assert rows[["project_id", "rule", "table", "message", "remedy"]].notna().all(axis=None)
    assert (rows["message"].str.len() > 20).all()
    assert rows["message"].str.endswith(".").all()


def test_no_findings_are_an_empty_table_with_its_columns_and_types(project):
    rows = found(project())

    assert rows.columns.tolist() == FINDINGS.names
    assert str(rows["row"].dtype) == "Int64"


def test_a_row_is_that_of_the_spreadsheet_blank_lines_included(project):
    rows = found(project(measurements="\n\nI1,2019-05-31,12,,,,,\n,,,,,,,\nI1,2018-12-31,1,,,,,\n"))

    assert dict(zip(rows["rule"], rows["row"], strict=True)) == {"cumulative_falls": 3, "value_before_start": 14}


def test_the_day_may_come_as_text_date_or_timestamp():
    usti = load("usti", DATA)

    for day in (date(2007, 6, 30), pd.Timestamp("2007-06-30 12:00"), "30. 6. 2007"):
        pd.testing.assert_frame_equal(findings(usti, as_of=day), findings(usti, as_of="2007-06-30"))


def test_an_unknown_language_or_day_is_refused(project):
    with pytest.raises(ValueError, match="no language 'xx'"):
        findings(project(), as_of=AS_OF, lang="xx")
    with pytest.raises(ValueError, match="is a year, not a day"):
        findings(project(), as_of="2019")


def test_looking_changes_nothing_and_finds_the_same_twice():
    project = load("demo", DATA)
    before = {name: table.copy(deep=True) for name, table in project.tables.items()}

    one, other = found(project, "2023-12-31"), found(project, "2023-12-31")

    pd.testing.assert_frame_equal(one, other)
    for name, table in before.items():
        pd.testing.assert_frame_equal(project.tables[name], table)


ROWS_NAMED = {"person_twice", "two_events_at_once", "attendance_longer_than_event"}


def test_the_order_of_rows_does_not_matter(tmp_path):
    for name in ("demo", "ostrava", "usti"):
        shutil.copytree(DATA / name, tmp_path / name)
        for path in (tmp_path / name).glob("*.csv"):
            heading, *rows = path.read_text(encoding="utf-8").splitlines()  # none of them has a newline inside a cell
            path.write_text("\n".join([heading, *reversed(rows), ""]), encoding="utf-8")
        columns = ["severity", "rule", "table", "column", "message", "remedy"]
        one, other = (found(load(name, data), "2023-12-31")[columns] for data in (DATA, tmp_path))
        for rows in (one, other):
            rows.loc[rows["rule"].isin(ROWS_NAMED), "message"] = "names rows, which stand elsewhere here"

        # names in a list may stand in the order of the rows, and rows that a message names have other numbers
        said = lambda cell: re.sub(r"\d+", "", cell) if re.search(r"\brows?\b", cell) else cell  # noqa: E731
        words = lambda rows, said=said: sorted(  # noqa: E731
            tuple(" ".join(sorted(re.split(r"[ ,;.:]+", said(str(cell))))) for cell in row) for row in rows.to_numpy()
        )
        assert words(one) == words(other), name


FUTURE = {
    "measurements": "I1,2019-07-01,3,,,,,\nI1,2019-05-01,1,,,,,2019-07-01\nI1,2018-05-01,99,,,x,y,2019-07-01\n",
    "targets": "I1,2019-06-30,5,,2019-07-01\nI1,2019-12-31,5,2019-07-01,\n",
    "transactions": "2019-07-01,expenditure,5000,\n2019-05-01,expenditure,5000,2019-07-01\n",
    "finance_plan": "2019-02-01,2019-03-31,5000,2019-07-01\n",
    "indicators": "I5,,Nový,,increase,latest,,0,2019-07-01\n",
    "budget_lines": "3,5000,2019-07-01\n",
    "target_groups": "g3,Studenti,,50,ano,2019-07-01\n",
    "goals": "C2,general,x,studenti,2019-07-01\n",
    "plan_measures": "M9,p1,,opatření,Nové,2019-01-01,1,2019-07-01\n",
    "evaluations": "M1,2020,cosi,,,2019-07-01,\nM1,2018,naplněno,,,2019-05-01,2019-07-01\n",
}


@pytest.mark.parametrize("table", FUTURE)
def test_what_became_known_after_the_day_enters_only_the_finding_that_counts_it(table, project):
    rows = found(project(**{table: FUTURE[table]}))

    assert set(rows["rule"]) <= {"value_after_as_of"}


def test_values_left_out_are_counted(project):
    assert only(project(measurements=FUTURE["measurements"].splitlines()[0] + "\n"))["message"] == (
        "1 value became known only after 30 Jun 2019 and is left out."
    )


def test_an_actual_end_after_the_day_is_not_known(project):
    rows = found(project(activities="KA3,Nová,2019-02-01,2019-03-01,2019-07-01,2019-08-01,,\n"))

    assert rows["rule"].tolist() == ["activity_without_record"]


# --- rules as data ---


def test_programmes_are_periods_that_do_not_contradict_themselves_each_with_its_source():
    known = programmes()

    assert len({programme.programme for programme in known}) == len(known) > 0
    for programme in known:
        assert programme.eligible_from < programme.eligible_to
        assert programme.period[:4] == str(programme.eligible_from.year)
        assert programme.source
        assert re.search(programme.names, programme.programme)


@pytest.mark.parametrize(
    ("printed", "programme"),
    [
        ("OPZ", "OPZ"),
        ("Operační program Zaměstnanost", "OPZ"),
        ("OPZ+", "OPZ+"),
        ("OPZ plus", "OPZ+"),
        ("Operační program Zaměstnanost plus", "OPZ+"),
        ("ESF/OP LZZ (85%)", "OP LZZ"),
        ("OP Lidské zdroje a zaměstnanost", "OP LZZ"),
        ("SROP 3.2", "SROP"),
    ],
)
def test_one_programme_answers_to_a_name(printed, programme):
    answers = [known.programme for known in programmes() if re.search(rf"(?<!\w)(?:{known.names})(?!\w)", printed)]

    assert answers == [programme]


def measured(project, day):
    """What a notebook has before it asks for findings."""
    facts = project.known(day)
    return {
        "shares": kp.budget_shares(facts.funding, facts.projects),
        "reconciliation": kp.reconciliation(facts.funding, facts.projects),
        "fulfilment": kp.indicator_fulfilment(
            facts.indicators, facts.targets, facts.measurements, facts.projects, as_of=day
        ),
        "timeline": kp.activity_timeline(facts.activities, facts.projects, as_of=day),
        "outputs": kp.output_delivery(facts.outputs, as_of=day),
        "drawdown": kp.drawdown(facts.finance_plan, facts.transactions, facts.projects, as_of=day),
    }


@pytest.mark.parametrize("lang", ["cs", "en"])
@pytest.mark.parametrize(
    ("name", "day"), [("demo", "2022-12-31"), ("demo", "2020-01-01"), ("ostrava", "2019-10-31"), ("usti", "2007-06-30")]
)
def test_measures_that_are_handed_in_change_no_finding(name, day, lang):
    project = kp.load(name, DATA)

    found = kp.findings(project.known(day), as_of=day, lang=lang, **measured(project, day))

    assert_frame_equal(found, kp.findings(project, as_of=day, lang=lang))


def test_a_measure_of_another_project_is_refused():
    other = measured(kp.load("usti", DATA), "2007-06-30")["timeline"].assign(project_id="usti")
    shares = measured(kp.load("usti", DATA), "2007-06-30")["shares"]

    with pytest.raises(ValueError, match="another project than 'ostrava'"):
        kp.findings(kp.load("ostrava", DATA), as_of="2019-10-31", shares=shares, timeline=other)
