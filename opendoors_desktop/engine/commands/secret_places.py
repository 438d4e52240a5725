"""Chooses where this machine keeps passwords where its keyring can't."""

from opendoors_desktop.engine.commands.audit import note
from opendoors_desktop.engine.context import Context


def keep_in_files(context: Context) -> None:
    """Keep passwords that are entered from now on in encrypted files of the data folder; raises SecretError.

    Their key is a file of this machine that only its user can read; what the keyring holds is still taken from there.
    """
    context.secrets.use_files()
    with context.store.write() as unit:
        note(context, unit, "secrets_kept_in_files")
