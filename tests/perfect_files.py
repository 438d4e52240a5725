"""Fails a whole measured run when a file of the list beside this one has a line or branch that no test runs."""

import json
from collections.abc import Generator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

LIST = Path(__file__).with_name("perfect_files.txt")
ROOT = LIST.parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--perfect-files`, which `dev.py test` gives when it runs everything."""
    parser.addoption("--perfect-files", action="store_true", help="check the files of tests/perfect_files.txt")


def listed(text: str, root: Path) -> tuple[list[Path], list[str]]:
    """The files that the list `text` names below `root`, and the entries that name none."""
    files: set[Path] = set()
    empty = []
    for line in text.splitlines():
        pattern = line.partition("#")[0].strip()
        if pattern:
            found = set(root.glob(pattern))
            files |= found
            if not found:
                empty.append(pattern)
    return sorted(files), empty


def gaps(coverage: Any, files: Sequence[Path]) -> list[str]:
    """A line for each of `files` that `coverage` has seen only in part, with the lines and branches left out."""
    with TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        coverage.json_report(outfile=str(report), include=[str(file) for file in files])
        seen = json.loads(report.read_text(encoding="utf-8"))["files"]
    faults = []
    for name, file in sorted(seen.items()):
        lines = [str(line) for line in file["missing_lines"]]
        lines += [f"{start}->{end}" for start, end in file.get("missing_branches", [])]
        if lines:
            faults.append(f"{name}: not run: {', '.join(lines)}")
    return faults


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """After the loop, and after pytest-cov has gathered the data of all processes, report the list as one more test."""
    result = yield
    plugin = session.config.pluginmanager.getplugin("_cov")
    is_worker = hasattr(session.config, "workerinput")
    if is_worker or not session.config.getoption("--perfect-files") or plugin is None or session.testsfailed:
        return result
    files, empty = listed(LIST.read_text(encoding="utf-8"), ROOT)
    faults = [f"{pattern}: names no file" for pattern in empty] + gaps(plugin.cov_controller.cov, files)
    report = pytest.TestReport(
        nodeid="tests/perfect_files.txt",
        location=("tests/perfect_files.txt", None, "perfect files"),
        keywords={},
        outcome="failed" if faults else "passed",
        longrepr="\n".join(faults) or None,
        when="call",
    )
    session.ihook.pytest_runtest_logreport(report=report)
    return result
