"""Models of frozen rows for Qt's views."""
