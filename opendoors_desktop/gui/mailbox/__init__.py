"""The parts of the Mailboxes page: cards, forms, and the dialog that adds a mailbox."""
