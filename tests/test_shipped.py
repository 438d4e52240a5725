"""What ships with the program is found in a source tree and in an installed package."""

from opendoors_desktop.shipped import find_shipped


def test_a_source_tree_goes_before_a_stale_copy(tmp_path):
    package = tmp_path / "opendoors_desktop"
    (package / "_migrations").mkdir(parents=True)
    (tmp_path / "migrations").mkdir()
    assert find_shipped("migrations", package) == package / "_migrations"

    (tmp_path / "pyproject.toml").touch()
    assert find_shipped("migrations", package) == tmp_path / "migrations"


def test_what_ships_is_found_here(repository):
    assert find_shipped("migrations") == repository / "migrations"
