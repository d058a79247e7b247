"""How many files this process may have open: each call and each connection is one.

A system's usual 1024 (systemd's `LimitNOFILE` too) is the soft limit, for programs of old; the hard one is
far higher, and up to it a process may help itself.
"""

from __future__ import annotations

import logging
import resource

log = logging.getLogger(__name__)

MOST_FILES = 65_536
FILES_OF_A_CALL = 2
OTHER_FILES = 256
"""They are of the database, the log, the spool, gateways, and phones."""


def raise_limit(*, calls: int, connections: int) -> int:
    """The limit is raised as far as it goes; returns how many files that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    wanted = FILES_OF_A_CALL * calls + connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        log.warning("few files may be open at once", extra={"allowed": soft, "wanted": wanted})
    return soft
