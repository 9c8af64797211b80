"""Imports point down, nothing but the command line asks the clock or prints, and no module outgrows its page."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kpeval"
MODULES = sorted(PACKAGE.rglob("*.py"))
ABOVE_ALL = {"cli", "__main__"}

# What each part of the house may import from the others; the longest prefix that fits counts.
FACTS = {"columns", "schema", "czech", "faults"}
ALLOWED = {
    "czech": set(),
    "faults": set(),
    "folders": {"faults"},
    "rules": set(),
    "training_rules": {"faults", "folders", "rules"},
    "training": {"rows", "schema", "values"},
    "evidence": {"columns", "rows", "schema", "training", "training_rules", "values"},
    "timespan": {"czech"},
    "columns": set(),
    "personal": set(),
    "rows": set(),
    "percents": set(),
    "trees": {"rows"},
    "plans": {"faults", "rows", "rules", "schema", "trees"},
    "evaluated": {"columns", "faults", "rows", "rules", "schema", "timespan", "trees", "values"},
    "breaches": {"columns", "faults", "rows"},
    "values": {"breaches", "columns", "czech", "faults", "rows", "timespan"},
    "schema": {"columns", "schema"},
    "accumulation": {"faults", "rows", "schema", "values"},
    "targets": {"accumulation", "rows", "schema", "timespan", "values"},
    "movements": {"results", "rows", "schema", "timespan", "values"},
    "codes": set(),
    "deliveries": {"rows"},
    "results": {"codes", "columns", "results", "schema"},
    "shapes": {"columns", "rows"},
    "succession": {"codes", "rows", "schema", "trees", "values"},
    "reading": FACTS | {"folders"},
    "privacy": {"measures", "privacy", "project", "results", "timespan"},
    "privacy.training": {"columns", "evidence", "measures", "privacy", "project", "results", "timespan", "training"},
    "privacy.rules": {"faults", "folders"},
    "privacy.suppression": set(),
    "privacy.audit": set(),  # it knows nothing but what a reader sees
    "description": FACTS | {"folders", "privacy.rules", "reading", "training_rules", "values"},
    "evaluator": {"czech", "faults", "folders"},
    "project": FACTS
    | {"reading", "description", "evaluator", "evidence", "folders", "plans", "timespan", "training_rules", "values"},
    "counted": {"results", "schema"},
    "measures.assessment": {"results", "rows", "rules", "schema", "shapes", "timespan", "values"},
    "measures": {
        *("accumulation", "codes", "counted", "czech", "deliveries", "evaluated", "evidence", "movements"),
        *("percents", "results", "rows", "schema", "shapes", "succession", "targets", "timespan"),
        *("training", "trees", "values"),
        "rules",
    },
    "present": {"codes", "columns", "results", "schema", "faults", "timespan", "values", "present"},
    "present.cover": {"czech", "timespan", "present", "project"},
    "present.commentary": {"columns", "czech", "evaluator", "faults", "present", "project", "results", "timespan"},
    "checks": {
        *(
            "checks",
            "codes",
            "evaluator",
            "measures",
            "present.language",
            "project",
            "results",
            "rules",
            "schema",
            "timespan",
        ),
    },
    "compared": {"checks", "codes", "measures", "project", "results", "timespan"},
}
ALLOWED["checks"] |= {"personal", "privacy"}
# Parts that stand beside the house or on it: what they must never reach for.
FORBIDDEN = {
    "reporting": {"measures", "checks", "cli", "demo"},
    "demo": {"measures", "checks", "present", "reporting", "cli"},
    "rehearsal": {"reporting", "cli"},
    "examples": {"measures", "checks", "present", "reporting", "cli", "project"},
    "scaffold": {"measures", "checks", "present", "reporting", "cli"},
    "dictionary": {"measures", "checks", "reporting", "cli"},
}


def name_of(path: Path) -> str:
    """kpeval/present/cover.py is present.cover; kpeval/checks/__init__.py is checks; the package itself is ''."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").removesuffix(".")


KNOWN = {name_of(path) for path in MODULES}


def imported(tree: ast.AST) -> Iterator[str]:
    """Every kpeval module that is imported anywhere in the file, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in (alias.name for alias in node.names if alias.name.split(".")[0] == "kpeval"):
                yield name.removeprefix("kpeval").removeprefix(".")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kpeval":
            module = (node.module or "").removeprefix("kpeval").removeprefix(".")
            for alias in node.names:
                inner = f"{module}.{alias.name}".removeprefix(".")
                yield inner if inner in KNOWN else module


def tree(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))


def within(name: str, part: str) -> bool:
    return name == part or name.startswith(part + ".") or (part == "demo" and name.startswith("demo_"))


ARROWS = [(name_of(path), target) for path in MODULES for target in imported(tree(path))]


def test_the_house_is_read_whole():
    assert {"columns", "present.cover", "checks.money", "measures.budget", "reporting.run"} <= KNOWN
    assert ("values", "czech") in ARROWS
    assert ("present.cover", "project") in ARROWS
    assert ("measures.budget", "schema") in ARROWS


@pytest.mark.parametrize("part", ALLOWED)
def test_imports_point_down(part):
    deeper = [other for other in ALLOWED if other.startswith(part + ".")]
    arrows = [
        (source, target)
        for source, target in ARROWS
        if within(source, part) and not any(within(source, other) for other in deeper)
    ]

    wrong = [arrow for arrow in arrows if not any(within(arrow[1], allowed) for allowed in ALLOWED[part])]
    assert wrong == []


def test_no_measure_imports_another():
    assert [arrow for arrow in ARROWS if within(arrow[0], "measures") and within(arrow[1], "measures")] == []


@pytest.mark.parametrize("part", FORBIDDEN)
def test_what_stands_outside_does_not_reach_in(part):
    wrong = [
        arrow
        for arrow in ARROWS
        if within(arrow[0], part) and any(within(arrow[1], forbidden) for forbidden in FORBIDDEN[part])
    ]

    assert wrong == []


def test_every_module_belongs_to_a_part_of_the_house():
    parts = {*ALLOWED, *FORBIDDEN, *ABOVE_ALL, ""}

    assert [name for name in KNOWN if name and not any(within(name, part) for part in parts if part)] == []


def test_nothing_imports_the_command_line_or_the_package_from_above():
    above = [name for name in KNOWN if any(within(name, part) for part in ABOVE_ALL)]
    assert [arrow for arrow in ARROWS if within(arrow[1], "cli") and arrow[0] not in above] == []
    assert [arrow for arrow in ARROWS if arrow[1] == "" and arrow[0] not in above] == []


def test_imports_go_in_no_circle():
    below = {name: {target for source, target in ARROWS if source == name and target != name} for name in KNOWN}
    done: set[str] = set()
    while ready := [name for name in KNOWN - done if below[name] <= done]:
        done |= set(ready)

    assert KNOWN - done - {""} == set()


# --- clock, voice, windows ---

CLOCK = {"now", "today", "utcnow", "localtime", "gmtime", "time_ns", "ctime", "strftime_now"}


def clock_calls(tree: ast.AST) -> list[str]:
    """datetime.now(), date.today(), pd.Timestamp.now(), time.time(), pd.to_datetime("now"); not a stop-watch."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.split(".")[-1] in CLOCK or called in ("time.time", "time"):
                found.append(f"{node.lineno}: {called}()")
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            words = [one for one in given if isinstance(one, ast.Constant) and one.value in ("now", "today")]
            found += [f"{one.lineno}: {called}('{one.value}')" for one in words]
    return found


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now()",
        "datetime.datetime.now(tz=UTC)",
        "date.today()",
        "pd.Timestamp.now()",
        "pd.Timestamp.today()",
        "pd.to_datetime('now')",
        "pd.to_datetime(arg='today')",
        "np.datetime64('now')",
        "time.time()",
        "time.time_ns()",
    ],
)
def test_a_look_at_the_clock_is_seen(code):
    assert len(clock_calls(ast.parse(code))) == 1


def test_a_stop_watch_is_no_clock():
    assert clock_calls(ast.parse("time.perf_counter() - time.monotonic()")) == []


def test_the_name_of_a_rule_is_no_look_at_the_clock():
    assert clock_calls(ast.parse('RULES = ("today", "month-end")\nif told == "today":\n    day')) == []


OURS = [path for path in MODULES if not within(name_of(path), "cli")]


def named(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=name_of(path) or "kpeval") for path in paths]


@pytest.mark.parametrize("path", named(OURS))
def test_only_the_command_line_asks_the_clock(path):
    assert clock_calls(tree(path)) == []


@pytest.mark.parametrize("path", named(OURS))
def test_only_the_command_line_prints(path):
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]

    assert [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"] == []


@pytest.mark.parametrize("path", named(MODULES))
def test_no_module_keeps_figures_in_pyplot(path):
    names = [alias.name for node in ast.walk(tree(path)) if isinstance(node, ast.Import) for alias in node.names]
    names += [
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]

    assert [name for name in names if "pyplot" in name] == []


@pytest.mark.parametrize("path", named([path for path in MODULES if within(name_of(path), "measures")]))
def test_a_measure_reads_no_file_and_loops_over_no_row(path):
    called = {ast.unparse(node.func).split(".")[-1] for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}

    assert called & {"open", "read_csv", "read_text", "read_bytes", "iterrows", "itertuples", "apply"} == set()


@pytest.mark.parametrize("path", named(MODULES))
def test_a_module_stays_within_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", named([path for path in MODULES if path.read_text(encoding="utf-8").strip()]))
def test_a_module_begins_with_the_question_it_answers(path):
    assert ast.get_docstring(tree(path))


def test_no_module_is_a_drawer_for_all_sorts_of_things():
    assert {"utils", "helpers", "utilities", "common", "misc"} & {name.split(".")[-1] for name in KNOWN} == set()
