"""What the packages of Windows and macOS are made of, as far as it can be tried away from them."""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from installer import icons

pytestmark = pytest.mark.installer


@pytest.fixture(scope="module")
def pictures() -> dict[int, bytes]:
    return icons.draw()


def test_each_size_is_drawn(pictures: dict[int, bytes]):
    assert {QImage.fromData(png).width() for png in pictures.values()} == set(icons.SIZES)


def test_the_icon_of_windows_holds_each_picture_where_it_says(pictures: dict[int, bytes]):
    file = icons.ico({size: pictures[size] for size in icons.ICO_SIZES})
    _, kind, number = struct.unpack_from("<HHH", file)
    assert (kind, number) == (1, len(icons.ICO_SIZES))
    for place, size in enumerate(icons.ICO_SIZES):
        side, _, _, _, _, _, length, offset = struct.unpack_from("<BBBBHHII", file, 6 + 16 * place)
        assert side == size % 256
        assert file[offset : offset + length] == pictures[size]


def test_the_icon_of_macos_holds_each_picture_and_its_own_length(pictures: dict[int, bytes]):
    file = icons.icns(pictures)
    assert file[:4] == b"icns"
    assert struct.unpack(">I", file[4:8]) == (len(file),)
    place, found = 8, {}
    while place < len(file):
        (length,) = struct.unpack_from(">I", file, place + 4)
        found[file[place : place + 4]] = file[place + 8 : place + length]
        place += length
    assert found == {kind: pictures[size] for size, kind in icons.ICNS_KINDS.items()}


@pytest.mark.skipif(shutil.which("makensis") is None, reason="NSIS isn't installed")
def test_the_setup_program_of_windows_is_made_of_a_folder(tmp_path: Path, repository: Path, pictures: dict[int, bytes]):
    folder, icon, out = tmp_path / "frozen", tmp_path / "opendoors.ico", tmp_path / "OpenDoors-Desktop-1.2.3-Setup.exe"
    (folder / "_internal").mkdir(parents=True)
    for name in ("opendoors.exe", "_internal/library.dll"):
        (folder / name).write_bytes(b"stands for it")
    icon.write_bytes(icons.ico({size: pictures[size] for size in icons.ICO_SIZES}))
    values = {"VERSION": "1.2.3", "FOLDER": folder, "OUT": out, "ICON": icon}
    words = ["makensis", "-V2", "-WX", *(f"-D{name}={value}" for name, value in values.items())]
    done = subprocess.run(
        [*words, str(repository / "installer" / "windows" / "opendoors.nsi")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert out.read_bytes().startswith(b"MZ")
