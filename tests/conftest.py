"""What tests share: tables drawn in text, golden tables, real samples, the way chance is drawn."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import hypothesis
import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"

# Derandomised: the same examples every time, so that a red test is red again. No deadline: a machine may be busy.
# No shrinking: where an example is a whole set of tables, it takes minutes and finds no smaller one.
hypothesis.settings.register_profile(
    "kpeval",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=40,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
hypothesis.settings.load_profile("kpeval")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew instead of comparing")


def drawn(text: str, project_id: str | None = "p") -> pd.DataFrame:
    """The table that `text` draws: cells parted by |, the first line is the heading, a blank cell is missing.

    Every cell stays text, as in a CSV file. A column project_id is added, unless it is drawn or `project_id` is None.
    """
    lines = [line.strip() for line in text.strip().splitlines()]
    if lines[0].startswith("|"):  # a table drawn with a frame
        lines = [line.removeprefix("|").removesuffix("|") for line in lines]
    heading, *rows = [[cell.strip() for cell in line.split("|")] for line in lines if set(line) - set("-+| ")]
    unequal = [row for row in rows if len(row) != len(heading)]
    assert not unequal, f"not {len(heading)} cells: {unequal}"
    frame = pd.DataFrame(rows, columns=heading, dtype="str").replace("", None)
    if project_id is not None and "project_id" not in frame:
        frame.insert(0, "project_id", pd.Series(project_id, index=frame.index, dtype="str"))
    return frame


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """`table("…")`: a frame drawn in text, see `drawn`."""
    return drawn


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real data (`KPEVAL_SAMPLES`); tests that need it are skipped, visibly, where it is not."""
    given = os.environ.get("KPEVAL_SAMPLES")
    if not given or not Path(given).is_dir():
        pytest.skip("no real samples here: set KPEVAL_SAMPLES to their folder")
    return Path(given)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, pd.DataFrame], None]:
    """`golden("name", frame)` holds the frame against tests/golden/name.csv, or writes it with --update-golden."""

    def compare(name: str, frame: pd.DataFrame) -> None:
        path = GOLDEN / f"{name}.csv"
        text = frame.to_csv(index=False, lineterminator="\n", float_format="%.12g")
        if request.config.getoption("--update-golden"):
            path.write_bytes(text.encode())
        assert path.exists(), f"{path.name} is not there: pytest --update-golden writes it, then review it"
        kept = path.read_bytes().decode()
        assert text.splitlines() == kept.splitlines(), f"{path.name} differs: if meant, --update-golden and review"

    return compare


def assert_same(left: pd.DataFrame, right: pd.DataFrame, **tolerance: float) -> None:
    """Equal frames: rows, order of rows and columns, types; numbers to the 12th digit unless told otherwise."""
    pd.testing.assert_frame_equal(
        left.reset_index(drop=True), right.reset_index(drop=True), **({"rtol": 1e-12, "atol": 1e-12} | tolerance)
    )


def copies(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: frame.copy(deep=True) for name, frame in tables.items()}
