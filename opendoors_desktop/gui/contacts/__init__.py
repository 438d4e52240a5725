"""The parts of the Contacts page: filters, detail pane, dialogs and what they do."""
