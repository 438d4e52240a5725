"""The script that sets up, runs and tests: what it needs, and what it does when that is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from tests.architecture.source import ROOT, imports


@pytest.fixture
def calls(monkeypatch):
    """The commands that would have been run; each answers with success."""
    seen: list[tuple[str, ...]] = []

    def note(*command: object, **environment: str) -> int:
        seen.append(tuple(str(word) for word in command))
        return 0

    monkeypatch.setattr(dev, "call", note)
    monkeypatch.setattr(dev, "set_up", lambda *locks: seen.append(("set up", *locks)))
    monkeypatch.setattr(dev, "want_tools", lambda tools, reason: None)
    monkeypatch.setattr(dev, "want_libraries", lambda libraries, reason: None)
    return seen


def test_it_needs_the_standard_library_alone():
    assert {name.partition(".")[0] for _, name in imports(ROOT / "dev.py")} <= sys.stdlib_module_names


@pytest.mark.parametrize("wrong", [[], ["tset"], ["--verbose"]])
def test_wrong_use_shows_the_commands(wrong, capsys):
    assert dev.main(wrong) == 2
    assert all(f"  {name}" in capsys.readouterr().out for name in ["run"])


def test_help_is_no_fault(capsys):
    assert dev.main(["--help"]) == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()[2:]} == set(dev.COMMANDS)


def test_a_test_without_arguments_runs_everything_and_measures(calls):
    assert dev.main(["test"]) == 0

    assert calls[0] == ("set up", "requirements-dev.lock")
    assert calls[1][1:3] == ("-m", "pytest")
    assert {"--cov", "--perfect-files"} <= set(calls[1])


def test_arguments_of_test_are_pytests(calls):
    dev.main(["test", "tests/domain", "-k", "window"])

    assert calls[1][1:] == ("-m", "pytest", "tests/domain", "-k", "window")


def test_the_package_is_made_with_its_own_lock_and_tried_if_asked(calls):
    assert dev.main(["installer"]) == 0
    assert [call[-1] for call in calls] == ["requirements-build.lock", "requirements-installer.lock", "installer.build"]

    calls.clear()
    dev.main(["installer", "--test"])
    assert calls[-1][1:] == ("-m", "pytest", "-m", "installer", "tests/installer")


def test_run_with_a_display_opens_the_window_and_passes_arguments_on(calls, monkeypatch):
    monkeypatch.setattr(dev, "has_display", lambda: True)
    dev.main(["run"])
    dev.main(["run", "demo"])

    assert [call[2:] for call in calls[1::2]] == [("opendoors_desktop",), ("opendoors_desktop", "demo")]


@pytest.mark.parametrize(
    "platform, names, expected",
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_a_display_is_told_by_the_system(monkeypatch, platform, names, expected):
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)

    assert dev.has_display() is expected


def test_libraries_that_are_missing_are_installed_on_linux_or_named(monkeypatch, capsys):
    seen = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(dev, "install_packages", lambda packages, reason: seen.append(packages))
    dev.want_libraries({"libc.so.6": "libc6", "libnothing.so.9": "nothing9"}, "to see")
    assert seen == [["nothing9"]]

    monkeypatch.undo()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    dev.want_libraries({"libnothing.so.9": "nothing9"}, "to see")
    assert "please install nothing9 to see" in capsys.readouterr().err


def test_run_without_a_display_plays_the_tour_and_with_arguments_passes_them_on(calls, monkeypatch):
    monkeypatch.setattr(dev, "has_display", lambda: False)
    dev.main(["run"])
    dev.main(["run", "contacts", "list"])

    assert [call[2:] for call in calls[1::2]] == [
        ("opendoors_desktop", "demo", "--headless"), ("opendoors_desktop", "contacts", "list"),
    ]  # fmt: skip


def test_check_changes_files_at_home_and_none_in_ci(calls, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    dev.main(["check"])
    monkeypatch.setenv("CI", "true")
    dev.main(["check"])

    formats = [call[2:] for call in calls if "format" in call]
    assert formats == [("ruff", "format"), ("ruff", "format", "--check")]


def test_a_failing_step_fails_the_check_and_is_named(calls, monkeypatch, capsys):
    monkeypatch.setattr(dev, "call", lambda *command, **environment: int("mypy" in command))

    assert dev.main(["check"]) == 1
    assert "failed: mypy" in capsys.readouterr().err


def test_what_is_missing_is_named_where_it_cannot_be_installed(monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)

    dev.want_tools({"smtp-sink": "postfix"}, "for the tests")

    assert "please install postfix for the tests" in capsys.readouterr().err


def test_without_the_right_to_install_the_command_is_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name, path=None: "/usr/bin/apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)

    with pytest.raises(dev.SetUpError, match="sudo apt-get install --no-install-recommends strace"):
        dev.install_packages(["strace"], "for the fault suites")


def test_packages_are_installed_without_starting_services_or_removing_any(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(dev, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(shutil, "which", lambda name, path=None: "/usr/bin/apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(dev, "call", lambda *command, **given: seen.append((command, dev.POLICY.exists())) or 0)

    dev.install_packages(["strace"], "for the fault suites")

    assert [still for _, still in seen] == [True, True]
    assert {"--no-remove", "strace"} <= set(seen[1][0])
    assert not dev.POLICY.exists()


def test_nothing_is_installed_twice(monkeypatch, tmp_path):
    (tmp_path / "python").touch()
    (tmp_path / "stamp-requirements.txt").write_text(dev.fingerprint("requirements.lock"), encoding="utf-8")
    monkeypatch.setattr(dev, "FOLDER", tmp_path)
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "python")
    called: list[tuple[object, ...]] = []
    monkeypatch.setattr(dev, "call", lambda *command, **environment: called.append(command) or 0)

    dev.set_up("requirements.lock")

    assert called == []


def test_a_changed_lock_is_installed_with_its_hashes(monkeypatch, tmp_path):
    seen: list[tuple[object, ...]] = []
    (tmp_path / "python").touch()
    (tmp_path / "stamp-requirements.txt").write_text("another", encoding="utf-8")
    monkeypatch.setattr(dev, "FOLDER", tmp_path)
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(dev, "call", lambda *command, **environment: seen.append(command) or 0)

    dev.set_up("requirements.lock")

    assert "--require-hashes" in seen[1]
    assert {"--no-deps", "--editable"} <= set(seen[2])
    assert (tmp_path / "stamp-requirements.txt").read_text(encoding="utf-8") == dev.fingerprint("requirements.lock")


@pytest.mark.skipif(shutil.which("bash") is None, reason="the script is for bash")
def test_the_ci_script_fails_when_a_step_fails(tmp_path):
    script = tmp_path / ".ci" / "run"
    script.parent.mkdir()
    script.write_bytes((ROOT / ".ci" / "run").read_bytes())
    for check, test, expected in [(0, 0, 0), (1, 0, 1), (0, 1, 1)]:
        (tmp_path / "dev.py").write_text(f"import sys; sys.exit({{'check': {check}, 'test': {test}}}[sys.argv[1]])")
        assert subprocess.run(["bash", str(script)], check=False).returncode == expected


def test_the_fingerprint_changes_with_the_lock(monkeypatch, tmp_path):
    for name in ("requirements.lock", "pyproject.toml"):
        Path(tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    before = dev.fingerprint("requirements.lock")
    (tmp_path / "requirements.lock").write_text("other", encoding="utf-8")

    assert dev.fingerprint("requirements.lock") != before
