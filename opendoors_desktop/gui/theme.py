"""The look of the program: tokens turned into colours, fonts, a palette and a style sheet, light or dark."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from opendoors_desktop.shipped import find_shipped

if TYPE_CHECKING:
    from PySide6.QtGui import QStyleHints

DESIGN_BASE: Final = 13
"""The pixel size the tokens were drawn at; every size follows the person's own font from there."""

BARE_FAMILIES: Final = {"", "dejavu sans", "sans", "sans serif", "bitstream vera sans", "liberation sans"}
"""What a system answers that has no interface font of its own; there the bundled one is used."""


HALF_LIGHT: Final = 128
"""A system whose windows are darker than this is a dark one."""


class Mode(StrEnum):
    """Which look a person has chosen."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@cache
def tokens() -> Mapping[str, Any]:
    """The design tokens as they ship with the program."""
    return json.loads((_folder() / "tokens.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _folder() -> Path:
    return find_shipped("resources") / "theme"


@dataclass(frozen=True, slots=True)
class Theme:
    """One look: every colour by its token's name, and fonts that follow the person's own size."""

    is_dark: bool
    colors: Mapping[str, str]
    family: str
    base: float
    is_high_contrast: bool = False

    def outline(self, fill: str) -> str:
        """The token that a tinted fill is outlined in where high contrast takes its tint; "" where it has it."""
        return fill.removesuffix("-bg").removesuffix("-soft") if self.is_high_contrast and is_tint(fill) else ""

    def color(self, name: str) -> QColor:
        """The colour of a token, such as `text-muted`; KeyError for a name the tokens don't have."""
        return QColor(self.colors[name])

    def px(self, design: float) -> int:
        """A design size in pixels of this person's screen, whole and at least 1."""
        return max(1, round(design * self.base / DESIGN_BASE))

    def font(self, role: str) -> QFont:
        """The font of a role of the type scale, such as `body` or `title`; figures stand in columns."""
        scale = tokens()["font"]["scale"][role]
        font = QFont(self.family)
        font.setPixelSize(self.px(scale["px"]))
        font.setWeight(QFont.Weight(scale["weight"]))
        if scale["tracking"]:
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, scale["tracking"])
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def palette(self) -> QPalette:
        """The palette for widgets that the style paints by itself."""
        palette = QPalette()
        roles = QPalette.ColorRole
        for role, name in _PALETTE.items():
            palette.setColor(role, self.color(name))
        for role in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("text-disabled"))
        palette.setColor(QPalette.ColorGroup.Inactive, roles.Highlight, self.color("surface-selected-inactive"))
        return palette

    def style_sheet(self) -> str:
        """The rules for controls, with every `$token` and `$pxN` of the template filled in."""
        from string import Template

        names = {name.replace("-", "_"): value for name, value in self.colors.items()}
        sizes = {f"px{size}": f"{self.px(size)}px" for size in range(1, 97)}
        images = {"images": (_folder() / ("dark" if self.is_dark else "light")).as_posix()}
        return Template((_folder() / "style.qss").read_text(encoding="utf-8")).substitute(names | sizes | images)


_PALETTE: Final = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "panel",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "text-subtle",
    QPalette.ColorRole.Button: "surface-raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.Highlight: "surface-selected",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Link: "accent-text",
    QPalette.ColorRole.LinkVisited: "accent-text",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.ToolTipBase: "inverse-surface",
    QPalette.ColorRole.ToolTipText: "inverse-text",
    QPalette.ColorRole.Light: "surface-raised",
    QPalette.ColorRole.Midlight: "surface-hover",
    QPalette.ColorRole.Mid: "border-strong",
    QPalette.ColorRole.Dark: "border-control",
    QPalette.ColorRole.Shadow: "border-strong",
    QPalette.ColorRole.BrightText: "on-accent",
}


def make_theme(*, is_dark: bool, family: str, base: float, high_contrast: bool = False) -> Theme:
    """The theme of these choices; with `high_contrast` lines and faint text take their stronger tokens."""
    groups = tokens()["color"]["dark" if is_dark else "light"].values()
    colors: dict[str, str] = {name: value for group in groups for name, value in group.items()}
    if high_contrast:
        colors |= dict.fromkeys(("border", "border-strong"), colors["border-control"])
        colors |= dict.fromkeys(("text-muted", "text-subtle"), colors["text"])
        colors |= {name: colors["surface"] for name in colors if is_tint(name)}
    return Theme(is_dark, colors, family, base, high_contrast)


def is_tint(name: str) -> bool:
    """Whether a token is a faint fill of a meaning's colour."""
    return name.endswith(("-bg", "-soft"))


class ThemeKeeper(QObject):
    """Holds the theme of the program and lays it over the application; `changed` tells what caches colours.

    Whether the system is dark is told from its palette first: what it says in words costs the first picture too much,
    and is heard from `follow_system` on.
    """

    changed = Signal()
    scale_chosen = Signal(float)

    def __init__(self, application: QApplication, mode: Mode = Mode.SYSTEM, scale: float = 1.0) -> None:
        """`scale` is the person's own factor on every size; beyond 0.9 and 1.5 those are taken."""
        super().__init__(application)
        self._application = application
        self._hints: QStyleHints | None = None
        self._is_dark_outside = application.palette().window().color().lightness() < HALF_LIGHT
        self._mode = mode
        self._scale = self.next_scale = _within_reason(scale)
        self._family, self._base = _system_font()
        self._windows: list[QWidget] = []
        self.theme = self._make()
        self._lay_over()

    @property
    def mode(self) -> Mode:
        """What the person has chosen."""
        return self._mode

    def follow_system(self) -> None:
        """Ask the system for its look and its contrast, and hear of its changes."""
        if self._hints is not None:
            return
        self._hints = QGuiApplication.styleHints()  # without a reference of ours it would die at once
        self._hints.colorSchemeChanged.connect(self._on_scheme_changed)
        self._hints.accessibility().contrastPreferenceChanged.connect(self._renew)
        if self._make() != self.theme:
            self._renew()

    def choose(self, mode: Mode) -> None:
        """Change the look; every window follows at once."""
        self._mode = mode
        self._renew()

    def choose_scale(self, scale: float) -> None:
        """Change the person's own factor on every size from the next start on, which `scale_chosen` brings.

        A window that is open keeps its own: most of its sizes were taken when it was made.
        """
        self.next_scale = _within_reason(scale)
        self.scale_chosen.emit(self.next_scale)

    def _on_scheme_changed(self) -> None:
        if self._mode is Mode.SYSTEM:
            self._renew()

    def _renew(self) -> None:
        self.theme = self._make()
        self._lay_over()
        self.changed.emit()

    def _make(self) -> Theme:
        is_dark, is_high = self._is_dark_outside, False
        if self._hints is not None:
            from PySide6.QtCore import Qt

            is_dark = self._hints.colorScheme() is Qt.ColorScheme.Dark
            is_high = self._hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast
        is_dark = self._mode is Mode.DARK or (self._mode is Mode.SYSTEM and is_dark)
        return make_theme(is_dark=is_dark, family=self._family, base=self._base * self._scale, high_contrast=is_high)

    def _lay_over(self) -> None:
        self._application.setPalette(self.theme.palette())
        self._application.setFont(self.theme.font("body"))
        self._windows = [window for window in self._windows if isValid(window)]
        for window in self._windows:
            window.setStyleSheet(self.theme.style_sheet())

    def dress(self, window: QWidget) -> None:
        """Have a window and all that stands in it or belongs to it follow the style sheet from now on.

        Not the whole application: each part would be styled anew whenever it is put into the next larger one.
        """
        self._windows.append(window)
        window.setStyleSheet(self.theme.style_sheet())


def _within_reason(scale: float) -> float:
    return round(min(1.5, max(0.9, scale)), 1)


def _system_font() -> tuple[str, float]:
    """The family and pixel size of the system's interface font; the bundled family where it has none."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    info = QFontInfo(font)
    size = float(min(16, max(12, info.pixelSize())))
    if info.family().lower() not in BARE_FAMILIES and QGuiApplication.platformName() != "offscreen":
        return info.family(), size
    for file in sorted((find_shipped("resources") / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))
    return "Inter", float(DESIGN_BASE)


class _Current:
    """Where the one keeper of this process is found by widgets that paint."""

    keeper: ThemeKeeper | None = None


def start_theme(application: QApplication, mode: Mode = Mode.SYSTEM, scale: float = 1.0) -> ThemeKeeper:
    """Make the keeper that `theme()` and `keeper()` give from now on."""
    _Current.keeper = ThemeKeeper(application, mode, scale)
    return _Current.keeper


def keeper() -> ThemeKeeper:
    """The keeper of this process; RuntimeError before `start_theme`."""
    if _Current.keeper is None:
        raise RuntimeError("No theme was started.")
    return _Current.keeper


def theme() -> Theme:
    """The theme in use now; not to be kept beyond `keeper().changed`."""
    return keeper().theme
