"""A request that comes twice is done once: whoever got no answer may ask again (`Idempotency-Key`).

What was answered is kept for a day, for the one who asked. While the first is under way the second is told
so; one whose process died is begun anew two minutes later.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from personsvar.mailbox.errors import KeyReusedError, UnderWayError, UnknownSubscriberError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.kept_request import KeptAnswer, KeptRequest
from personsvar.mailbox.services import Services

KEPT = timedelta(hours=24)
LONGEST = timedelta(minutes=2)
"""No request takes longer: a statement has 30 s, and a body as long to come."""


def begin_once(services: Services, holder: str, key: str, digest: str) -> KeptRequest:
    """With its answer, if there was one; without, whoever asks is to do it now.

    Raise KeyReusedError when the key was for another request, UnderWayError when the same one goes on.
    """
    now = services.clock.now()
    wanted = KeptRequest(holder, key, digest, now)
    with services.store.begin() as uow:
        found = uow.kept_requests.begin(wanted, forgotten_before=now - KEPT, given_up_before=now - LONGEST)
        uow.commit()
    if found is None:
        return wanted
    if found.digest != digest:
        raise KeyReusedError("this Idempotency-Key was for another request")
    if found.answer is None:
        raise UnderWayError("the same request is under way")
    return found


def keep_answer(
    services: Services, request: KeptRequest, answer: KeptAnswer, *, mailbox: Number | None
) -> None:
    """`mailbox`: whose the answer tells of. Of one that is removed by now nothing is kept."""
    try:
        with services.store.begin() as uow:
            uow.kept_requests.finish(replace(request, answer=answer, mailbox=mailbox))
            uow.commit()
    except UnknownSubscriberError:
        forget_request(services, request)


def forget_request(services: Services, request: KeptRequest) -> None:
    """It was not done: it may be asked for again."""
    with services.store.begin() as uow:
        uow.kept_requests.forget(request)
        uow.commit()
