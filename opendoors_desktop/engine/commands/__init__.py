"""One intention, one function, one write."""
