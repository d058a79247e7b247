"""Finding a subscriber by what somebody was told: a number in any form, a name, or a part of either."""

from __future__ import annotations

import re
from collections.abc import Sequence

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.phone_numbers import normalise, without_punctuation
from personsvar.mailbox.ports.subscriber_search import SubscribersWanted, in_small_letters
from personsvar.mailbox.services import Services

LONGEST = 100
"""Characters; nothing fits what is longer."""
_PART = re.compile(r"(\+|00(?=[1-9][0-9]{4}))?([0-9]{2,20})", re.ASCII)
"""`00` stands for a plus, unless too few digits are behind it: then these are somebody's last ones."""


def find_subscribers(
    services: Services, typed: str, *, after: Number | None, limit: int
) -> Sequence[Subscriber]:
    """By number, ascending, from behind `after`; everybody, when nothing was typed.

    Who types the whole number of somebody means that one: a part is looked for in all there are.
    """
    if len(typed) > LONGEST:
        return []
    with services.store.look() as uow:
        wanted = wanted_by(typed, region=services.rules.home_region)
        meant = None if wanted.number is None else uow.subscribers.get(wanted.number)
        if meant is not None:
            return [meant] if after is None or after < meant.number else []
        return uow.subscribers.search(wanted, after=after, limit=limit)


def wanted_by(typed: str, *, region: str) -> SubscribersWanted:
    """A number in any form is that number; digits are a part of one, too, and all of it words of a name."""
    return SubscribersWanted(
        number=normalise(typed, region=region),
        part=_part(typed),
        words=tuple(in_small_letters(typed).split()),
    )


def _part(typed: str) -> str:
    found = _PART.fullmatch(without_punctuation(typed))
    if found is None:
        return ""
    return f"+{found[2]}" if found[1] else found[2]
