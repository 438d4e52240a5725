"""Words before they are shown: those of tables made before a language is chosen, and foreign ones on one line."""


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:  # the name that translators' tools look for
    """Mark a text for translators and give it as it is; it is translated where it is shown."""
    return text


def one_line(text: str, longest: int = 2000) -> str:
    """Foreign words for a single line: line ends become spaces, and nobody measures 10,000 characters."""
    return " ".join(text[:longest].split())
