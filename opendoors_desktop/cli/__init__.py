"""What a shell sees: one module a noun."""
