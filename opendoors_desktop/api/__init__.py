"""What other programs see: the REST API, its document, and the public pages of emails."""
