"""A process that stays up: its services, its background work, how well it is, and the way out of a hang."""
