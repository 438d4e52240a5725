"""Finds the folders that ship with the program: migrations and resources."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def find_shipped(name: str, package: Path = PACKAGE) -> Path:
    """The folder `name` (`migrations` or `resources`) that ships with the program.

    In a source tree it stands beside the package, in an installed wheel inside it as `_name`. The source tree is looked
    at first: an editable install may leave an old copy inside.
    """
    beside, inside = package.parent / name, package / f"_{name}"
    return beside if beside.is_dir() and (package.parent / "pyproject.toml").is_file() else inside
