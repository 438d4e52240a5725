"""The list of perfect files names what it means to name."""

import subprocess

import coverage

from tests.perfect_files import gaps, listed

HALF_RUN = """
def choose(flag):
    if flag:
        return 1
    return 2


choose(True)
"""


def test_patterns_name_files_and_an_entry_without_a_file_is_told(tmp_path):
    (tmp_path / "a.py").touch()
    (tmp_path / "b.py").touch()

    files, empty = listed("# words\n\n*.py  # all\ngone/c.py\n", tmp_path)

    assert files == [tmp_path / "a.py", tmp_path / "b.py"]
    assert empty == ["gone/c.py"]


def test_a_file_with_a_line_and_a_branch_left_out_is_not_perfect(tmp_path, python):
    file, data = tmp_path / "half.py", tmp_path / "data"
    file.write_text(HALF_RUN, encoding="utf-8")
    command = [python, "-m", "coverage", "run", "--branch", f"--data-file={data}", file.name]
    subprocess.run(command, cwd=tmp_path, check=True)
    measured = coverage.Coverage(data_file=str(data), branch=True, config_file=False)
    measured.load()

    [fault] = gaps(measured, [file])

    assert fault.endswith("half.py: not run: 5, 3->5")
