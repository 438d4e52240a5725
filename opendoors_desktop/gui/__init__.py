"""What a person sees: the window, its pages and the threads that keep it from waiting; PySide6 lives here only."""
