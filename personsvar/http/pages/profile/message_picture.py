"""A message's picture: its waveform as SVG. Its shape alone, coloured by the page."""

from __future__ import annotations

from personsvar.mailbox.waveform import BARS

BAR_WIDTH, HEIGHT = 4, 48
_LEAST = 0.06
"""Silence is a dot."""


def picture_of(waveform: bytes) -> str:
    bars = "".join(_bar(place, loud / 255) for place, loud in enumerate(waveform))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BARS * BAR_WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="none"><path d="{bars}"/></svg>'
    )


def _bar(place: int, loud: float) -> str:
    tall = round(max(_LEAST, loud) * HEIGHT, 1)
    return f"M{place * BAR_WIDTH + 1} {(HEIGHT - tall) / 2:.1f}h2v{tall}h-2z"
