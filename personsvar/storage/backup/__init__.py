"""The database's part of a backup: rows as text, recordings as they lie, and back again."""
