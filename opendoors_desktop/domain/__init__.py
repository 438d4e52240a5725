"""The rules: pure functions from values to values."""
