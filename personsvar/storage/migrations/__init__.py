"""The history of the tables, for Alembic; brought in by `storage.versions`."""
