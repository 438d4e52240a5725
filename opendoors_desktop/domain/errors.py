"""The faults a person is told about: each says what is wrong, where, and what to do next."""


class OpenDoorsError(Exception):
    """A fault of the world or of the input, never a bug; shown as `title` with `advice`.

    `code` is a stable snake_case word for programs; `where` names the row, column, path, address or host.
    """

    code = "error"

    def __init__(self, title: str, advice: str, *, where: str = "", code: str | None = None) -> None:
        super().__init__(title)
        self.title = title
        self.advice = advice
        self.where = where
        if code is not None:
            self.code = code


class InputError(OpenDoorsError):
    """What was given can't be used; nothing was changed."""

    code = "bad_input"


class NotFound(InputError):
    """No such sequence, contact, mailbox, … in this workspace."""

    code = "not_found"


class NotPossible(InputError):
    """The thing exists, but its state doesn't allow this."""

    code = "not_possible"


class StoreError(OpenDoorsError):
    """The store can't be used; it was left as it is."""

    code = "store"


class SecretError(OpenDoorsError):
    """A password or token can't be read or kept."""

    code = "secret"


class MailError(OpenDoorsError):
    """A mailbox or mail host can't be reached, or refused us."""

    code = "mail"
