"""Notices as files in the outbox folder where no gateway is configured: written, read, tidied."""
