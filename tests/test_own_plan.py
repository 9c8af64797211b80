"""The four tables of a community plan read the same however a spreadsheet saved them."""

import pytest

from kpeval.project import load
from kpeval.scaffold import new_project

TABLES = {
    "plans": """\
plan_id;title;period_start;period_end;predecessor;approved_on
KP1;1. komunitní plán;1.1.2019;31.12.2022;;13.12.2018
KP2;2. komunitní plán;1.1.2023;31.12.2026;KP1;8.12.2022
""",
    "plan_measures": """\
node_id;plan_id;parent_id;level;title;responsible;due;planned_cost
KP1-1;KP1;;cíl;Senioři zůstávají doma;;;
KP1-1.1;KP1;KP1-1;opatření;Pečovatelská služba o víkendech;odbor sociálních věcí;2021;1 200 000,00
KP2-1;KP2;;cíl;Senioři zůstávají doma;;;
KP2-1.1;KP2;KP2-1;opatření;Tísňová péče pro sto domácností;Pečovatelská služba;2025;400 000,00
""",
    "evaluations": """\
node_id;year;status;spent;comment;evaluated_on
KP1-1.1;2021;rozpracováno;350 000,00;Chybí dvě pečovatelky;10.3.2022
KP1-1.1;2022;průběžně plněno;810 000,00;;7.3.2023
""",
    "links": """\
from_node;to_node;relation;reason
KP1-1;KP2-1;carried_over;
KP1-1.1;;dropped;splněno, běží dál bez opatření
""",
}


def loaded(tmp_path, encoding, newline, declared=""):
    folder = new_project("nase-mesto", tmp_path)
    for table, text in TABLES.items():
        (folder / f"{table}.csv").write_text(text, encoding=encoding, newline=newline)
    toml = folder / "project.toml"
    toml.write_text(declared + toml.read_text(encoding="utf-8"), encoding="utf-8")
    return load("nase-mesto", tmp_path)


@pytest.mark.parametrize(
    ("encoding", "newline", "declared"),
    [
        ("utf-8", "\n", ""),
        ("utf-8-sig", "\r\n", ""),
        ("windows-1250", "\r\n", 'encoding = "windows-1250"\n'),
    ],
)
def test_the_tables_of_a_plan_are_read_as_they_were_meant(tmp_path, encoding, newline, declared):
    project = loaded(tmp_path, encoding, newline, declared)

    assert project.plans["approved_on"].dt.strftime("%Y-%m-%d").tolist() == ["2018-12-13", "2022-12-08"]
    assert project.plan_measures["planned_cost"].dropna().tolist() == [1_200_000, 400_000]
    assert project.plan_measures["due"].dropna().dt.strftime("%Y-%m-%d").tolist() == ["2021-12-31", "2025-12-31"]
    assert project.evaluations["status"].tolist() == ["rozpracováno", "průběžně plněno"]
    assert project.links["reason"].dropna().tolist() == ["splněno, běží dál bez opatření"]
    assert len(project.areas) == 0  # the tables that nobody touched keep their examples, which are not read
