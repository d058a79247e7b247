"""A browser named for its owner, by what it says of itself: `Firefox, Android`. No more is kept of that."""

from __future__ import annotations

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""Many name those they want to be taken for, too: the first that fits is it."""
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Empty for what nobody knows."""
    found = (
        next((name for sign, name in names if sign in user_agent), "") for names in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in found if name)
