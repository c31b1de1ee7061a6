"""A knowledge base of improvement work in NHS mental health, learning disability and autism services."""

__version__ = "0.1.0"
