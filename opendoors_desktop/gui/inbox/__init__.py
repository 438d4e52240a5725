"""The parts of the Inbox page."""
