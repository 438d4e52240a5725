"""English words for one of a thing: every text that counts has them."""

import ast
import re

from PySide6.QtCore import QCoreApplication

from opendoors_desktop.gui.english import ONE

OTHER_WORDS = {
    "enroll": r"add(ed|ing)?( %n)? (contacts?|people) to|add contacts|added to \{sequence|add to (a |the )?sequence",
    "count as sent": r"^it went",
}
"""Words of one act, and how else it was said."""


def texts(repository):
    for file in (repository / "opendoors_desktop" / "gui").rglob("*.py"):
        if file.name == "english.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def texts_that_count(repository):
    return (text for text in texts(repository) if "%n" in text)


def test_one_act_has_one_word_everywhere(repository):
    found = {
        text for text in texts(repository) for other in OTHER_WORDS.values() if re.search(other, text, re.IGNORECASE)
    }

    assert found == set()


def test_every_text_that_counts_reads_well_for_one(repository):
    assert set(texts_that_count(repository)) - set(ONE) == set()
    assert all("%n" in one for one in ONE.values())


def test_no_text_is_kept_that_nobody_says(repository):
    assert set(ONE) - set(texts_that_count(repository)) == set()


def test_one_is_told_as_one_and_more_as_more(window):
    said = [QCoreApplication.translate("Any", "%n contacts go on", "", number) for number in (0, 1, 2)]

    assert said == ["0 contacts go on", "1 contact goes on", "2 contacts go on"]
