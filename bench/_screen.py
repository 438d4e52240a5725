"""A screen in memory for windows that are measured, and what their processes weigh."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


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


def first_picture(display: Any, process: "subprocess.Popen[Any]", within: float = 60.0) -> Any:
    """The program's window (of python-xlib) as soon as its left edge shows eight colours; RuntimeError without one."""
    from Xlib import X, error

    deadline = time.monotonic() + within
    while time.monotonic() < deadline and process.poll() is None:
        for window in display.screen().root.query_tree().children:
            with suppress(error.XError):
                size = window.get_geometry()
                is_shown = window.get_attributes().map_state == X.IsViewable
                if is_shown and size.width >= 960 and len(colours_of(window, 0, 72)) >= 8:
                    return window
        time.sleep(0.002)
    raise RuntimeError("no window was painted")


def colours_of(window: Any, left: int, width: int) -> set[bytes]:
    """The colours of every third point in a column of a window."""
    from Xlib import X

    raw = window.get_image(left, 0, width, window.get_geometry().height, X.ZPixmap, 0xFFFFFFFF).data
    data = raw if isinstance(raw, bytes) else raw.encode("latin-1")
    return {data[place : place + 4] for place in range(0, len(data), 12)}
