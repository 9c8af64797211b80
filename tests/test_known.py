"""A report of a day knows nothing that was recorded later, in any table."""

from __future__ import annotations

import pytest

import kpeval as kp
from kpeval.checks import findings
from kpeval.measures.budget import reconciliation

DAY = "2018-06-30"
TOML = 'title = "Projekt"\ncurrency = "CZK"\nlanguage = "cs"\ntotal_cost = 1000\nstart = "2018-01"\nend = "2018-12"\n'
LATER = {
    "funding": "Nadace,private,99,2019-09-01",
    "budget_lines": "L9,,5,2019-09-01",
    "goals": "C9,,pozdní cíl,2019-09-01",
    "target_groups": "g9,pozdní skupina,,2019-09-01",
    "areas": "IX,pozdní oblast,,2019-09-01",
    "plans": "kp9,pozdní plán,,2019-09-01",
}
TABLES = {
    "funding": "source,kind,declared_amount,recorded_on\nEU,eu,1000,\n",
    "budget_lines": "line_id,chapter,amount,recorded_on\nL1,,1000,\n",
    "goals": "goal_id,level,text,recorded_on\nC1,,cíl,\n",
    "target_groups": "group_id,label,note,recorded_on\ng1,senioři,,\n",
    "areas": "area_id,label,note,recorded_on\nI,senioři,,\n",
    "plans": "plan_id,title,note,recorded_on\nkp1,plán,,\n",
}


def project(folder, late: str | None = None) -> kp.Project:
    home = folder / ("with" if late else "without") / "p"
    home.mkdir(parents=True)
    (home / "project.toml").write_text(TOML, encoding="utf-8")
    for table, text in TABLES.items():
        added = LATER[table] + "\n" if table == late else ""
        (home / f"{table}.csv").write_text(text + added, encoding="utf-8")
    return kp.load("p", home.parent)


@pytest.mark.parametrize("table", LATER)
def test_a_row_recorded_later_is_not_there_on_the_day(tmp_path, table):
    later = project(tmp_path, table)

    assert len(getattr(later, table)) == 2
    assert len(getattr(later.known(DAY), table)) == 1


@pytest.mark.parametrize("table", LATER)
def test_a_row_recorded_later_brings_no_finding_on_the_day(tmp_path, table):
    assert findings(project(tmp_path, table), as_of=DAY).equals(findings(project(tmp_path), as_of=DAY))


def test_a_source_recorded_later_moves_no_money_on_the_day(tmp_path):
    known = project(tmp_path, "funding").known(DAY)

    assert reconciliation(known.funding, known.projects)["state"].tolist() == ["reconciled"]


def test_on_the_day_it_was_recorded_a_row_is_known(tmp_path):
    assert len(project(tmp_path, "funding").known("2019-09-01").funding) == 2
