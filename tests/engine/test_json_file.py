"""JSON files as people have them."""

import json
from pathlib import Path

import pytest

from opendoors_desktop.domain.errors import InputError
from opendoors_desktop.engine import json_file
from opendoors_desktop.engine.json_file import parse_json, read_json, write_json

VALUE = {"name": "Größe", "list": [1, 2.5, None, True], "text": "line\nline"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_is_read_in_any_unicode_encoding(tmp_path: Path, encoding: str):
    path = tmp_path / "sequence.json"
    path.write_bytes(json.dumps(VALUE, ensure_ascii=False).encode(encoding))
    assert read_json(path) == VALUE


def test_what_is_written_is_read_again():
    assert parse_json(write_json(VALUE).encode(), "x") == VALUE
    assert "Größe" in write_json(VALUE)


@pytest.mark.parametrize(
    "text, title, where",
    [
        (b"", "line 1, column 1", "f:1:1"),
        (b'{"a": 1,\n "b": }', "line 2, column 7", "f:2:7"),
        (b'{"a": NaN}', "NaN is no number", "f"),
        (b"[" * 100_000, "nests too deep", "f"),
        (b'{"a": 1, "a": 2}', "two members", "f"),
        (b'["\\ud800"]', "half a character", "f"),
        (b'{"a": "\xe9"}', "UTF-8", "f"),
        (b"1" * 5000, "no JSON", "f"),
    ],
)
def test_a_fault_is_told_with_its_place(text: bytes, title: str, where: str):
    with pytest.raises(InputError) as caught:
        parse_json(text, "f")
    assert title in caught.value.title
    assert caught.value.where == where


def test_a_file_that_is_missing_or_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(InputError) as caught:
        read_json(tmp_path / "nothing.json")
    assert caught.value.code == "file_unreadable"
    path = tmp_path / "large.json"
    path.write_bytes(b"[1, 2]")
    monkeypatch.setattr(json_file, "LARGEST", 5)
    with pytest.raises(InputError) as caught:
        read_json(path)
    assert caught.value.code == "file_too_large"
