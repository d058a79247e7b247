"""Recordings on their way in: the spool's header and sound files, taking in, the sweeper."""

from personsvar.intake.listing import Listed, Waiting, listing, retry
from personsvar.intake.purge import purge
from personsvar.intake.spool import Spool
from personsvar.intake.sweeper import Channels, Sweeper, Swept
from personsvar.intake.takes import SpoolTakes

__all__ = [
    "Channels",
    "Listed",
    "Spool",
    "SpoolTakes",
    "Sweeper",
    "Swept",
    "Waiting",
    "listing",
    "purge",
    "retry",
]
