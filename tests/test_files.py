"""Files that belong together are all new or all old, but for a kill between two renames, which the next call mends."""

import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import DAY, FUNDING, brought_up_to_date, in_this_process

from kpeval.reporting.asked import Report
from kpeval.reporting.files import File, write_together

ENGLISH = Report("pilot", DAY, "small", "en")
FULL = """import resource, signal, sys
from pathlib import Path
from kpeval.reporting.files import File, write_together
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
folder = Path(sys.argv[1])
try:
    write_together([File(folder / "a.json", "new"), File(folder / "b.html", "x" * 5000)])
except OSError as error:
    sys.exit(f"refused: {error.strerror}")
"""
KILLED = """import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from conftest import DAY, brought_up_to_date, in_this_process
from kpeval.reporting.asked import Report

left, rename = int(sys.argv[2]), Path.replace

def replace(path, target):
    global left
    if Path(target).name.startswith("small.en"):
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
    return rename(path, target)

Path.replace = replace
brought_up_to_date([Report("pilot", DAY, "small", "en")], Path.cwd())
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_all_are_written(tmp_path):
    write_together([File(tmp_path / "a.json", "žluť\n"), File(tmp_path / "b.html", "b", 0o600)])

    assert names(tmp_path) == ["a.json", "b.html"]
    assert (tmp_path / "a.json").read_bytes() == "žluť\n".encode()
    assert (tmp_path / "b.html").stat().st_mode & 0o777 == 0o600


def test_a_disk_that_is_full_at_the_second_leaves_the_first_as_it_was(tmp_path):
    if find_spec("resource") is None:
        pytest.skip("this system sets no limits")
    for name in ("a.json", "b.html"):
        (tmp_path / name).write_text("old")

    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=False)

    assert "refused: File too large" in done.stderr
    assert names(tmp_path) == ["a.json", "b.html"]
    assert [(tmp_path / name).read_text() for name in names(tmp_path)] == ["old", "old"]


def test_a_folder_that_cannot_be_written_into_leaves_those_elsewhere_as_they_were(tmp_path):
    (tmp_path / "a.json").write_text("old")

    with pytest.raises(FileNotFoundError):
        write_together([File(tmp_path / "a.json", "new"), File(tmp_path / "gone" / "b.html", "new")])

    assert names(tmp_path) == ["a.json"]
    assert (tmp_path / "a.json").read_text() == "old"


def contents(out):
    """The bytes of all that belongs to the report."""
    files = [ENGLISH.page(out), ENGLISH.kept(out, ".ipynb")]
    return [path.read_bytes() for path in files]


def brought(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return brought_up_to_date([ENGLISH], folder, in_this_process)


@pytest.fixture(scope="module")
def changed(made, tmp_path_factory):
    """A folder in which the data have changed since the report was made; the bytes as they are, and as they come."""
    folder, undisturbed = (tmp_path_factory.mktemp("changed") / name for name in ("place", "undisturbed"))
    shutil.copytree(made.folder, folder)
    funding = folder / "data" / "pilot" / "funding.csv"
    funding.write_text(FUNDING.replace("200.00", "150.00"), encoding="utf-8")
    shutil.copytree(folder, undisturbed)
    brought(undisturbed)
    return SimpleNamespace(folder=folder, old=contents(folder / "reports"), new=contents(undisturbed / "reports"))


@pytest.fixture(scope="module", params=[0, 1])
def killed(request, changed, tmp_path_factory):
    """The folder after a call that was killed when it had renamed so many of the two new files."""
    folder = tmp_path_factory.mktemp("killed") / "place"
    shutil.copytree(changed.folder, folder)
    command = [sys.executable, "-c", KILLED, str(Path(__file__).parent), str(request.param)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return folder


@pytest.fixture
def after(killed, tmp_path):
    """A copy of it, to be mended."""
    return Path(shutil.copytree(killed, tmp_path / "place"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no such kill")
class TestAKillBetweenTwoRenames:
    def test_leaves_each_file_whole_and_the_page_that_readers_see_as_it_was(self, killed, changed):
        page, *others = contents(killed / "reports")

        assert page == changed.old[0]
        assert all(content in pair for content, *pair in zip(others, changed.old[1:], changed.new[1:], strict=True))

    def test_is_mended_by_the_next_call(self, after, changed):
        brought(after)

        assert contents(after / "reports") == changed.new
        assert list((after / "reports").rglob("*.part")) == []

    def test_is_mended_though_the_data_are_as_they_were_again(self, after, changed):
        """The page that readers see; the executed notebook is made again with the next one."""
        (after / "data" / "pilot" / "funding.csv").write_text(FUNDING, encoding="utf-8")

        brought(after)

        assert contents(after / "reports")[0] == changed.old[0]
