"""The limit of open files is raised at start, as far as it goes."""

from __future__ import annotations

import pytest

from tests.unit.running.processes import running_python

PROGRAM = """
import logging, resource, sys
logging.basicConfig(stream=sys.stdout, format="%(message)s %(allowed)s %(wanted)s")
from personsvar.running.open_files import raise_limit
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
raise_limit(calls=1000, connections=400)
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "lines"),
    [
        (256, 4096, ["4096 4096"]),
        (4096, 4096, ["4096 4096"]),
        (256, 1024, ["few files may be open at once 1024 2656", "1024 1024"]),
    ],
)
def test_a_process_helps_itself_to_what_it_may_have_and_tells_when_that_is_little(
    soft: int, hard: int, lines: list[str]
) -> None:
    with running_python(PROGRAM.format(soft=soft, hard=hard)) as process:
        out, err = process.communicate(timeout=60)
    assert (out.splitlines(), err) == (lines, "")
