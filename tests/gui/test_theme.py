"""The look: every colour from the tokens, light and dark, and sizes that follow the person's own font."""

import re

import pytest
from PySide6.QtGui import QColor, QPalette

from opendoors_desktop.gui.theme import Mode, Theme, ThemeKeeper, keeper, make_theme, theme, tokens


def look(*, is_dark=False, base=13.0, high_contrast=False) -> Theme:
    return make_theme(is_dark=is_dark, family="Inter", base=base, high_contrast=high_contrast)


@pytest.mark.parametrize("is_dark", [False, True])
def test_the_style_sheet_knows_every_token_it_names(is_dark):
    sheet = look(is_dark=is_dark).style_sheet()

    assert "$" not in sheet
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", sheet)) <= set(look(is_dark=is_dark).colors.values())


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_the_pictures_of_controls_are_drawn_in_their_tokens(kind, repository):
    of = look(is_dark=kind == "dark")
    inks = {"chevron-down": "text-muted", "chevron-up": "text-muted", "check": "on-accent", "minus": "on-accent"}
    folder = repository / "resources" / "theme" / kind

    assert {file.stem for file in folder.iterdir()} == set(inks)
    for name, token in inks.items():
        assert f'stroke="{of.colors[token]}"' in (folder / f"{name}.svg").read_text(encoding="utf-8")


def test_light_and_dark_have_the_same_tokens():
    assert set(look().colors) == set(look(is_dark=True).colors)


def luminance(name: str, of: Theme) -> float:
    color = of.color(name)
    parts = [part / 255 for part in (color.red(), color.green(), color.blue())]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_text_keeps_the_contrast_that_the_tokens_promise(kind):
    of = look(is_dark=kind == "dark")
    for name, pairs in tokens()["color"].get("contrast", tokens().get("contrast", {}))[kind].items():
        for ground in set(pairs) - {"need"}:
            bright, dim = sorted([luminance(name, of), luminance(ground, of)], reverse=True)
            assert (bright + 0.05) / (dim + 0.05) >= pairs["need"], (name, ground)


def test_high_contrast_takes_the_stronger_lines_and_full_text():
    plain, strong = look(), look(high_contrast=True)

    assert strong.colors["border"] == plain.colors["border-control"]
    assert strong.colors["text-muted"] == plain.colors["text"]
    assert strong.colors["success-bg"] == plain.colors["surface"]


def test_sizes_follow_the_font_and_are_never_nothing():
    assert [look(base=base).px(36) for base in (13, 16, 19.5)] == [36, 44, 54]
    assert look().px(0.2) == 1
    assert look(base=26).font("title").pixelSize() == 36
    assert look().font("body-strong").weight() == 600


def test_a_choice_is_laid_over_the_application_and_told(qtbot, qapp):
    with qtbot.waitSignal(keeper().changed):
        keeper().choose(Mode.DARK)
    dark = QColor(theme().colors["window"])
    assert theme().is_dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == dark

    keeper().choose(Mode.LIGHT)
    assert not theme().is_dark


def test_the_persons_own_factor_stays_within_reason_and_holds_from_the_next_start_on(qtbot, qapp):
    usual = theme().px(100)
    for wanted, taken in ((9.0, 1.5), (0.1, 0.9), (1.2, 1.2), (1.0, 1.0)):
        with qtbot.waitSignal(keeper().scale_chosen) as told:
            keeper().choose_scale(wanted)
        assert told.args == [taken]
        assert theme().px(100) == usual
        assert ThemeKeeper(qapp, Mode.LIGHT, wanted).theme.px(100) == round(usual * taken)
    keeper().choose(Mode.LIGHT)
