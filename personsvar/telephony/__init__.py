"""Drivers: the manual's `Call` on a real switch. Here milliseconds live, and nowhere else."""
