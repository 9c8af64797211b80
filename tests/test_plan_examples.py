"""Each row of the worked examples of the community plan is a test; worked_examples/README.md says how to read a row."""

import re
from collections.abc import Iterator, Mapping

import pandas as pd
from test_worked_examples import Row, examples, frame, hold, number, parts

from kpeval.measures.plan import measure_states, plan_fulfilment
from kpeval.measures.plan_record import evaluation_coverage, measure_money

NODE = re.compile(
    r"(\w+)/([\w.-]+): (\w+)(?: in ([\w.]+))?(?: area (\w+))?(?: groups ([\w+]+))?(?: by (\w+))?(?: from ([\d-]+))?"
    r"(?: recorded ([\d-]+))?"
)
SAID = re.compile(
    r"([\w.-]+) (\d+)(?: (?!on |recorded |spent )([^\d;]+?))?(?: on ([\d-]+))?(?: recorded ([\d-]+))?"
    r"(?: spent ([\d.]+))?"
)
STATE = re.compile(r"(\w+) (\d+)/(\d+|-)(?: (\d+)%)?")
YEAR = re.compile(r"(\d+): (\d+)/(\d+)(?: last ([\d-]+) after (-?[\d.]+))? (\w+)")


def several(name: str) -> Iterator[str]:
    """M1-3 is M1, M2 and M3."""
    found = re.fullmatch(r"(\D+)(\d+)-(\d+)", name)
    if not found:
        return iter([name])
    return (f"{found[1]}{place}" for place in range(int(found[2]), int(found[3]) + 1))


def nodes(row: Mapping[str, str]) -> pd.DataFrame:
    entries = [
        (plan, one, level, parent, area, groups.replace("+", "; "), body, begins, known)
        for plan, name, level, parent, area, groups, body, begins, known in parts(row["plan_measures"], NODE)
        for one in several(name)
    ]
    return frame("plan_id node_id level parent_id area_id group_id responsible starts recorded_on", entries)


def evaluations(row: Mapping[str, str]) -> pd.DataFrame:
    entries = [
        (one, int(year), word, day, known, number(spent))
        for name, year, word, day, known, spent in parts(row["evaluations"], SAID)
        for one in several(name)
    ]
    return frame("node_id year status evaluated_on recorded_on spent", entries)


@examples("plan_fulfilment")
def test_plan_fulfilment(row: Row) -> None:
    result = plan_fulfilment(nodes(row), evaluations(row), as_of=row["as_of"], by=row["by"])
    wanted = [block.split(": ") for block in row["expected: rows"].split("; ") if block]
    blocks = result.groupby(["plan_id", "level", "category"], dropna=False, sort=False)
    assert [" ".join("-" if pd.isna(part) else part for part in key) for key, _ in blocks] == [
        head for head, _ in wanted
    ]
    totals = row["expected: rounding"].split("; ") if row["expected: rounding"] else [""] * len(wanted)
    for (_, block), (head, cells), rounding in zip(blocks, wanted, totals, strict=True):
        found = block.set_index("status")
        states = STATE.findall(cells)
        counts = {state: int(count) for state, count, _, _ in states}
        assert found["measures"][found["measures"] > 0].to_dict() == counts, head
        for state, count, evaluable, percent in states:
            line = found.loc[state]
            assert line["share_of_all"] == int(count) / sum(counts.values())
            if evaluable == "-":
                assert pd.isna(line["share_of_evaluable"])
                assert pd.isna(line["percent_shown"])
            else:
                assert line["share_of_evaluable"] == int(count) / int(evaluable)
                assert line["percent_shown"] == int(percent)
        assert found["rounding"].isna().all() if rounding == "" else (found["rounding"] == int(rounding)).all()


@examples("evaluation_coverage")
def test_evaluation_coverage(row: Row) -> None:
    name, _, period = row["plan"].partition(" ")
    begin, _, end = period.partition("to")
    plans = frame("plan_id period_start period_end", [(name, begin.strip(), end.strip())])
    result = evaluation_coverage(plans, nodes(row), evaluations(row), as_of=row["as_of"])
    told = [
        (
            str(line.year),
            str(line.evaluated),
            str(line.to_evaluate),
            "" if pd.isna(line.evaluated_on) else f"{line.evaluated_on:%Y-%m-%d}",
            "" if pd.isna(line.days_after_year) else f"{line.days_after_year:g}",
            line.state,
        )
        for line in result.itertuples()
    ]
    assert told == parts(row["expected: rows"], YEAR)
    for line in result.itertuples():
        share = line.evaluated / line.to_evaluate if line.to_evaluate else None
        assert pd.isna(line.coverage) if share is None else line.coverage == share


@examples("measure_states")
def test_measure_states(row: Row) -> None:
    result = measure_states(nodes(row), evaluations(row), as_of=row["as_of"])
    told = [
        f"{line.place} {line.node_id} {line.depth} {line.year} {'-' if pd.isna(line.state) else line.state}"
        for line in result.itertuples()
    ]
    assert told == [cell for cell in row["expected: rows"].split("; ") if cell]


@examples("measure_money")
def test_measure_money(row: Row) -> None:
    node = frame("plan_id node_id level", [("A", "M1", "opatření")]).assign(planned_cost=number(row["planned_cost"]))
    result = measure_money(node, evaluations(row), as_of=row["as_of"])
    hold(result, row, exact=("expected: spent",))
