"""The package as it is installed: it holds all that ships, and works away from its source."""

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, python, repository) -> Path:
    """A wheel of this source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [python, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=repository, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_code_migrations_resources_and_licence(wheel, repository):
    names = set(zipfile.ZipFile(wheel).namelist())

    for folder in ("migrations", "resources"):
        shipped = [
            path for path in (repository / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts
        ]
        for path in shipped:
            inside = path.relative_to(repository / folder).as_posix()
            assert f"opendoors_desktop/_{folder}/{inside}" in names
    assert "opendoors_desktop/__main__.py" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "bench")) or "__pycache__" in name]


@pytest.mark.slow
def test_an_installed_wheel_makes_a_store(wheel, python, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "OPENDOORS_DATA_DIR": str(tmp_path / "data")}
    environment["OPENDOORS_KEYRING"] = "keyring.backends.null.Keyring"
    command = [python, "-m", "opendoors_desktop", "diagnostics", "--json"]

    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["store"]["rows"]["workspaces"] == 1
