"""Telling the subscriber: the outbox's worker, what its notices say, and the pages of HTTP."""
