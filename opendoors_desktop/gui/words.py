"""Words of tables that are made before a language is chosen; they are translated where they are shown."""


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:  # the name that translators' tools look for
    """Mark a text for translators and give it as it is."""
    return text
