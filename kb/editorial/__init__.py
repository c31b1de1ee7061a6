"""Owns people and work in progress: what is searched for and not found. Never knows that an index exists."""
