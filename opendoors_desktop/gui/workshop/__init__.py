"""Where a step of a sequence is written: its fields, its texts with variables, its drafts and how it is saved."""
