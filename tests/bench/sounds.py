"""The sounds of a measurement, made from our own prompts: what callers say, and the own voicemail's prompts.

Debian's Asterisk comes without voicemail prompts. Its voicemail gets ours under its own names, so both say
things of the same kind and length.
"""

from __future__ import annotations

import subprocess
from functools import cache
from itertools import cycle, islice
from pathlib import Path

RATE = 8000
PROMPTS = Path(__file__).parents[2] / "prompts" / "sounds" / "nb"

OF_VOICEMAIL = {
    # leaving: the person at … is not available, leave a message, the tone
    "vm-theperson": "greeting-reached",
    "vm-isunavail": "greeting-after-tone",
    "vm-intro": "fallback-greeting",
    "beep": "tone",
    "vm-goodbye": "fallback-thanks",
    # listening: you have … messages, one for …, options, the keys of a message
    "vm-youhave": "you-have",
    "vm-no": "no-messages",
    "vm-INBOX": "new-message",
    "vm-Old": "message-main-menu",
    "vm-message": "message-again",
    "vm-messages": "settings-notices",
    "vm-onefor": "main-menu-settings",
    "vm-opts": "main-menu-settings",
    "vm-options": "settings-greeting",
    "vm-helpexit": "main-menu-goodbye",
    "vm-first": "first-call-greeting",
    "vm-last": "greeting-deleted",
    "vm-prev": "settings-language",
    "vm-repeat": "settings-pin",
    "vm-next": "settings-signature",
    "vm-delete": "settings-absence",
    "vm-undelete": "settings-international",
    "vm-toforward": "settings-voicemail-on",
    "vm-savemessage": "settings-voicemail-off",
    "vm-deleted": "deleted-undo",
    "vm-advopts": "greeting-saved",
    "vm-nomore": "paused",
}
NUMBERS = {f"digits/{number}": f"n{number}" for number in (*range(21), *range(30, 100, 10))} | {
    "digits/hundred": "hundred",
    "digits/thousand": "thousand",
}


def prompt(name: str) -> bytes:
    return (PROMPTS / f"{name}.alaw").read_bytes()


@cache
def talk(seconds: float) -> bytes:
    """Somebody talking all that time: A-law, a voice of our own prompts."""
    words = prompt("information") + prompt("main-menu-help") + prompt("settings-help")
    return bytes(islice(cycle(words), round(seconds * RATE)))


def write(path: Path, alaw: bytes, suffix: str) -> None:
    """One sound in the form that is asked for: .alaw, .gsm, .wav (16 bits)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.with_name(path.name + suffix)
    if suffix == ".alaw":
        file.write_bytes(alaw)
        return
    coded = {".gsm": ["-c:a", "libgsm", "-f", "gsm"], ".wav": ["-c:a", "pcm_s16le", "-f", "wav"]}[suffix]
    source = ["-f", "alaw", "-ar", str(RATE), "-ac", "1", "-i", "-"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *source, *coded, str(file)], input=alaw, check=True)


def write_voicemail_prompts(folder: Path, suffix: str) -> None:
    for theirs, ours in {**OF_VOICEMAIL, **NUMBERS}.items():
        write(folder / theirs, prompt(ours), suffix)
