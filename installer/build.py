"""Freezes the program and makes the package of this platform: a .deb, a setup program or a disk image, in `dist`.

Run by `python3 dev.py installer` with the Python it has set up; what each platform adds lies in the folder of its name.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from installer import icons
from opendoors_desktop import __version__

INSTALLER: Final = Path(__file__).resolve().parent
ROOT: Final = INSTALLER.parent

DIST: Final = ROOT / "dist"
WORK: Final = ROOT / "build"
FROZEN: Final = DIST / "opendoors"
NAME: Final = "opendoors-desktop"


def main() -> Path:
    """Make the package; gives its path. Raises CalledProcessError where a tool fails, whose words stand above."""
    pictures = icons.draw()
    WORK.mkdir(exist_ok=True)
    (WORK / "opendoors.ico").write_bytes(icons.ico({size: pictures[size] for size in icons.ICO_SIZES}))
    (WORK / "opendoors.icns").write_bytes(icons.icns(pictures))
    freeze()
    if sys.platform == "win32":
        return make_setup()
    if sys.platform == "darwin":
        return make_disk_image()
    strip()
    return make_debian_package(pictures)


def freeze() -> None:
    """Put the program and all it needs into one folder."""
    run(
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR",
        "--distpath", DIST, "--workpath", WORK / "frozen", INSTALLER / "opendoors.spec",
    )  # fmt: skip


def strip() -> None:
    """Leave out what only a debugger reads of the Python that was built on this machine."""
    own = [*FROZEN.rglob("libpython*.so*"), *FROZEN.rglob("lib-dynload/*.so")]
    run("strip", "--strip-unneeded", *own)


def make_debian_package(pictures: dict[int, bytes]) -> Path:
    """A Debian package of the frozen folder, with menu entry and icons."""
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
    ).stdout.strip()
    tree = WORK / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    usr = tree / "usr"
    shutil.copytree(FROZEN, usr / "lib" / NAME, symlinks=True)
    (usr / "bin").mkdir()
    (usr / "bin" / "opendoors").symlink_to(f"../lib/{NAME}/opendoors")
    _put(INSTALLER / "linux" / f"{NAME}.desktop", usr / "share" / "applications" / f"{NAME}.desktop")
    _put(INSTALLER / "linux" / "copyright", usr / "share" / "doc" / NAME / "copyright")
    _put(ROOT / "docs" / "dependencies.md", usr / "share" / "doc" / NAME / "dependencies.md")
    theme = usr / "share" / "icons" / "hicolor"
    _put(icons.DRAWING, theme / "scalable" / "apps" / f"{NAME}.svg")
    for size, png in pictures.items():
        picture = theme / f"{size}x{size}" / "apps" / f"{NAME}.png"
        picture.parent.mkdir(parents=True)
        picture.write_bytes(png)
    size = sum(path.lstat().st_size for path in tree.rglob("*")) // 1024
    control = (INSTALLER / "linux" / "control").read_text(encoding="utf-8")
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(
        control.format(version=__version__, architecture=architecture, installed_size=size), encoding="utf-8"
    )
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    package = DIST / f"{NAME}_{__version__}_{architecture}.deb"
    run("dpkg-deb", "--root-owner-group", "-Zzstd", "-z15", "--build", tree, package)
    shutil.rmtree(tree)
    return package


def make_setup() -> Path:
    """A setup program for Windows, by NSIS."""
    package = DIST / f"OpenDoors-Desktop-{__version__}-Setup.exe"
    values = {"VERSION": __version__, "FOLDER": FROZEN, "OUT": package, "ICON": WORK / "opendoors.ico"}
    run(
        "makensis", "-V2", *(f"-D{name}={value}" for name, value in values.items()), INSTALLER / "windows/opendoors.nsi"
    )
    return package


def make_disk_image() -> Path:
    """A disk image for macOS with the application in it, signed for this computer alone."""
    application = DIST / "OpenDoors Desktop.app"
    entitlements = INSTALLER / "macos" / "entitlements.plist"
    run("codesign", "--force", "--deep", "--sign", "-", "--entitlements", entitlements, application)
    package = DIST / f"OpenDoors-Desktop-{__version__}.dmg"
    run("hdiutil", "create", "-ov", "-volname", "OpenDoors Desktop", "-srcfolder", application, package)
    return package


def run(*command: str | Path) -> None:
    """Run a tool in the repository; raises CalledProcessError where it fails."""
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    made = main()
    print(f"{made.relative_to(ROOT)}: {made.stat().st_size / 1e6:.1f} MB")
