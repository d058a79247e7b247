"""A message's picture: how loud it is, as SVG. Its shape alone, coloured by the page.

It costs two milliseconds for three minutes, beside reading the sound: it is drawn when it is asked for, by
who opens a message, and kept by the browser.
"""

from __future__ import annotations

from personsvar.voice.waveform import heights

BARS, BAR_WIDTH, HEIGHT = 72, 4, 48
_LEAST = 0.06
"""Silence is a dot."""


def waveform(alaw: bytes) -> str:
    bars = "".join(_bar(place, loud) for place, loud in enumerate(heights(alaw, BARS)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BARS * BAR_WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="none"><path d="{bars}"/></svg>'
    )


def _bar(place: int, loud: float) -> str:
    tall = round(max(_LEAST, loud) * HEIGHT, 1)
    return f"M{place * BAR_WIDTH + 1} {(HEIGHT - tall) / 2:.1f}h2v{tall}h-2z"
