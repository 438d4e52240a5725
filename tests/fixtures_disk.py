"""A disk of a few megabytes for tests that fill it up."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SIZE = 12 << 20
"""Bytes: a store, its write-ahead log and a few hundred emails fit."""


@dataclass(frozen=True)
class SmallDisk:
    """A file system of its own below `folder`."""

    folder: Path

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def fill(self) -> None:
        """Leave not one byte free."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (1 << 16, 1 << 9, 1):
                while True:
                    try:
                        file.write(b"\0" * size)
                    except OSError as error:
                        assert error.errno == errno.ENOSPC  # noqa: PT017  # the loop's only end
                        break

    def make_room(self) -> None:
        """Take away what filled it."""
        self._filler.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """An empty small disk, mounted for the test; the test is left out where none can be mounted."""
    if sys.platform != "linux":
        pytest.skip("a small disk is mounted as tmpfs, which this system hasn't")
    if os.geteuid() != 0:
        pytest.skip("a small disk can't be mounted: that needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "opendoors-test", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk can't be mounted: {done.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
