"""Keeps pictures of what the tests of the windows show: `pytest tests/gui --screenshots FOLDER`."""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--screenshots`, which takes the folder that the pictures go into."""
    parser.addoption("--screenshots", metavar="FOLDER", help="keep pictures of the windows in this folder")


@pytest.fixture(scope="session")
def screenshots(request: pytest.FixtureRequest) -> Path | None:
    """The folder for pictures; None where nobody asked for them."""
    name = request.config.getoption("--screenshots")
    if name is None:
        return None
    folder = Path(name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
