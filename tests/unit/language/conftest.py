"""The catalogue that is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from personsvar.language.prompts import Catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load(Path(__file__).parents[3] / "prompts" / "catalogue")
