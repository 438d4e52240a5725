"""The parts of the Outbox page: what waits for a person, the agenda, its days, and one message."""
