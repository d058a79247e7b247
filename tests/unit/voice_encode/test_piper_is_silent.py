"""A voice that reads tells nobody of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_a_voice_leaves_no_file_where_a_user_s_programs_keep_theirs(tmp_path: Path) -> None:
    script = "from tests.speech.said import joe; assert len(joe('Hi.'))"
    homes = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-B", "-c", script], cwd=ROOT, env={**os.environ, **homes}, check=True)
    assert list(tmp_path.iterdir()) == []
