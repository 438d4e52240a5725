"""The read side: SQL texts over a plain DB-API reader, frozen rows out."""
