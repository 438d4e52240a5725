"""What can be wrong with a message before it is sent, as words and values."""

from enum import StrEnum


class RenderCode(StrEnum):
    """Why no message could be made for one contact."""

    MISSING_VARIABLE = "missing_variable"
    TEMPLATE_SYNTAX = "template_syntax"
    TEMPLATE_FORBIDDEN = "template_forbidden"
    TEMPLATE_ERROR = "template_error"
    TEMPLATE_TOO_LARGE = "template_too_large"
    TEMPLATE_TIMEOUT = "template_timeout"
    UNKNOWN_TEMPLATE = "unknown_template"
    EMPTY_SUBJECT = "empty_subject"
    HEADER_INJECTION = "header_injection"
    BAD_HEADER = "bad_header"
    BAD_ADDRESS = "bad_address"
    BAD_VALUE = "bad_value"


class MessageProblem(Exception):
    """One message can't be made; raised in the pure half, and turned into a value at the edge of a batch.

    `fields` names the variables or header fields at fault, `detail` says where.
    """

    def __init__(self, code: RenderCode, title: str, *, detail: str = "", fields: tuple[str, ...] = ()) -> None:
        super().__init__(title)
        self.code = code
        self.title = title
        self.detail = detail
        self.fields = fields
