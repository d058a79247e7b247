"""Recordings on their way in: the spool's header and sound files, taking in, the sweeper."""

from personsvar.intake.listing import ListedRecording, WaitingState, listing
from personsvar.intake.purge import purge
from personsvar.intake.spool import Spool
from personsvar.intake.sweeper import Sweeper, Swept
from personsvar.intake.takes import SpoolTakes

__all__ = [
    "ListedRecording",
    "Spool",
    "SpoolTakes",
    "Sweeper",
    "Swept",
    "WaitingState",
    "listing",
    "purge",
]
