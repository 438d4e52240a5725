"""Anki beside us, as another program in Python and Qt: installed into an environment of its own, with a new profile."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGE = "aqt[qt6]"
INSTALLS_WITHIN_SECONDS = 900
PROFILE = "User 1"

_SEED = """
import sys
from aqt.profiles import ProfileManager
profiles = ProfileManager(ProfileManager.get_created_base_folder(sys.argv[1]))
profiles.setupMeta()
profiles.create(sys.argv[2])
profiles.openProfile(sys.argv[2])
profiles.setLang("en_US")
profiles.meta.update(firstRun=False, updates=False, suppressUpdate=True, defaultLang="en_US")
profiles.save()
"""


class NotInstalled(Exception):
    """Anki can't be had on this machine; says why."""


def install_anki() -> Path:
    """The folder of an environment with Anki, made at the first call and kept among the temporary files.

    Raises NotInstalled.
    """
    folder = Path(tempfile.gettempdir()) / f"opendoors-bench-anki-{os.getuid()}"
    if not (folder / "done").exists():
        base = getattr(sys, "_base_executable", sys.executable)
        _run([base, "-m", "venv", "--clear", str(folder)])
        _run([str(folder / "bin" / "pip"), "install", "-q", "-q", PACKAGE])
        (folder / "done").touch()
    return folder / "bin"


def seed_profile(programs: Path, home: Path) -> list[str]:
    """Make a profile that asks nothing at its start, and give the command that opens it; raises NotInstalled."""
    base = home / "base"
    environment = environment_of(home) | {"QT_QPA_PLATFORM": "offscreen"}
    _run([str(programs / "python"), "-c", _SEED, str(base), PROFILE], environment)
    return [str(programs / "anki"), "-b", str(base), "-p", PROFILE, "-l", "en"]


def environment_of(home: Path) -> dict[str, str]:
    """What Anki is started with: a home of its own, its browser part without a sandbox, which root may not have."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    folders = {"XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": ".local", "XDG_CACHE_HOME": ".cache"}
    return {
        **kept,
        **{name: str(home / folder) for name, folder in folders.items()},
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "LANG": "C.UTF-8",
        "NO_AT_BRIDGE": "1",
        "QT_QPA_PLATFORM": "xcb",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox --disable-gpu",
    }


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    try:
        subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True, timeout=INSTALLS_WITHIN_SECONDS
        )
    except subprocess.CalledProcessError as fault:
        words = fault.stderr.strip().splitlines() or ["no word of why"]
        raise NotInstalled(words[-1][:200]) from fault
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise NotInstalled(str(fault)[:200]) from fault
