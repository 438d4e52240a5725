"""English words for one of a thing: every text that counts has them."""

import ast

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.gui.english import ONE


def texts_that_count(repository):
    for file in (repository / "opendoors_desktop" / "gui").rglob("*.py"):
        if file.name == "english.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "%n" in node.value:
                yield node.value


def test_every_text_that_counts_reads_well_for_one(repository):
    assert set(texts_that_count(repository)) - set(ONE) == set()
    assert all("%n" in one for one in ONE.values())


def test_no_text_is_kept_that_nobody_says(repository):
    assert set(ONE) - set(texts_that_count(repository)) == set()


def test_one_is_told_as_one_and_more_as_more(window):
    said = [QCoreApplication.translate("Any", "%n contacts go on", "", number) for number in (0, 1, 2)]

    assert said == ["0 contacts go on", "1 contact goes on", "2 contacts go on"]
