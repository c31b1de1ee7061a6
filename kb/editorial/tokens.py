"""Owns tokens that nobody can guess, and what is stored of them. Never knows what one opens."""

import hashlib
import secrets


def new() -> str:
    """A token that nobody can guess: 256 bits, as 43 characters."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token: who reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()
