"""One slide: the words, and the sound for as long as it lasts (OMA MMS Conformance, MMS SMIL)."""

from __future__ import annotations


def slide(*, text: str, sound: str, seconds: float) -> str:
    """`text` and `sound` are Content-IDs, without brackets."""
    milliseconds = round(max(1.0, seconds) * 1000)
    return (
        "<smil><head><layout>"
        '<root-layout width="100%" height="100%"/>'
        '<region id="Text" left="0" top="0" width="100%" height="100%" fit="scroll"/>'
        "</layout></head><body>"
        f'<par dur="{milliseconds}ms">'
        f'<text src="cid:{text}" region="Text"/>'
        f'<audio src="cid:{sound}"/>'
        "</par></body></smil>"
    )
