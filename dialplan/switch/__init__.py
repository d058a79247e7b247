"""A private switch for `make run`, the tests and the measurements: an Asterisk, found or made, or the
FreeSWITCH on PATH; configured, started, stopped.

Run as root on Debian or Ubuntu it needs nothing but `debootstrap`; the system's own Asterisk, its
settings and its services are never touched. Standard library only.
"""
