"""The use-cases and the clockwork that runs them."""
