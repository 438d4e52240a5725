"""Secrets in encrypted files, one a secret, for machines without a keyring: scrypt or a key file, and AES-GCM."""

import hashlib
import hmac
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from opendoors_desktop.domain.errors import SecretError

HEADER = "header.json"
MAGIC = b"ODS1"
KEY_BYTES = 32
NONCE_BYTES = 12
SCRYPT_COST = 2**16  # with 1 KiB blocks 64 MiB of memory and about a fifth of a second, once a start
SCRYPT_BLOCK = 8
CHECKED = "opendoors"


class FileSecrets:
    """Secrets as files of `folder`, encrypted under a key that a passphrase gives or that `key_file` holds.

    Which of the two is settled when the first secret is kept: by `passphrase` where that is given. A file is named by a
    keyed hash, so that the folder doesn't tell what is kept; it is replaced whole, so that a power cut leaves the value
    before.
    """

    def __init__(self, folder: Path, key_file: Path, passphrase: Callable[[], str] | None = None) -> None:
        self._folder = folder
        self._key_file = key_file
        self._passphrase = passphrase
        self._key: bytes | None = None

    def exists(self) -> bool:
        """True when a secret has been kept here before."""
        return (self._folder / HEADER).is_file()

    def begin(self) -> None:
        """Make the folder and its key ready; nothing happens where they are. SecretError when that isn't possible."""
        if not self.exists():
            self._begin()

    def use_files(self) -> None:
        """It does so already."""
        self.begin()

    def get(self, name: str) -> str | None:
        """The value kept under `name`, None when there is none; SecretError when the files can't be opened."""
        if not self.exists():
            return None
        key = self._open()
        try:
            sealed = self._file(key, name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise _unreadable(fault, self._folder) from fault
        value = _unseal(key, name, sealed)
        if value is None:
            raise SecretError(
                f"The encrypted file of the secret “{name}” is damaged.",
                "Enter the password again, or sign in again.",
                where=name,
                code="secret_damaged",
            )
        return value

    def set(self, name: str, value: str) -> None:
        """Keep `value` under `name`; SecretError when the folder can't be written or opened."""
        key = self._open() if self.exists() else self._begin()
        self._write(self._file(key, name), _seal(key, name, value))

    def delete(self, name: str) -> None:
        """Forget what is kept under `name`; SecretError when the files can't be opened or changed."""
        if not self.exists():
            return
        try:
            self._file(self._open(), name).unlink(missing_ok=True)
        except OSError as fault:
            raise _unreadable(fault, self._folder) from fault

    def _file(self, key: bytes, name: str) -> Path:
        return self._folder / (hmac.digest(key, b"name:" + name.encode(), "sha256").hex()[:40] + ".secret")

    def _begin(self) -> bytes:
        """Make the folder, its key and its header, which says how the key is found."""
        header: dict[str, str | int] = {"version": 1, "key": "file"}
        if self._passphrase is None:
            key = self._key_from_file(create=True)
        else:
            salt = secrets.token_bytes(16)
            header = {"version": 1, "key": "scrypt", "cost": SCRYPT_COST, "salt": salt.hex()}
            key = _stretch(self._passphrase(), salt, SCRYPT_COST)
        header["check"] = _seal(key, HEADER, CHECKED).hex()
        try:
            _write_new(self._folder / HEADER, json.dumps(header).encode())
        except FileExistsError:  # another program began at the same moment
            return self._open()
        self._key = key
        return key

    def _open(self) -> bytes:
        if self._key is None:
            header = self._header()
            if header["key"] == "file":
                key = self._key_from_file(create=False)
            elif self._passphrase is None:
                raise SecretError(
                    "The encrypted secrets are locked by a passphrase.",
                    "Give the passphrase they were made with.",
                    where=str(self._folder),
                    code="passphrase_needed",
                )
            else:
                key = _stretch(self._passphrase(), bytes.fromhex(str(header["salt"])), int(header["cost"]))
            if _unseal(key, HEADER, bytes.fromhex(str(header["check"]))) != CHECKED:
                raise SecretError(
                    "The passphrase or key file doesn't open the encrypted secrets.",
                    "Try again, or delete the folder and enter the passwords anew.",
                    where=str(self._folder),
                    code="passphrase_wrong",
                )
            self._key = key
        return self._key

    def _header(self) -> dict[str, str | int]:
        try:
            header = json.loads((self._folder / HEADER).read_bytes())
            if header["version"] == 1 and header["key"] in ("file", "scrypt") and header["check"]:
                return dict(header)
        except OSError as fault:
            raise _unreadable(fault, self._folder) from fault
        except (ValueError, KeyError, TypeError):
            pass
        raise SecretError(
            "The header of the encrypted secrets can't be read.",
            "Put the folder back from a backup, or delete it and enter the passwords anew.",
            where=str(self._folder / HEADER),
            code="secret_damaged",
        )

    def _key_from_file(self, *, create: bool) -> bytes:
        if create:
            with suppress(FileExistsError):
                _write_new(self._key_file, secrets.token_bytes(KEY_BYTES))
        try:
            key = self._key_file.read_bytes()
            mode = self._key_file.stat().st_mode
        except OSError as fault:
            raise _unreadable(fault, self._key_file) from fault
        if len(key) != KEY_BYTES:
            raise SecretError(
                "The key of the encrypted secrets is damaged.",
                "Put the file back from a backup, or delete it with the secrets and enter the passwords anew.",
                where=str(self._key_file),
                code="secret_damaged",
            )
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SecretError(
                "The key of the encrypted secrets can be read by others.",
                f"Run: chmod 600 '{self._key_file}'",
                where=str(self._key_file),
                code="key_file_open",
            )
        return key

    def _write(self, path: Path, content: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._folder)  # 0600 by itself
            temporary = Path(name)
            try:
                _fill(handle, content)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as fault:
            raise _unreadable(fault, self._folder) from fault


def _write_new(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _fill(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), content)
    except FileExistsError:
        raise
    except OSError as fault:
        raise _unreadable(fault, path) from fault


def _fill(handle: int, content: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)


def _unreadable(fault: OSError, place: Path) -> SecretError:
    return SecretError(
        f"The encrypted secrets can't be read or written: {fault.strerror or type(fault).__name__}.",
        "Check that the folder is there, yours and not full.",
        where=str(place),
        code="secret_files",
    )


def _stretch(passphrase: str, salt: bytes, cost: int) -> bytes:
    memory = 256 * cost * SCRYPT_BLOCK
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=cost, r=SCRYPT_BLOCK, p=1, maxmem=memory, dklen=KEY_BYTES)


def _seal(key: bytes, name: str, value: str) -> bytes:
    """AES-256-GCM over `value`, bound to its name, under a random nonce."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE_BYTES)
    text = value.encode("utf-8", "surrogatepass")
    return MAGIC + nonce + AESGCM(_cipher_key(key)).encrypt(nonce, text, name.encode())


def _unseal(key: bytes, name: str, sealed: bytes) -> str | None:
    """What `_seal` was given; None when the key is another or the bytes have changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce, text = sealed[len(MAGIC) : len(MAGIC) + NONCE_BYTES], sealed[len(MAGIC) + NONCE_BYTES :]
    if not sealed.startswith(MAGIC) or len(nonce) < NONCE_BYTES:
        return None
    try:
        return AESGCM(_cipher_key(key)).decrypt(nonce, text, name.encode()).decode("utf-8", "surrogatepass")
    except InvalidTag:
        return None


def _cipher_key(key: bytes) -> bytes:
    return hmac.digest(key, b"values", "sha256")
