"""Recordings on their way in: the spool's header and sound files, taking in, the sweeper."""
