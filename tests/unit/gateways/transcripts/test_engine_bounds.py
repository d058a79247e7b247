"""What a recording may take on this machine grows with the model, and with what the operator allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from personsvar.gateways.transcripts.engine_bounds import EngineBounds, memory_for

GIGABYTE = 1024**3


@pytest.mark.parametrize("gigabytes", [0.08, 1.5, 3])
def test_a_model_of_any_size_has_the_memory_to_be_loaded_and_to_be_used(
    tmp_path: Path, gigabytes: float
) -> None:
    size = round(gigabytes * GIGABYTE)
    with (tmp_path / "model.bin").open("wb") as file:
        file.truncate(size)
    assert memory_for(tmp_path) >= 2 * size + GIGABYTE // 2


def test_a_slow_model_may_be_given_more_time_of_the_processor_too() -> None:
    bounds = EngineBounds.within(1800.5)
    assert bounds.wall_seconds == 1800.5
    assert bounds.cpu_seconds == 1801
