"""OpenDoors Desktop: sequences of emails, calls and tasks, sent from a rep's own mailboxes."""

__version__ = "0.1.0"
