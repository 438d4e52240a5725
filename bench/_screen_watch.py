"""Watches a screen from outside: says when there is the first picture on it, whoever painted that."""

import sys
import time

COLORS = 8
"""A picture is what has so many colours: a window whose words are painted, not an empty one."""

EVERY_SECONDS = 0.005
ROWS = 3
"""Every third row of pixels is looked at."""


def watch(seconds: float = 60.0) -> None:
    """Print `blank` once nothing is on the screen, then the machine's monotonic time of the first picture; else `none`.

    To be run in a process of its own with DISPLAY set.
    """
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication(sys.argv)
    end = time.monotonic() + seconds
    while _colors(application.primaryScreen()) >= COLORS and time.monotonic() < end:
        time.sleep(EVERY_SECONDS)
    print("blank", flush=True)
    while time.monotonic() < end:
        looked = time.monotonic()
        if _colors(application.primaryScreen()) >= COLORS:
            print(looked, flush=True)
            return
        time.sleep(EVERY_SECONDS)
    print("none", flush=True)


def _colors(screen: "object") -> int:
    image = screen.grabWindow(0).toImage()  # type: ignore[attr-defined]
    pixels, width = memoryview(image.constBits()).cast("I"), image.width()
    found: set[int] = set()
    for row in range(0, image.height(), ROWS):
        found.update(pixels[row * width : (row + 1) * width])
        if len(found) >= COLORS:
            break
    return len(found)
