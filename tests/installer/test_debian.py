"""The Debian package on a bare Debian without Python: installed by apt, started by a person who isn't root.

Needs the package in `dist`, root's rights, debootstrap and Debian's packages: `python3 dev.py installer --test`.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from Xlib import X
from Xlib.display import Display
from Xlib.error import XError

from bench._screen import family, virtual_screen

pytestmark = [pytest.mark.installer, pytest.mark.timeout(1800)]

RELEASE = "bookworm"
USER = "robin"
INSTALLED = "/usr/lib/opendoors-desktop"
WITHIN_SECONDS = 60
MANY_COLOURS = 30
MOUNTS = (
    'set -e; root="$1"; shift; mount -t proc proc "$root/proc"; mount -t tmpfs tmpfs "$root/dev/shm"; '
    'mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"; exec chroot "$root" "$@"'
)


class Machine:
    """A Debian of its own in a folder; what runs in it sees no program or library of this one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def command(self, *words: str, user: str = "root", **environment: str) -> list[str]:
        kept = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        named = [f"{name}={value}" for name, value in (kept | environment).items()]
        become = [] if user == "root" else ["runuser", "-u", user, "--"]
        inside = ["env", "-i", *named, *become, *words]
        return ["unshare", "--mount", "--pid", "--fork", "sh", "-c", MOUNTS, "sh", str(self.root), *inside]

    def run(self, *words: str, user: str = "root", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words, user=user, **environment), capture_output=True, text=True, check=False, timeout=900
        )


@pytest.fixture(scope="module")
def package(repository: Path) -> Path:
    found = sorted((repository / "dist").glob("*.deb"))
    if not found or os.geteuid() != 0 or shutil.which("debootstrap") is None:
        pytest.skip("needs the built package, root's rights and debootstrap")
    return found[-1]


@pytest.fixture(scope="module")
def machine(package: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A bare Debian 12 with the package installed; the bare one is kept in `build` for the next time."""
    bare = repository / "build" / f"debian-{RELEASE}"
    if not (bare / "etc" / "debian_version").exists():
        shutil.rmtree(bare, ignore_errors=True)
        subprocess.run(["debootstrap", "--variant=minbase", RELEASE, str(bare)], check=True, capture_output=True)
    root = tmp_path_factory.mktemp("machine") / "root"
    subprocess.run(["cp", "-a", str(bare), str(root)], check=True)
    shutil.copyfile("/etc/resolv.conf", root / "etc" / "resolv.conf")
    (root / "tmp" / ".X11-unix").mkdir(mode=0o1777)
    shutil.copyfile(package, root / "tmp" / "opendoors.deb")
    made = Machine(root)
    assert made.run("sh", "-c", "command -v python3").returncode != 0
    for words in (
        ["useradd", "--create-home", USER],
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "-y", "--no-install-recommends", "/tmp/opendoors.deb"],
    ):
        done = made.run(*words)
        assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return made


def test_it_needs_no_python_and_every_library_is_found(machine: Machine):
    assert machine.run("sh", "-c", "command -v python3").returncode != 0
    each = "ldd {} | grep 'not found' | sed 's|^|{} |'"
    looked = machine.run(
        "sh",
        "-c",
        f"find {INSTALLED} -name '*.so*' -type f | xargs -I{{}} sh -c \"{each}\"",
        LD_LIBRARY_PATH=f"{INSTALLED}/_internal:{INSTALLED}/_internal/PySide6/Qt/lib",
    )
    assert looked.stdout == ""


def test_its_command_works_for_a_person_who_isnt_root(machine: Machine):
    shown = machine.run("opendoors", "--help", user=USER)
    assert shown.returncode == 0, shown.stderr
    assert "scheduler" in shown.stdout
    assert machine.run("opendoors", "--version", user=USER).stdout.startswith("opendoors ")


def test_it_plays_the_tour_with_its_child_processes(machine: Machine):
    played = machine.run("opendoors", "demo", "--headless", user=USER, HOME=f"/home/{USER}")
    assert played.returncode == 0, f"{played.stdout[-2000:]}{played.stderr[-2000:]}"
    assert "Nothing is wrong." in played.stdout


def test_it_answers_the_rest_api(machine: Machine):
    words = ("timeout", "--signal=INT", "15", "opendoors", "serve", "--port", "0", "--json")
    served = machine.run(*words, user=USER, HOME=f"/home/{USER}")
    assert '"kind": "started"' in served.stderr, served.stderr


def test_it_stands_in_the_menu_with_its_icon(machine: Machine):
    share = machine.root / "usr" / "share"
    entry = (share / "applications" / "opendoors-desktop.desktop").read_text(encoding="utf-8")
    assert "Exec=opendoors\n" in entry
    assert "Icon=opendoors-desktop\n" in entry
    sizes = {path.parts[-3] for path in (share / "icons" / "hicolor").rglob("opendoors-desktop.*")}
    assert {"scalable", "16x16", "48x48", "256x256"} <= sizes
    picture = QImage(str(share / "icons" / "hicolor" / "48x48" / "apps" / "opendoors-desktop.png"))
    assert (picture.width(), picture.height()) == (48, 48)
    assert colours(picture) > 8


def test_its_window_opens_on_a_screen(machine: Machine, screen: str, repository: Path):
    log = machine.root / "tmp" / "window.log"
    with log.open("wb") as out:
        window = subprocess.Popen(
            machine.command("opendoors", user=USER, DISPLAY=screen, HOME=f"/home/{USER}"), stdout=out, stderr=out
        )
        try:
            display = Display(screen)
            picture = seen_page(display, window)
            uids = {Path(f"/proc/{pid}").stat().st_uid for pid in family(window.pid) if is_ours(pid)}
            display.close()
        finally:
            for pid in reversed(family(window.pid)):
                subprocess.run(["kill", "-9", str(pid)], check=False, capture_output=True)
            window.wait()
    picture.save(str(repository / "build" / "installed.png"))
    assert (picture.width(), picture.height()) >= (960, 640)
    assert uids
    assert 0 not in uids


@pytest.fixture
def screen() -> Iterator[str]:
    with virtual_screen() as display:
        yield display


def is_ours(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/exe").readlink().name == "opendoors"
    except OSError:
        return False


def first_window(display: Display, process: "subprocess.Popen[Any]") -> Any:
    """The program's window as soon as its left edge shows words."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for window in display.screen().root.query_tree().children:
            with suppress(XError):
                size = window.get_geometry()
                is_shown = window.get_attributes().map_state == X.IsViewable
                if is_shown and size.width >= 960 and len(colours_of(window, 0, 72)) > 8:
                    return window
        time.sleep(0.3)  # noqa: TID251  # another program's window sends this one no event
    pytest.fail(f"no window of ours was shown; the program's status is {process.poll()}")


def colours_of(window: Any, left: int, width: int) -> set[bytes]:
    """The colours of every third point in a column of a window."""
    raw = window.get_image(left, 0, width, window.get_geometry().height, X.ZPixmap, 0xFFFFFFFF).data
    data = raw if isinstance(raw, bytes) else raw.encode("latin-1")
    return {data[place : place + 4] for place in range(0, len(data), 12)}


def seen_page(display: Display, process: "subprocess.Popen[Any]") -> QImage:
    """The window's picture once a page stands in it beside its rail."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < deadline:
        with suppress(XError):  # a window that a toolkit made anew while it was looked at
            window = first_window(display, process)
            if len(colours_of(window, 100, window.get_geometry().width - 100)) >= MANY_COLOURS:
                return seen(window)
        time.sleep(0.3)  # noqa: TID251  # another program's window sends this one no event
    pytest.fail("no page was shown")


def seen(window: Any) -> QImage:
    """What a window shows."""
    size = window.get_geometry()
    raw = window.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF).data
    data = raw if isinstance(raw, bytes) else raw.encode("latin-1")
    return QImage(data, size.width, size.height, 4 * size.width, QImage.Format.Format_RGB32).copy()


def colours(picture: QImage) -> int:
    """How many colours a grid of its points shows."""
    across, down = max(1, picture.width() // 64), max(1, picture.height() // 64)
    return len(
        {picture.pixel(x, y) for x in range(0, picture.width(), across) for y in range(0, picture.height(), down)}
    )
