"""Where passwords and tokens are kept: the system's keyring, or encrypted files; never plain text."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from opendoors_desktop.domain.errors import SecretError
from opendoors_desktop.store.secret_files import FileSecrets

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

FILES = "file"
"""The word that chooses encrypted files where a keyring backend is named."""

SERVICE = "OpenDoors Desktop"
ENTRY_UNITS = 1200
"""UTF-16 units one keyring entry holds at most; Windows refuses above 1,280."""

PARTS_MARK = "opendoors-parts:"
ADVICE = (
    "Start or unlock the system's keyring (Windows Credential Manager, macOS Keychain, GNOME Keyring, KWallet), "
    f"or set OPENDOORS_KEYRING={FILES} to keep passwords in encrypted files in the data folder."
)


class Secrets(Protocol):
    """Passwords and tokens by name; a name is free text, a value any text of up to some ten thousand characters."""

    def get(self, name: str) -> str | None:
        """The value kept under `name` on this machine, None when there is none; SecretError when it can't be read."""

    def set(self, name: str, value: str) -> None:
        """Keep `value` under `name`, in place of an earlier one; SecretError when that isn't possible."""

    def delete(self, name: str) -> None:
        """Forget what is kept under `name`, if anything; SecretError when that isn't possible."""

    def use_files(self) -> None:
        """Keep what is set from now on in encrypted files; SecretError where that isn't possible."""


class MemorySecrets:
    """Secrets that live as long as this object: for the tour and for tests."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """The value kept under `name`, None when there is none."""
        return self._values.get(name)

    def set(self, name: str, value: str) -> None:
        """Keep `value` under `name`."""
        self._values[name] = value

    def delete(self, name: str) -> None:
        """Forget `name`."""
        self._values.pop(name, None)

    def use_files(self) -> None:
        """Nothing of this is ever kept."""


class KeyringSecrets:
    """Secrets in a keyring backend, which is looked for when it is first needed.

    A value too long for one entry is split over several: they are written under a new generation before the head entry
    names that generation, so that a program that ends midway leaves the value before.
    """

    def __init__(self, find_backend: "Callable[[], KeyringBackend]") -> None:
        self._find_backend = find_backend
        self._backend: KeyringBackend | None = None

    def get(self, name: str) -> str | None:
        """The value kept under `name`, None when there is none; SecretError when the keyring doesn't answer."""
        head = self._read(name)
        if head is None or not head.startswith(PARTS_MARK):
            return head
        parts = [self._read(entry) for entry in _part_names(name, head)]
        if None in parts:
            raise SecretError(
                f"Only a part of the secret “{name}” is left in the keyring.",
                "Enter the password again, or sign in again.",
                where=name,
                code="secret_incomplete",
            )
        return "".join(part for part in parts if part is not None)

    def set(self, name: str, value: str) -> None:
        """Keep `value` under `name`; SecretError when the keyring refuses it."""
        before = self._read(name)
        if _units(value) <= ENTRY_UNITS and not value.startswith(PARTS_MARK):
            self._write(name, value)
        else:
            size = ENTRY_UNITS // 2  # characters, each of which may take two units
            parts = [value[start : start + size] for start in range(0, len(value), size)]
            head = f"{PARTS_MARK}{secrets.token_hex(4)}:{len(parts)}"
            for entry, part in zip(_part_names(name, head), parts, strict=True):
                self._write(entry, part)
            self._write(name, head)
        self._forget_parts(name, before)

    def delete(self, name: str) -> None:
        """Forget what is kept under `name`; SecretError when the keyring refuses."""
        before = self._read(name)
        if before is not None:
            self._remove(name)
        self._forget_parts(name, before)

    def use_files(self) -> None:
        """Refuse: who names a backend has chosen it; SecretError."""
        raise SecretError(
            "OPENDOORS_KEYRING names the keyring that passwords are kept in.",
            f"Unset it, or set it to {FILES}, then start the program again.",
            where="OPENDOORS_KEYRING",
            code="keyring_named",
        )

    def _forget_parts(self, name: str, head: str | None) -> None:
        for entry in _part_names(name, head or ""):
            if self._read(entry) is not None:
                self._remove(entry)

    def _read(self, entry: str) -> str | None:
        return self._ask(entry, lambda backend: backend.get_password(_service(entry), SERVICE))

    def _write(self, entry: str, value: str) -> None:
        self._ask(entry, lambda backend: backend.set_password(_service(entry), SERVICE, value))

    def _remove(self, entry: str) -> None:
        self._ask(entry, lambda backend: backend.delete_password(_service(entry), SERVICE))

    def _ask(self, entry: str, question: "Callable[[KeyringBackend], T]") -> T:
        if self._backend is None:
            self._backend = self._find_backend()
        try:
            return question(self._backend)
        except Exception as fault:  # a backend raises whatever its system's library raises
            sentence = f"The system's keyring refused: {type(fault).__name__}."
            raise SecretError(sentence, ADVICE, where=entry, code="keyring_refused") from fault


class ChosenSecrets:
    """Secrets in a keyring, until encrypted files are chosen; what the keyring held before is still found there."""

    def __init__(self, files: FileSecrets, keyring: KeyringSecrets) -> None:
        self._files = files
        self._keyring = keyring

    def get(self, name: str) -> str | None:
        """The value kept under `name`, None when there is none; SecretError when it can't be read."""
        if not self._files.exists():
            return self._keyring.get(name)
        value = self._files.get(name)
        if value is None:
            with suppress(SecretError):  # a keyring that doesn't answer is why files were chosen
                value = self._keyring.get(name)
        return value

    def set(self, name: str, value: str) -> None:
        """Keep `value` under `name`; SecretError when that isn't possible."""
        (self._files if self._files.exists() else self._keyring).set(name, value)

    def delete(self, name: str) -> None:
        """Forget `name`, wherever it is kept; SecretError when that isn't possible."""
        if not self._files.exists():
            self._keyring.delete(name)
            return
        self._files.delete(name)
        with suppress(SecretError):
            self._keyring.delete(name)

    def use_files(self) -> None:
        """Keep what is set from now on in encrypted files; SecretError when they can't be made."""
        self._files.begin()


class ToldSecrets:
    """Secrets of which each value that passes is told to `tell`, so that the log can mask it."""

    def __init__(self, inner: Secrets, tell: Callable[[str], None]) -> None:
        self._inner = inner
        self._tell = tell

    def get(self, name: str) -> str | None:
        """As `Secrets.get`."""
        value = self._inner.get(name)
        if value is not None:
            self._tell(value)
        return value

    def set(self, name: str, value: str) -> None:
        """As `Secrets.set`."""
        self._tell(value)
        self._inner.set(name, value)

    def delete(self, name: str) -> None:
        """As `Secrets.delete`."""
        self._inner.delete(name)

    def use_files(self) -> None:
        """As `Secrets.use_files`."""
        self._inner.use_files()


def open_secrets(
    keyring: str | None, folder: Path, key_file: Path, passphrase: Callable[[], str] | None = None
) -> Secrets:
    """The place for this machine's secrets; nothing is opened or asked before the first use.

    `keyring` names a backend by its class, or is `file` for encrypted files in `folder`; with None, files are taken
    where they have been chosen before, else the system's keyring. The files are opened by what `passphrase` answers, or
    without it by the key in `key_file`.
    """
    files = FileSecrets(folder, key_file, passphrase)
    if keyring == FILES:
        return files
    if keyring is None:
        return ChosenSecrets(files, KeyringSecrets(_system_backend))
    return KeyringSecrets(lambda: _named_backend(keyring))


def _named_backend(name: str) -> "KeyringBackend":
    import keyring.core

    try:
        return keyring.core.load_keyring(name)
    except Exception as fault:  # importing a foreign class may raise anything
        raise SecretError(
            f"“{name}” is no keyring backend that works here: {fault}",
            "Unset OPENDOORS_KEYRING for the system's keyring, or name a backend's class.",
            where="OPENDOORS_KEYRING",
            code="keyring_unknown",
        ) from fault


def _system_backend() -> "KeyringBackend":
    """The best of the backends that come with keyring, or the one its configuration names.

    Backends of other packages are left aside: some of them ask for a password on standard input, where a window hangs.
    """
    import keyring.core
    from keyring.backends import fail, null

    keyring.core.init_backend(limit=lambda backend: type(backend).__module__.startswith("keyring.backends."))
    backend = keyring.core.get_keyring()
    if isinstance(backend, fail.Keyring | null.Keyring):
        raise SecretError("This machine has no keyring that works.", ADVICE, where="keyring", code="keyring_missing")
    return backend


def _service(entry: str) -> str:
    """Each entry is a service of its own: Windows keeps one credential a service and shuffles them otherwise."""
    return f"{SERVICE}: {entry}"


def _part_names(name: str, head: str) -> list[str]:
    """The entries that hold the parts of `name`, told from its head entry; none where the value wasn't split."""
    if not head.startswith(PARTS_MARK):
        return []
    generation, _, count = head.removeprefix(PARTS_MARK).partition(":")
    return [f"{name} ({generation}, {number + 1})" for number in range(int(count))]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
