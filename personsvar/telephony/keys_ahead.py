"""Keys pressed ahead: what the caller pressed before anybody asked."""

from __future__ import annotations

from collections import deque

from personsvar.dialogue.call import ALL_KEYS, Key, SwitchError

MAX_CODE = 127
NO_KEYS = "\0ABCD"
"""No key was pressed, or one of the four that no subscriber's telephone has (ITU-T Q.23)."""
MOST = 64
"""Who presses more ahead is leaning on the telephone."""


class KeysAhead:
    def __init__(self) -> None:
        self._keys: deque[Key] = deque()

    def add(self, key: Key) -> None:
        if len(self._keys) < MOST:
            self._keys.append(key)

    def first_of(self, keys: str) -> Key | None:
        """The first that acts; those in front of it mean nothing here, as if they were pressed now."""
        while self._keys:
            key = self._keys.popleft()
            if key in keys:
                return key
        return None

    def forget(self) -> None:
        self._keys.clear()


def key_of(code: int) -> Key | None:
    """A key as switches give it, by its character code; 0 is none."""
    letter = chr(code) if 0 <= code <= MAX_CODE else "?"
    if letter in ALL_KEYS:
        return Key(letter)
    if letter in NO_KEYS:
        return None
    raise SwitchError("the switch told of a key no telephone has")
