"""The project as a whole: lock, dates, layers, settings, demo, compose, translations."""
