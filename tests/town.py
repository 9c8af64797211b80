"""An invented town's plan: priorities, goals under them, measures under those, and how each was evaluated each year."""

from collections.abc import Sequence

import pandas as pd

FIRST = 2019
PLANS = pd.DataFrame(
    {"project_id": "p", "plan_id": ["K3"], "title": ["3rd plan"], "period_start": "2019-01-01", "period_end": "2022"}
)
# The course of a measure over four years; a blank is a year without an evaluation.
COURSES = (
    ("rozpracováno", "rozpracováno", "naplněno", "naplněno"),
    ("rozpracováno", "naplněno", "naplněno", "naplněno"),
    ("průběžně plněno", "průběžně plněno", "průběžně plněno", "průběžně plněno"),
    ("nenaplněno", "rozpracováno", "rozpracováno", "naplněno"),
    ("rozpracováno", "rozpracováno", "částečně splněno", "částečně splněno"),
    ("nenaplněno", "nenaplněno", "nenaplněno", "nenaplněno"),
    ("rozpracováno", "odloženo", "odloženo", "zrušeno"),
    ("", "", "rozpracováno", "rozpracováno"),
    ("zatím nehodnoceno", "rozpracováno", "", "naplněno"),
)


def plan(areas: int = 9, goals: int = 3, measures: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The nodes and the evaluations of a plan with so many areas, goals in each and measures in each goal."""
    nodes: list[tuple[object, ...]] = []
    said: list[tuple[object, ...]] = []
    for area in range(1, areas + 1):
        nodes.append((f"P{area}", None, "priorita", f"Priority {area}", f"A{area}"))
        for goal in range(1, goals + 1):
            nodes.append((f"P{area}.{goal}", f"P{area}", "cíl", f"Goal {area}.{goal}", f"A{area}"))
            for measure in range(1, measures + 1):
                name = f"P{area}.{goal}.{measure}"
                nodes.append((name, f"P{area}.{goal}", "opatření", f"Measure {name}", f"A{area}"))
                said += evaluated(name, COURSES[len(said) * 7 % 11 % len(COURSES)])
    names = ["node_id", "parent_id", "level", "title", "area_id"]
    tree = pd.DataFrame(nodes, columns=names).assign(project_id="p", plan_id="K3")
    return tree, pd.DataFrame(said, columns=["node_id", "year", "status"]).assign(project_id="p")


def evaluated(node: str, course: Sequence[str]) -> list[tuple[object, ...]]:
    return [(node, FIRST + place, word) for place, word in enumerate(course) if word]
