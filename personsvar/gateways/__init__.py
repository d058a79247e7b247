"""The ways out: one folder for each channel's gateway, and what they share."""
