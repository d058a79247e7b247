"""A private Asterisk for `make run`, the tests and the measurements: found or made,
configured, started, stopped.

Run as root on Debian or Ubuntu it needs nothing but `debootstrap`; the system's own Asterisk, its
settings and its services are never touched. Standard library only.
"""
