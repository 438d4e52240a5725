"""A screen in memory for windows that are measured, and what their processes weigh."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def virtual_screen() -> Iterator[str]:
    """The name of an X display nobody looks at, ended with the block; RuntimeError where there is no Xvfb."""
    program = shutil.which("Xvfb")
    if program is None:
        raise RuntimeError("Xvfb is missing; it comes with Debian's package xvfb")
    reads, writes = os.pipe()
    screen = subprocess.Popen(
        [program, "-displayfd", str(writes), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writes],
        stderr=subprocess.DEVNULL,
    )
    os.close(writes)
    try:
        with os.fdopen(reads) as told:
            yield f":{told.readline().strip()}"
    finally:
        screen.terminate()
        screen.wait()


def pss_of(pid: int) -> float:
    """MiB of memory of a process and all below it, what is shared counted in parts (Linux)."""
    return sum(_pss(each) for each in family(pid))


def family(pid: int) -> list[int]:
    """A process and all below it that live now (Linux)."""
    found = [pid]
    for each in found:
        try:
            found += [int(child) for child in Path(f"/proc/{each}/task/{each}/children").read_text().split()]
        except OSError:
            continue
    return found


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
