"""What the domain asks of the world, by Protocols: the store, the outbox, the clock, the spool."""
