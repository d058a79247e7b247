"""Encryption at rest: what seals bytes, the master key that wraps all others, and the vault of PINs."""
