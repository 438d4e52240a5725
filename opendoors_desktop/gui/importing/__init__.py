"""The import of contacts from a file, step by step."""
