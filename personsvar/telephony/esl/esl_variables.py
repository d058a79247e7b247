"""The names that FreeSWITCH's dialplan and the service share; tests hold dialplan/freeswitch/ to them."""

from __future__ import annotations

from typing import Final

# ---- channel variables the dialplan sets before `socket` ---------------------------------------------------

SECRET: Final = "personsvar_secret"  # noqa: S105 - a name
"""What switch and service alone know (PERSONSVAR_FASTAGI_SECRET): without it nothing else is believed."""
TRUNK: Final = "personsvar_trunk"
"""`1`: the call came from the operator's own trunk."""
DIALLED: Final = "personsvar_dialled"
"""The number dialled, plain, where a dialplan knows better than the Request-URI."""
ENDPOINT: Final = "personsvar_endpoint"
"""Where the call came in, plain."""

GUARD: Final = "last_sched_id"
"""The switch's own: the task that takes the call away from a service that hangs."""

# ---- channel variables the service sets, and the dialplan reads --------------------------------------------

PROGRESS: Final = "personsvar_progress"
"""A value of `dialogue.call.Progress`; not set at all when the service had no place for the call."""

# ---- the call back: the dialplan dials, so the operator owns the trunk -------------------------------------

CALLBACK: Final = "personsvar-callback XML personsvar"
"""The extension and its context, for `execute_extension`."""
CALLBACK_NUMBER: Final = "personsvar_callback_number"
"""E.164."""
CALLBACK_SHOWING: Final = "personsvar_callback_showing"
"""E.164."""
CALLBACK_RING_SECONDS: Final = "personsvar_callback_ring_seconds"
CALLBACK_CHARGE: Final = "personsvar_callback_charge"
"""The number of the charge that an answered one is; empty where it is none."""
