"""Tools of the project itself: setup, test services, translations. None of them is imported by the service."""
