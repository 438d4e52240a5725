#!/usr/bin/env python3
"""Sets up this repository and runs, tests, checks and measures it: `python3 dev.py COMMAND`, on every platform.

Needs Python 3.11 or later and nothing else: libraries go into `.venv`, at the versions and hashes of the lock files.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
RUN_LOCKS = ("requirements.lock", "requirements-build.lock")
TEST_LOCKS = ("requirements-dev.lock",)
INSTALLER_LOCKS = ("requirements-installer.lock",)

TEST_TOOLS = {
    "dbus-run-session": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "redis-server": "redis-server",
    "smtp-sink": "postfix",
    "dovecot": "dovecot-imapd",
    "sievec": "dovecot-sieve",
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
}
CHAOS_TOOLS = {**TEST_TOOLS, "faketime": "faketime", "strace": "strace"}
INSTALLER_TOOLS = {"dpkg-deb": "dpkg", "objdump": "binutils"}
INSTALLER_TEST_TOOLS = {"debootstrap": "debootstrap", "makensis": "nsis", "Xvfb": "xvfb", "xdotool": "xdotool"}
BENCH_TOOLS = {"smtp-sink": "postfix", "node": "nodejs", "npm": "npm"}
"""Programs a command needs beside Python, each with the Debian package that holds it."""

QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11.so.6": "libx11-6",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libbrotlidec.so.1": "libbrotli1",
}
SCREEN_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
"""What Qt needs of a Linux system to draw anything, and to draw on a screen, each with its Debian package."""

POLICY = Path("/usr/sbin/policy-rc.d")


class SetUpError(Exception):
    """Something this computer lacks; the sentence says what to do."""


def say(text: str) -> None:
    """Tell a person what happens, beside what a command prints itself."""
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


def call(*command: str | Path, **environment: str) -> int:
    """Run a program in the repository with `environment` added; gives its exit status."""
    path = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", os.defpath), "/usr/sbin"])
    return subprocess.run(
        [str(word) for word in command], cwd=ROOT, env={**os.environ, "PATH": path, **environment}, check=False
    ).returncode


# Setting up -----------------------------------------------------------------------------------------------------------


def set_up(*locks: str) -> None:
    """Make `.venv` hold what `locks` name and this package, unless it does already; raises SetUpError."""
    stamp = FOLDER / f"stamp-{Path(locks[0]).stem}.txt"
    wanted = fingerprint(*locks)
    if PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    if not PYTHON.exists() or call(PYTHON, "-c", f"import pip, sys; sys.exit(sys.version_info < {OLDEST})"):
        make_environment()
    say(f"installing {', '.join(locks)} into {FOLDER.name}")
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")
    for lock in locks:
        if call(*pip, "--require-hashes", "-r", ROOT / lock):
            raise SetUpError(f"pip couldn't install {lock}; its own words stand above.")
    if call(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT):
        raise SetUpError("pip couldn't install the package itself; its own words stand above.")
    stamp.write_text(wanted, encoding="utf-8")


def fingerprint(*locks: str) -> str:
    """What an environment depends on, as one hash: the locks, the project's table, this Python and this place."""
    parts = [(ROOT / name).read_bytes() for name in (*locks, "pyproject.toml")]
    parts.append(f"{sys.version_info[:2]} {ROOT}".encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def make_environment() -> None:
    """Make `.venv` anew; on Debian, whose Python comes without venv, install that first."""
    say(f"making {FOLDER.name}")
    builder = venv.EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=True)
    try:
        import ensurepip  # noqa: F401  # missing on Debian until python3-venv is there
    except ImportError:
        install_packages([f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"], "to make an environment")
    try:
        builder.create(FOLDER)
    except (subprocess.CalledProcessError, OSError) as fault:
        raise SetUpError(f"{FOLDER.name} couldn't be made: {fault}") from fault


def want_tools(tools: dict[str, str], reason: str) -> None:
    """Install the programs that are missing, or name them; what needs one of them is then left out and says so."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
    missing = sorted({package for name, package in tools.items() if shutil.which(name, path=path) is None})
    if missing:
        try:
            install_packages(missing, reason)
        except SetUpError as fault:
            say(str(fault))


def want_libraries(libraries: dict[str, str], reason: str) -> None:
    """Install the system's libraries that are missing on Linux, or name them."""
    missing = sorted({package for name, package in libraries.items() if not has_library(name)})
    if missing and sys.platform.startswith("linux"):
        try:
            install_packages(missing, reason)
        except SetUpError as fault:
            say(str(fault))


def has_library(name: str) -> bool:
    """Whether the system can load a library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_display() -> bool:
    """Whether a window can be opened here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"))


def install_packages(packages: Sequence[str], reason: str) -> None:
    """Install Debian packages without starting a service and without removing anything; raises SetUpError."""
    words = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise SetUpError(f"please install {words} {reason}.")
    if os.geteuid() != 0:  # type: ignore[attr-defined,unused-ignore]  # apt-get isn't there on Windows
        raise SetUpError(f"please run `sudo apt-get install --no-install-recommends {words}` {reason}.")
    say(f"installing {words} {reason}")
    environment = {"DEBIAN_FRONTEND": "noninteractive", "DEBCONF_NONINTERACTIVE_SEEN": "true"}
    install = (
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=300",
        "install",
        "-y",
        "--no-install-recommends",
        "--no-remove",
    )
    if "postfix" in packages:
        answer = "postfix postfix/main_mailer_type select No configuration\n"
        subprocess.run(["debconf-set-selections"], input=answer, text=True, check=False)
    keeps_services_still = not POLICY.exists()
    if keeps_services_still:
        POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
        POLICY.chmod(0o755)
    try:
        call("apt-get", "-qq", "update", **environment)
        if call(*install, *packages, **environment):
            raise SetUpError(f"apt-get couldn't install {words}; its own words stand above.")
    finally:
        if keeps_services_still:
            POLICY.unlink()


# The commands ---------------------------------------------------------------------------------------------------------


def run(arguments: Sequence[str]) -> int:
    """Set up and open the window; arguments are the program's own, without a display the tour is played in lines."""
    set_up(*RUN_LOCKS)
    if has_display():
        want_libraries(QT_LIBRARIES | SCREEN_LIBRARIES, "to open the window")
        return call(PYTHON, "-m", "opendoors_desktop", *arguments)
    return call(PYTHON, "-m", "opendoors_desktop", *(arguments or ("demo", "--headless")))


def test(arguments: Sequence[str]) -> int:
    """Set up and run the tests: all of them with their coverage, or what the arguments for pytest choose."""
    set_up(*TEST_LOCKS)
    want_tools(TEST_TOOLS, "for the tests against real servers and on a real screen")
    want_libraries(QT_LIBRARIES | SCREEN_LIBRARIES, "for the tests of the window")
    whole = (
        "--cov",
        "--perfect-files",
        "--durations=10",
        "--numprocesses=auto",
        "--dist=loadfile",
        "--no-loadscope-reorder",
    )
    return call(PYTHON, "-m", "pytest", *(arguments or whole))


def check(_arguments: Sequence[str]) -> int:
    """Set up, then format, lint, check the types and the architecture; in CI nothing is changed, only told."""
    set_up(*TEST_LOCKS)
    in_ci = bool(os.environ.get("CI"))
    steps = (
        ["ruff", "format", *(["--check"] if in_ci else [])],
        ["ruff", "check", *([] if in_ci else ["--fix"])],
        ["mypy"],
        ["pytest", "-q", "-m", "not slow", "tests/architecture"],
    )
    failed = [" ".join(step) for step in steps if call(PYTHON, "-m", *step)]
    say(f"failed: {', '.join(failed)}" if failed else "all is well")
    return 1 if failed else 0


def chaos(arguments: Sequence[str]) -> int:
    """Set up and run the long fault suites; arguments are pytest's."""
    set_up(*TEST_LOCKS)
    want_tools(CHAOS_TOOLS, "for the fault suites")
    return call(PYTHON, "-m", "pytest", "-m", "chaos", *arguments)


def installer(arguments: Sequence[str]) -> int:
    """Set up and make this platform's package in `dist`; `--test` then installs it in a bare Debian and starts it."""
    set_up(*RUN_LOCKS)
    set_up(*INSTALLER_LOCKS)
    if sys.platform.startswith("linux"):
        want_tools(INSTALLER_TOOLS, "to make the package")
    status = call(PYTHON, "-m", "installer.build")
    if status or "--test" not in arguments:
        return status
    set_up(*TEST_LOCKS)
    want_tools(INSTALLER_TEST_TOOLS, "to try the package in a Debian of its own")
    return call(PYTHON, "-m", "pytest", "-m", "installer", "tests/installer")


def bench(arguments: Sequence[str]) -> int:
    """Set up and measure: all benchmarks or the named ones, `--json` for one object a line."""
    set_up(*TEST_LOCKS)
    want_tools(BENCH_TOOLS, "to measure against")
    want_libraries(QT_LIBRARIES | SCREEN_LIBRARIES, "to measure the window")
    return call(PYTHON, "-m", "bench", *arguments)


def lock(arguments: Sequence[str]) -> int:
    """Resolve the lock files anew from pyproject.toml, which needs uv; arguments are uv's, such as --upgrade."""
    uv = shutil.which("uv", path=os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", os.defpath)]))
    if uv is None:
        raise SetUpError("please install uv (pip install uv) to resolve the locks.")
    resolve = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", ".".join(map(str, OLDEST))]
    resolve += ["--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", *arguments]
    pinned = ["-c", "requirements.lock"]
    return (
        call(*resolve, "pyproject.toml", "-o", "requirements.lock")
        or call(*resolve, "--group", "build", "-o", "requirements-build.lock", *pinned)
        or call(*resolve, "--group", "installer", "-o", "requirements-installer.lock", *pinned)
        or call(*resolve, "pyproject.toml", "--group", "dev", "-o", "requirements-dev.lock", *pinned)
    )


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": run,
    "test": test,
    "check": check,
    "chaos": chaos,
    "installer": installer,
    "bench": bench,
    "lock": lock,
}


def main(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name; gives its exit status, 2 where it couldn't begin."""
    if not arguments or arguments[0] not in COMMANDS:
        print("usage: python3 dev.py COMMAND [ARGUMENTS]\n")
        for name, command in COMMANDS.items():
            print(f"  {name:9} {command.__doc__}")
        return 0 if arguments in (["--help"], ["-h"], ["help"]) else 2
    if sys.version_info < OLDEST:
        say(f"this is Python {sys.version.split()[0]}; Python {'.'.join(map(str, OLDEST))} or later is needed.")
        return 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except SetUpError as fault:
        say(str(fault))
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
