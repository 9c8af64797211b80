"""The set-up says everything once: pyproject.toml leads, the lock, conda's list, make and CI follow."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
REQUIREMENTS = [Requirement(line) for lines in (PROJECT["dependencies"], *EXTRAS.values()) for line in lines]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

# conda-forge splits these packages: ours is the part without desktop windows, other engines and the like
CONDA_NAMES = {"matplotlib": "matplotlib-base", "dask": "dask-core", "pandera": "pandera-pandas"}
CONDA_NAMES |= {"playwright": "playwright-python"}
CONDA_NAMES |= {"jupyter-client": "jupyter_client", "universal-pathlib": "universal_pathlib"}


CONDA = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]
OF_PIP = [line for part in ENVIRONMENT["dependencies"] if isinstance(part, dict) for line in part["pip"]]


def locked() -> dict[str, tuple[Version, list[str]]]:
    """Each package of the lock with its version and hashes; fails on anything else that stands there."""
    packages: dict[str, tuple[Version, list[str]]] = {}
    for entry in re.split(r"\n(?=\S)", re.sub(r"^\s*#.*\n?", "", LOCK, flags=re.MULTILINE).strip()):
        head, *hashes = (part.strip() for part in entry.split("\\\n"))
        found = re.fullmatch(r"([a-z0-9-]+)==([0-9a-z.]+)( ; .+)?", head)
        assert found, f"not an exact version: {head}"
        assert found[1] not in packages, f"{found[1]} is locked twice"
        packages[found[1]] = (Version(found[2]), hashes)
    return packages


def test_lock_gives_hashes_for_every_package():
    packages = locked()
    assert len(packages) > 100
    for name, (_, hashes) in packages.items():
        assert hashes, name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in hashes), name


def test_lock_names_no_host_and_no_path():
    text = re.sub(r"sha256:[0-9a-f]+", "", LOCK)
    assert not re.search(r"://|file:|index-url|find-links|trusted-host", text)
    assert not re.search(r"(^|\s)[./~]*/\w", text), "a path of the machine that wrote the lock"
    assert not re.search(r"\b[\w-]+\.(org|com|net|io|dev)\b", text)


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda requirement: requirement.name)
def test_lock_covers_every_dependency_with_all_extras(requirement):
    version, _ = locked()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version), f"{requirement} is locked at {version}: make lock"


def test_lock_brings_the_build_backend_since_the_editable_install_is_not_isolated():
    for line in PYPROJECT["build-system"]["requires"]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(locked()[requirement.name][0])


def test_extras_are_the_five_promised():
    assert set(EXTRAS) == {"pdf", "xlsx", "dask", "lab", "dev"}


def test_environment_says_the_same_as_pyproject():
    listed = [Requirement(line) for line in (*CONDA, *OF_PIP)]
    conda = {line.name: line.specifier for line in listed if line.name not in ("python", "pip")}
    assert len(conda) == len(listed) - 2, "a package is listed twice, or python or pip is missing"
    ours = {
        CONDA_NAMES.get(requirement.name, requirement.name.lower()): requirement.specifier
        for requirement in REQUIREMENTS
    }
    assert conda == ours


def test_environment_asks_one_channel_only():
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]


def test_environment_has_a_comment_over_each_group():
    below = (ROOT / "environment.yml").read_text(encoding="utf-8").split("dependencies:\n")[1].splitlines()
    assert below[0].startswith("  # ")
    assert sum(line.startswith("  # ") for line in below) >= 8


def test_python_range_is_told_once_in_three_places():
    prefix = "Programming Language :: Python :: 3."
    minors = [int(entry.removeprefix(prefix)) for entry in PROJECT["classifiers"] if entry.startswith(prefix)]
    assert minors == [11, 12, 13]
    assert SpecifierSet(PROJECT["requires-python"]) == SpecifierSet(f">=3.{minors[0]}")
    python = next(Requirement(line) for line in CONDA if line.startswith("python"))
    assert python.specifier == SpecifierSet(f">=3.{minors[0]},<3.{minors[-1] + 1}")
    assert f"sys.version_info < (3, {minors[0]})" in MAKEFILE
    assert f"--python-version 3.{minors[0]} " in MAKEFILE
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py3{minors[0]}"
    assert PYPROJECT["tool"]["mypy"]["python_version"] == f"3.{minors[0]}"


def test_version_stands_in_pyproject_only_and_heads_the_changelog():
    version = PROJECT["version"]
    assert re.fullmatch(r"20\d\d\.\d+", version)
    for module in (ROOT / "kpeval").rglob("*.py"):
        assert f'"{version}"' not in module.read_text(encoding="utf-8"), module
    headings = re.findall(r"^#+ (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[1:3] == [version, "Numbers that change"]


def test_ci_checks_style_then_runs_tests_then_reports():
    assert re.findall(r"^make (lint|test|report)$", CI, re.MULTILINE) == ["lint", "test", "report"]
    assert CI.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in CI
    assert os.name == "nt" or os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("target", ["report", "test", "bench", "lab", "lint"])
def test_make_sets_up_before_each_target(target):
    assert re.search(rf"^{target}: \$\(INSTALLED\) ## \w", MAKEFILE, re.MULTILINE)


def test_make_installs_by_hash_and_adds_kpeval_without_dependencies():
    assert "--no-deps --require-hashes --requirement requirements.lock" in MAKEFILE  # a resolver may look past pins
    assert "--no-deps --no-build-isolation --editable ." in MAKEFILE


def test_wheel_carries_notebooks_template_and_all_package_data(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(build, cwd=ROOT, check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("kpeval-*.whl"))) as wheel:
        names = set(wheel.namelist())
    inside = {path for path in (ROOT / "kpeval").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path.relative_to(ROOT).as_posix() for path in inside} <= names
    notebooks = {f"kpeval/notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert notebooks
    assert notebooks <= names
    template = ROOT / "kpeval" / "reporting" / "template"
    share = f"kpeval-{PROJECT['version']}.data/data/share/jupyter/nbconvert/templates/kpeval"
    copied = {f"{share}/{path.relative_to(template).as_posix()}" for path in template.rglob("*") if path.is_file()}
    assert copied
    assert copied <= names
