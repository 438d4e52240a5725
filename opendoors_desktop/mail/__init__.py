"""The post: templates, messages and the wire; knows nothing of the store."""
