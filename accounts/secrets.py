"""Secrets that are shown once and kept as hashes."""

import hashlib
import secrets


def new_secret(prefix: str) -> str:
    """256 random bits behind a prefix that says what it is."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def hashed(secret: str) -> str:
    """SHA-256: enough for 256 random bits, and quick to look up."""
    return hashlib.sha256(secret.encode()).hexdigest()
