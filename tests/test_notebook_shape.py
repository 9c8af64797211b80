"""A notebook names a project and a day and shows results, one call a cell; all else belongs into kpeval."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

import kpeval as kp

FOLDER = Path(__file__).parents[1] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
LITERALS = (ast.Constant, ast.List, ast.Tuple, ast.Dict)
THIN = (
    *(ast.Module, ast.Expr, ast.Assign, ast.Call, ast.keyword, ast.Name, ast.Attribute, ast.Load, ast.Store),
    *LITERALS,
)
LAB = {"explore"}  # a place to start in JupyterLab, not a report: it shows bare tables, with display() around them
every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
every_report = pytest.mark.parametrize(
    "path", [path for path in PATHS if path.stem not in LAB], ids=lambda path: path.stem
)


def cells(path: Path) -> list[NotebookNode]:
    return nbformat.read(path, as_version=4).cells


def showing(path: Path) -> list[NotebookNode]:
    """The code cells that show something: all after the parameters and the computing."""
    return [cell for cell in cells(path)[3:] if cell.cell_type == "code"]


def not_thin(source: str) -> list[str]:
    """What a cell holds beside names, calls, attribute access, literals and assignments."""
    return [type(node).__name__ for node in ast.walk(ast.parse(source)) if not isinstance(node, THIN)]


def parameters(path: Path) -> dict[str, str]:
    """Each parameter with its type, from the second cell."""
    tree = ast.parse(cells(path)[1].source)
    return {
        ast.unparse(node.target): ast.unparse(node.annotation) for node in tree.body if isinstance(node, ast.AnnAssign)
    }


def test_the_four_notebooks_are_there():
    assert {"budget", "indicators", "timeline", "evaluation"} <= {path.stem for path in PATHS}


@every_notebook
def test_the_file_is_a_valid_notebook(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)

    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"


@every_notebook
def test_it_begins_with_a_title_and_a_paragraph_that_says_what_it_answers(path):
    first = cells(path)[0]

    assert first.cell_type == "markdown"
    assert re.fullmatch(r"# [^\n]+\n\n[^\n]+", first.source)
    assert "?" in first.source or path.stem in LAB


@every_notebook
def test_the_second_cell_and_no_other_is_tagged_parameters(path):
    tagged = [place for place, cell in enumerate(cells(path)) if "parameters" in cell.metadata.get("tags", [])]

    assert tagged == [1]


@every_notebook
def test_parameters_are_annotated_literals_each_with_a_comment(path):
    source = cells(path)[1].source

    for node, line in zip(ast.parse(source).body, source.splitlines(), strict=True):
        assert isinstance(node, ast.AnnAssign), line
        assert isinstance(node.value, LITERALS), line
        ast.literal_eval(node.value)
        assert re.search(r"  # \S.{5,}$", line), line


@every_notebook
def test_project_day_and_language_are_parameters(path):
    assert {"project": "str", "as_of": "str", "lang": "str"}.items() <= parameters(path).items()


@every_notebook
def test_the_third_cell_imports_kpeval_and_nothing_else_does(path):
    imports = [
        (place, ast.unparse(node))
        for place, cell in enumerate(cells(path))
        if cell.cell_type == "code"
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert imports == [(2, "import kpeval as kp")]


@every_notebook
def test_cells_hold_names_calls_literals_and_assignments_only(path):
    for cell in cells(path)[2:]:
        if cell.cell_type == "code":
            assert not_thin(cell.source.replace("import kpeval as kp", "", 1)) == [], cell.id


@pytest.mark.parametrize(
    "code",
    [
        "def f(): pass",
        "for x in y: z(x)",
        "if x: y()",
        "a + b",
        "a > b",
        "not a",
        "a[0]",
        "lambda: 1",
        "[x for x in y]",
        "a if b else c",
        "f'{a}'",
        "import os",
        "with a: b()",
        "f(*a)",
        "x += 1",
        "assert x",
    ],
)
def test_anything_more_is_seen(code):
    assert not_thin(code)


def test_what_a_cell_may_hold_is_let_through():
    assert not_thin('shares = kp.budget_shares(facts.funding, lang="cs", full=True, which=["a", 1])') == []


@every_notebook
def test_after_the_computing_each_text_is_followed_by_what_it_asks_for(path):
    kinds = " ".join(cell.cell_type for cell in cells(path)[3:])

    assert re.fullmatch(r"(markdown( code)+ ?){2,}", kinds)


@every_notebook
def test_a_cell_that_shows_is_one_call(path):
    for cell in showing(path):
        body = ast.parse(cell.source).body
        assert len(body) == 1, cell.id
        assert isinstance(body[0], ast.Expr), cell.id
        assert isinstance(body[0].value, ast.Call), cell.id
        calls = sum(isinstance(node, ast.Call) for node in ast.walk(body[0]))
        assert calls == 1 or (path.stem in LAB and calls == 2), cell.id


@every_notebook
def test_the_last_cell_says_what_made_the_report(path):
    assert cells(path)[-1].source == "kp.provenance(facts, as_of=as_of, lang=lang)"


@every_notebook
def test_every_name_of_kpeval_that_is_used_is_public(path):
    for cell in cells(path)[2:]:
        for name in re.findall(r"\bkp((?:\.\w+)+)\(", cell.source) if cell.cell_type == "code" else ():
            found, public = kp, kp.__all__
            for part in name.strip(".").split("."):
                assert part in public, name
                found = getattr(found, part)
                public = getattr(found, "__all__", dir(found))
            assert callable(found), name


@every_notebook
def test_what_is_computed_is_shown(path):
    computed = {
        ast.unparse(target)
        for node in ast.walk(ast.parse(cells(path)[2].source))
        if isinstance(node, ast.Assign)
        for target in node.targets
    }
    later = "\n".join(cell.source for cell in cells(path)[2:] if cell.cell_type == "code")

    assert [name for name in computed if len(re.findall(rf"\b{name}\b(?! =)", later)) < 1] == []


@every_report
def test_what_depends_on_the_day_and_the_language_is_given_them(path):
    shown = [cell.source for cell in showing(path)]

    assert [source for source in shown if "lang=lang" not in source] == []
    code = "\n".join(cell.source for cell in cells(path)[2:] if cell.cell_type == "code")
    assert re.findall(r"\b(?:as_of|lang)=(?!as_of\b|lang\b)", code) == []


@every_notebook
def test_ids_are_readable_and_unique(path):
    ids = [cell.id for cell in cells(path)]

    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []
    assert ids[1:3] == ["parameters", "compute"]
    for asks, shows in pairwise(cells(path)[3:]):
        if asks.cell_type == "markdown":
            assert asks.id == f"ask-{shows.id}"


@every_notebook
def test_it_is_saved_without_outputs(path):
    for cell in cells(path):
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
        assert set(cell.metadata) <= {"tags"}


@every_notebook
def test_headings_go_down_one_level_at_a_time(path):
    text = "\n".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, flags=re.MULTILINE)]

    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@every_notebook
def test_a_heading_stands_once(path):
    text = "\n".join(cell.source for cell in cells(path) if cell.cell_type == "markdown")
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)

    assert sorted(headings) == sorted(set(headings))
