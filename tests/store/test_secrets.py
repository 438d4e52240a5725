"""Secrets: one contract over every place they may be kept in, and what each place does when it can't."""

import os
import subprocess
import sys
from pathlib import Path

import keyring.core
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backends import fail, null

from opendoors_desktop.domain.errors import SecretError
from opendoors_desktop.store import secret_files
from opendoors_desktop.store.secret_files import FileSecrets
from opendoors_desktop.store.secrets import (
    PARTS_MARK,
    ChosenSecrets,
    KeyringSecrets,
    MemorySecrets,
    Secrets,
    ToldSecrets,
    open_secrets,
)
from tests.fakes.keyring import LockedKeyring, MemoryKeyring

TOKEN = "eyJhbGciOi" * 300
"""As long as an OAuth token of a large provider: 3,000 characters."""


@pytest.fixture(autouse=True)
def _quick_scrypt(monkeypatch):
    monkeypatch.setattr(secret_files, "SCRYPT_COST", 2**4)


@pytest.fixture
def ring() -> MemoryKeyring:
    """A keyring of this test's own."""
    backend = MemoryKeyring()
    backend.entries = {}  # type: ignore[misc]  # hides the class's entries, which the process shares
    return backend


@pytest.fixture(params=["memory", "keyring", "key file", "passphrase", "told", "chosen", "files chosen"])
def place(request, tmp_path, ring) -> Secrets:
    """Every place secrets may be kept in."""
    places: dict[str, Secrets] = {
        "memory": MemorySecrets(),
        "keyring": KeyringSecrets(lambda: ring),
        "key file": FileSecrets(tmp_path / "secrets", tmp_path / "key"),
        "passphrase": FileSecrets(tmp_path / "secrets", tmp_path / "key", lambda: "open sesame"),
        "told": ToldSecrets(MemorySecrets(), lambda value: None),
        "chosen": ChosenSecrets(FileSecrets(tmp_path / "secrets", tmp_path / "key"), KeyringSecrets(lambda: ring)),
        "files chosen": ChosenSecrets(
            FileSecrets(tmp_path / "secrets", tmp_path / "key"), KeyringSecrets(LockedKeyring)
        ),
    }
    if request.param == "files chosen":
        places[request.param].use_files()
    return places[request.param]


VALUES = [
    "",
    "geheim",
    "p\u00e4ss \u2603 \U0001f511",
    "a\nb\x00c",
    "\U0001f511" * 601,
    TOKEN,
    PARTS_MARK + "1:2",
    "x" * 1200,
]


@pytest.mark.parametrize("value", VALUES)
def test_T88_what_was_kept_is_given_back(place, value):
    place.set("mailbox one", value)
    place.set("mailbox two", "another")

    assert place.get("mailbox one") == value
    assert place.get("mailbox two") == "another"


def test_nothing_is_kept_at_first(place):
    assert place.get("mailbox") is None
    place.delete("mailbox")
    assert place.get("mailbox") is None


def test_a_later_value_takes_the_place_of_the_earlier(place):
    for value in (TOKEN, "short", TOKEN + "2", TOKEN):
        place.set("mailbox", value)
        assert place.get("mailbox") == value


def test_a_deleted_secret_is_gone_and_the_others_stay(place):
    place.set("one", TOKEN)
    place.set("two", TOKEN)

    place.delete("one")

    assert place.get("one") is None
    assert place.get("two") == TOKEN


@given(name=st.text(), value=st.text(max_size=4000))
def test_any_text_goes_into_a_keyring_and_out_again(name, value):
    backend = MemoryKeyring()
    backend.entries = {}  # type: ignore[misc]  # as above
    place = KeyringSecrets(lambda: backend)

    place.set(name, value)

    assert place.get(name) == value
    place.delete(name)
    assert backend.entries == {}


def test_T88_a_long_token_leaves_no_part_behind_when_it_is_replaced(ring):
    place = KeyringSecrets(lambda: ring)
    place.set("mailbox", TOKEN)
    assert len(ring.entries) == 1 + 5

    place.set("mailbox", "short")

    assert list(ring.entries.values()) == ["short"]


def test_a_program_that_ends_between_the_parts_leaves_the_token_before(ring, monkeypatch):
    place = KeyringSecrets(lambda: ring)
    place.set("mailbox", TOKEN)
    writes = iter([None, None])

    def power_cut(*entry: str) -> None:
        next(writes)
        MemoryKeyring.set_password(ring, *entry)

    monkeypatch.setattr(ring, "set_password", power_cut)
    with pytest.raises(SecretError):
        place.set("mailbox", "B" * 3000)

    assert place.get("mailbox") == TOKEN


def test_a_part_that_is_missing_is_told_and_no_half_token_given(ring):
    place = KeyringSecrets(lambda: ring)
    place.set("mailbox", TOKEN)
    del ring.entries[next(key for key in ring.entries if key[0].endswith(", 3)"))]

    with pytest.raises(SecretError) as told:
        place.get("mailbox")

    assert told.value.code == "secret_incomplete"
    place.delete("mailbox")
    assert ring.entries == {}


def test_fault_44_a_locked_keyring_is_a_clear_error_without_the_secret():
    place = KeyringSecrets(LockedKeyring)

    with pytest.raises(SecretError) as told:
        place.set("mailbox", "hunter2hunter2")

    assert told.value.code == "keyring_refused"
    assert "OPENDOORS_KEYRING=file" in told.value.advice
    assert "hunter2" not in f"{told.value} {told.value.advice} {told.value.where}"


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring()])
def test_fault_44_without_a_keyring_the_error_names_the_working_choice(tmp_path, monkeypatch, backend):
    monkeypatch.setattr(keyring.core, "get_keyring", lambda: backend)
    place = open_secrets(None, tmp_path / "secrets", tmp_path / "key")

    with pytest.raises(SecretError) as told:
        place.get("mailbox")

    assert told.value.code == "keyring_missing"
    assert list(tmp_path.iterdir()) == []


def test_fault_44_files_are_chosen_while_the_program_runs_and_the_next_start_knows(tmp_path, monkeypatch):
    monkeypatch.setattr(keyring.core, "get_keyring", lambda: LockedKeyring())
    place = open_secrets(None, tmp_path / "secrets", tmp_path / "key")
    with pytest.raises(SecretError):
        place.set("mailbox", "geheim")

    place.use_files()
    place.set("mailbox", "geheim")

    assert place.get("mailbox") == "geheim"
    assert open_secrets(None, tmp_path / "secrets", tmp_path / "key").get("mailbox") == "geheim"
    assert "geheim" not in "".join(file.read_text("latin-1") for file in tmp_path.rglob("*") if file.is_file())


def test_what_the_keyring_held_before_files_were_chosen_is_still_found_and_forgotten(tmp_path, ring):
    place = ChosenSecrets(FileSecrets(tmp_path / "secrets", tmp_path / "key"), KeyringSecrets(lambda: ring))
    place.set("before", "geheim")
    place.use_files()
    place.set("after", "geheimer")

    assert (place.get("before"), place.get("after")) == ("geheim", "geheimer")
    assert list(ring.entries.values()) == ["geheim"]
    place.delete("before")
    assert place.get("before") is None
    assert ring.entries == {}


def test_a_backend_that_was_named_is_not_left_for_files():
    with pytest.raises(SecretError, match="OPENDOORS_KEYRING"):
        KeyringSecrets(MemoryKeyring).use_files()


def test_the_systems_keyring_is_taken_where_there_is_one(tmp_path, monkeypatch, ring):
    monkeypatch.setattr(keyring.core, "get_keyring", lambda: ring)

    open_secrets(None, tmp_path / "secrets", tmp_path / "key").set("mailbox", "geheim")

    assert list(ring.entries.values()) == ["geheim"]


def test_a_named_backend_is_taken(tmp_path):
    name = "mailbox of this test alone"
    place = open_secrets("tests.fakes.keyring.MemoryKeyring", tmp_path / "secrets", tmp_path / "key")
    place.set(name, "geheim")

    assert place.get(name) == "geheim"
    assert (f"OpenDoors Desktop: {name}", "OpenDoors Desktop") in MemoryKeyring.entries
    place.delete(name)


@pytest.mark.parametrize("name", ["nowhere.to.be.Found", "keyring.backends.fail.Nothing", "nodots"])
def test_an_unknown_backend_is_named(tmp_path, name):
    with pytest.raises(SecretError, match=name) as told:
        open_secrets(name, tmp_path / "secrets", tmp_path / "key").get("mailbox")

    assert told.value.code == "keyring_unknown"


def test_files_once_chosen_stay_chosen(tmp_path):
    open_secrets("file", tmp_path / "secrets", tmp_path / "key").set("mailbox", "geheim")

    assert open_secrets(None, tmp_path / "secrets", tmp_path / "key").get("mailbox") == "geheim"


def test_every_value_that_passes_is_told():
    told: list[str] = []
    place = ToldSecrets(MemorySecrets(), told.append)
    place.set("mailbox", "geheim")
    place.get("mailbox")
    place.get("nothing")

    assert told == ["geheim", "geheim"]


def test_nothing_readable_lies_on_the_disk_and_nobody_else_may_read(tmp_path):
    FileSecrets(tmp_path / "secrets", tmp_path / "key", lambda: "open sesame").set("Ana Lima's mailbox", "geheim" * 9)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() + path.name.encode() for path in files)
    assert len(files) == 2
    for word in (b"geheim", b"sesame", b"Ana Lima", b"mailbox"):
        assert word not in content
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
        assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_a_wrong_passphrase_opens_nothing(tmp_path):
    FileSecrets(tmp_path / "s", tmp_path / "key", lambda: "open sesame").set("mailbox", "geheim")

    with pytest.raises(SecretError) as told:
        FileSecrets(tmp_path / "s", tmp_path / "key", lambda: "open barley").get("mailbox")

    assert told.value.code == "passphrase_wrong"


def test_the_passphrase_is_asked_for_once(tmp_path):
    asked: list[None] = []

    def ask() -> str:
        asked.append(None)
        return "open sesame"

    place = FileSecrets(tmp_path / "s", tmp_path / "key", ask)
    for number in range(3):
        place.set(f"mailbox {number}", "geheim")
    assert place.get("mailbox 2") == "geheim"
    assert len(asked) == 1


def test_without_a_passphrase_locked_files_say_so(tmp_path):
    FileSecrets(tmp_path / "s", tmp_path / "key", lambda: "open sesame").set("mailbox", "geheim")

    with pytest.raises(SecretError) as told:
        FileSecrets(tmp_path / "s", tmp_path / "key").get("mailbox")

    assert told.value.code == "passphrase_needed"


def test_another_key_file_opens_nothing(tmp_path):
    FileSecrets(tmp_path / "s", tmp_path / "key").set("mailbox", "geheim")
    FileSecrets(tmp_path / "other", tmp_path / "other key").set("mailbox", "geheim")

    with pytest.raises(SecretError) as told:
        FileSecrets(tmp_path / "s", tmp_path / "other key").get("mailbox")

    assert told.value.code == "passphrase_wrong"


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights in lists of its own")
def test_a_key_file_that_others_may_read_is_refused(tmp_path):
    FileSecrets(tmp_path / "s", tmp_path / "key").set("mailbox", "geheim")
    (tmp_path / "key").chmod(0o644)

    with pytest.raises(SecretError, match="others") as told:
        FileSecrets(tmp_path / "s", tmp_path / "key").get("mailbox")

    assert "chmod 600" in told.value.advice


def test_a_lost_key_file_is_told(tmp_path):
    FileSecrets(tmp_path / "s", tmp_path / "key").set("mailbox", "geheim")
    (tmp_path / "key").unlink()

    with pytest.raises(SecretError) as told:
        FileSecrets(tmp_path / "s", tmp_path / "key").get("mailbox")

    assert told.value.where == str(tmp_path / "key")


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1] + bytes([data[-1] ^ 1]), lambda data: b"", lambda data: data[:9]]
)
def test_a_damaged_file_is_told_and_spares_the_others(tmp_path, damage):
    place = FileSecrets(tmp_path / "s", tmp_path / "key")
    place.set("one", "geheim")
    [file] = (tmp_path / "s").glob("*.secret")
    place.set("two", "geheim")
    file.write_bytes(damage(file.read_bytes()))

    with pytest.raises(SecretError) as told:
        place.get("one")

    assert told.value.code == "secret_damaged"
    assert place.get("two") == "geheim"


@pytest.mark.parametrize("header", [b"", b"[]", b"{}", b'{"version": 2, "key": "file", "check": "00"}', b"\xff"])
def test_a_damaged_header_is_told(tmp_path, header):
    place = FileSecrets(tmp_path / "s", tmp_path / "key")
    place.set("one", "geheim")
    (tmp_path / "s" / "header.json").write_bytes(header)

    with pytest.raises(SecretError) as told:
        FileSecrets(tmp_path / "s", tmp_path / "key").get("one")

    assert told.value.code == "secret_damaged"


@pytest.mark.parametrize("key", ["key", "file/key", "file/deeper/key"])
def test_fault_44_a_folder_that_cannot_be_made_is_told(tmp_path, key):
    (tmp_path / "file").touch()
    place = FileSecrets(tmp_path / "file" / "secrets", tmp_path / key)

    with pytest.raises(SecretError) as told:
        place.set("mailbox", "geheim")

    assert told.value.code == "secret_files"


@pytest.mark.parametrize("act", ["get", "delete"])
def test_fault_44_files_that_cannot_be_read_are_told(tmp_path, monkeypatch, act):
    place = FileSecrets(tmp_path / "s", tmp_path / "key")
    place.set("mailbox", "geheim")
    [file] = (tmp_path / "s").glob("*.secret")
    file.unlink()
    file.mkdir()

    with pytest.raises(SecretError) as told:
        getattr(place, act)("mailbox")

    assert told.value.code == "secret_files"


def test_a_header_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    FileSecrets(tmp_path / "s", tmp_path / "key").set("mailbox", "geheim")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SecretError, match="Permission denied"):
        FileSecrets(tmp_path / "s", tmp_path / "key").get("mailbox")


def test_fault_44_a_full_disk_leaves_the_value_before(tmp_path, monkeypatch):
    place = FileSecrets(tmp_path / "s", tmp_path / "key")
    place.set("mailbox", "geheim")

    def no_space(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(SecretError, match="No space left"):
        place.set("mailbox", "other")

    assert place.get("mailbox") == "geheim"
    assert len(list((tmp_path / "s").iterdir())) == 2


def test_a_key_file_cut_short_is_told(tmp_path):
    FileSecrets(tmp_path / "s", tmp_path / "key").set("mailbox", "geheim")
    (tmp_path / "key").write_bytes(b"half")

    with pytest.raises(SecretError) as told:
        FileSecrets(tmp_path / "s", tmp_path / "key").get("mailbox")

    assert told.value.code == "secret_damaged"


def test_two_programs_that_begin_at_once_use_one_key(tmp_path, monkeypatch):
    first, second = (FileSecrets(tmp_path / "s", tmp_path / "key", lambda: "open sesame") for _ in range(2))
    first.set("one", "geheim")
    with monkeypatch.context() as moment:
        moment.setattr(second, "exists", lambda: False)
        second.set("two", "geheim")

    assert first.get("two") == "geheim"


def test_two_programs_may_keep_secrets_at_once(tmp_path):
    script = (
        "import sys; from pathlib import Path; from opendoors_desktop.store.secret_files import FileSecrets\n"
        "place = FileSecrets(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "for number in range(20): place.set(f'{sys.argv[3]} {number}', sys.argv[3] * 5)\n"
    )
    FileSecrets(tmp_path / "s", tmp_path / "key").set("first", "geheim")
    both = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "s"), str(tmp_path / "key"), name])
        for name in ("ana", "bo")
    ]
    assert [program.wait(60) for program in both] == [0, 0]

    place = FileSecrets(Path(tmp_path / "s"), tmp_path / "key")
    kept = [place.get(f"{name} {number}") for name in ("ana", "bo") for number in range(20)]
    assert kept == ["anaanaanaanaana"] * 20 + ["bobobobobo"] * 20


def test_opening_reads_no_keyring_library(python):
    script = (
        "import sys, opendoors_desktop.store.secrets; print('keyring' in sys.modules, 'cryptography' in sys.modules)"
    )

    answer = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout

    assert answer.split() == ["False", "False"]


def test_files_that_are_chosen_are_made_ready_once(tmp_path):
    told: list[str] = []
    place = ToldSecrets(FileSecrets(tmp_path / "s", tmp_path / "key"), told.append)

    place.use_files()
    key = (tmp_path / "key").read_bytes()
    place.use_files()

    assert (tmp_path / "key").read_bytes() == key
    place.set("one", "geheim")
    assert (place.get("one"), told) == ("geheim", ["geheim", "geheim"])
