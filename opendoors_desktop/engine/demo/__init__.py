"""The tour: a whole campaign on a throw-away store, played against a mail server on loopback, and what came of it."""
