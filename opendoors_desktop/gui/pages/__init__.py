"""The pages of the main window, a module each."""
