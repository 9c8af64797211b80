"""What the README promises is so: its commands are there, its walk works, its code runs, its folders exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kpeval.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
KPEVAL = Path(sys.executable).with_name("kpeval")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    lines = "\n".join(blocks("sh")).splitlines()
    return [command for line in lines if (command := line.partition("#")[0].strip())]


def test_the_first_two_commands_are_make_report_and_make_test():
    assert commands()[:2] == ["make report", "make test"]


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"\bmake ([a-z]+)", README + (ROOT / "CONTRIBUTING.md").read_text())))
)
def test_every_make_target_that_is_named_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("command", sorted(set(re.findall(r"\bkpeval ([a-z]+)\b(?= |`|$)", "\n".join(commands())))))
def test_every_command_that_is_named_exists(command):
    assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0


def test_every_folder_of_the_map_exists():
    folders = re.findall(r"^\| `([a-z]+)/` \|", README, re.MULTILINE)

    assert len(folders) >= 6
    assert all((ROOT / folder).is_dir() for folder in folders)


def test_every_file_that_is_named_or_pictured_exists():
    named = re.findall(r"`((?:[A-Za-z_]+/)*[A-Za-z_.-]+\.(?:md|toml|lock|yml))`", README)
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    at_home = [name for name in named if name != "project.toml"]  # which each project has in its own folder

    assert pictures
    assert all((ROOT / name).is_file() for name in (*at_home, *pictures))


def test_the_python_code_runs():
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(blocks("python"))], cwd=ROOT, capture_output=True, text=True
    )

    assert told.returncode == 0, told.stderr


@pytest.mark.slow
def test_the_walk_to_a_project_of_ones_own_ends_with_its_report_in_both_languages_and_all_formats(tmp_path):
    (tmp_path / "data").mkdir()
    walk = [command for command in commands() if command.startswith("kpeval") and "mytown" in command]
    environment = {**os.environ, "KPEVAL_DATA": str(tmp_path / "data")}
    for command in walk:
        told = subprocess.run(
            [str(KPEVAL), *shlex.split(command)[1:]], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert told.returncode == 0, told.stderr

    assert len(walk) == 7
    made = sorted(path.name for path in (tmp_path / "reports" / "mytown" / "2024-06-30").iterdir())
    assert made == [f"evaluation.{lang}.{form}" for lang in ("cs", "en") for form in ("html", "pdf", "xlsx")]
