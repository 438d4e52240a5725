"""The form of the files: opening sentences, sizes, and nothing of the machine they were written on."""

import ast
import re

from tests.architecture.source import ROOT, modules, tracked_files, tree

CODE = ("opendoors_desktop", "bench", "dev.py")
MODULE_LINES = 450
FUNCTION_LINES = 60

# Put together from pieces, so that this file isn't found itself.
MACHINE = re.compile(
    "|".join(
        [
            r"(?<![\w.])/(?:" + "|".join(["wo" + "rk", "fa" + "rm", "ro" + "ot"]) + r")/\w",
            r"/opt/(?:wheels|py" + "pi)",
            r"--(?:extra-)?index" + r"-url[ =]",
            "find" + r"-links[ =]\S",
            r"https?://[\w.-]*(?:regis" + r"try|py" + r"pi|pythonhosted)\b",
            r"/simp" + r"le/",
        ]
    )
)


def test_every_module_opens_with_a_sentence():
    silent = [
        str(path.relative_to(ROOT))
        for path in modules("opendoors_desktop", "bench", "dev.py", "tests", "migrations")
        if tree(path).body and not (ast.get_docstring(tree(path)) or "").strip()
    ]
    assert silent == []


def test_no_module_is_longer_than_a_talk():
    long = []
    for path in modules(*CODE):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MODULE_LINES:
            long.append(f"{path.relative_to(ROOT)}: {lines} lines")
    assert long == []


def test_no_function_is_longer_than_a_page():
    long = []
    for path in modules(*CODE):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines")
    assert long == []


def test_no_file_names_the_machine_or_a_registry_it_was_written_with():
    found = []
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" in content or path.is_relative_to(ROOT / "tests" / "data"):
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            if MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_text_files_are_utf_8_with_plain_line_ends():
    endings = {".py", ".md", ".toml", ".lock", ".txt", ".json", ".html", ".ini", ".sql"}
    odd = []
    for path in tracked_files():
        if path.suffix in endings and not path.is_relative_to(ROOT / "tests" / "data"):
            content = path.read_bytes()
            if b"\r" in content or (content and not content.endswith(b"\n")):
                odd.append(str(path.relative_to(ROOT)))
            content.decode("utf-8")
    assert odd == []


def test_every_test_can_fail():
    """A test has an assertion, expects an error, waits for what must come, or calls something that checks."""
    checks = re.compile(r"Assert\(|raises|assert_|expect|verify|check|fail|warns|as_test|waitUntil")
    toothless = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not checks.search(ast.dump(node))
    ]
    assert toothless == []
