"""The outbox's side that delivers: a lane for each channel, and what it writes back."""
