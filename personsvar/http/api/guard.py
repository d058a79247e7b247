"""Who may use the API: whoever sends a key, or the token of the settings (RFC 6750), for what it is for.

A router of `Guard.router` asks before anything of a request is read, its body neither. Each of its routes
says what it is for by `needs`: one that does not is refused when the program starts.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Request, Response, Security
from fastapi.params import Security as SecurityParameter
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from starlette.concurrency import run_in_threadpool

from personsvar.http.api.bodies import within
from personsvar.http.api.guesses import Guesses
from personsvar.http.api.idempotency import HEADER, once
from personsvar.http.api.key_uses import KeyUses
from personsvar.http.api.large_bodies import Places
from personsvar.http.api.problems import ALWAYS, CLOSED, TOO_MANY, UNAUTHORIZED, WRONG_SCOPE, ProblemError
from personsvar.mailbox.api_keys import is_any_key, key_given
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.audit import Actor, ActorKind
from personsvar.mailbox.services import Services

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="A key that `personsvar key add` made, or the token that `PERSONSVAR_API_TOKEN` sets.",
)
TOKEN_NAME = "PERSONSVAR_API_TOKEN"  # noqa: S105 - the setting's name
SMALL_BODY = 100_000
"""Bytes of a body that is a thing or two."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who sends a request, and what it may do."""

    actor: Actor
    scopes: frozenset[Scope]
    id: str
    """The same for the same key, and no other's."""


def _holder(request: Request) -> Holder:
    """The guard asked before: this is who it was."""
    holder: Holder = request.state.holder
    return holder


Who = Annotated[Holder, Depends(_holder)]
"""A route's parameter: who asks."""


def needs(scope: Scope) -> SecurityParameter:
    """In a route's `dependencies`: what a key has to be for."""
    security: SecurityParameter = Security(_bearer, scopes=[scope.value])
    return security


@dataclass
class Guard:
    services: Services
    token: str | None = field(repr=False)
    uses: KeyUses = field(default_factory=KeyUses)
    guesses: Guesses = field(default_factory=Guesses)

    def __post_init__(self) -> None:
        self.token = (self.token or "").strip()  # an empty one is none: nobody has it

    def router(self, prefix: str, *, tag: str, most_bytes: int = SMALL_BODY) -> APIRouter:
        """Routes that need a key; no body they take is larger than `most_bytes`, and large ones are few."""
        places = Places() if most_bytes > SMALL_BODY else None
        kept = {"guard": self, "most_bytes": most_bytes, "places": places}
        route: type[APIRoute] = type("RouteOfThisGuard", (GuardedRoute,), kept)
        return APIRouter(prefix=prefix, tags=[tag], route_class=route, responses=ALWAYS)

    def let_in(self, request: Request, scope: Scope) -> Holder:
        """Who sends it. Raise ProblemError when it is nobody, or somebody for whom it is not."""
        scheme, given = get_authorization_scheme_param(request.headers.get("Authorization"))
        holder = self._holder(given if scheme.lower() == "bearer" else "", _address(request))
        if scope not in holder.scopes:
            raise ProblemError(WRONG_SCOPE, f"this needs the scope {scope}, which the key has not")
        return holder

    def _holder(self, given: str, address: str) -> Holder:
        wait = self.guesses.seconds_to_wait(given, address)
        if wait:
            raise ProblemError(TOO_MANY, f"wait {wait} s", {"Retry-After": str(wait)})
        holder = self._known(given) if given else None
        if holder is None:
            if given:
                self.guesses.wrong(address)
            raise self._nobody()
        self.guesses.right(given)
        return holder

    def _known(self, given: str) -> Holder | None:
        token = (self.token or "").encode()
        if token and hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token):
            return Holder(Actor(ActorKind.API_KEY, TOKEN_NAME), frozenset(Scope), "token")
        key = key_given(self.services, given)
        if key is None:
            return None
        self.uses.count(key.id, self.services.clock.now())
        return Holder(Actor(ActorKind.API_KEY, key.name), key.scopes, f"key:{key.id}")

    def _nobody(self) -> ProblemError:
        if not self.token and not is_any_key(self.services):
            return ProblemError(CLOSED, "the API is closed: set PERSONSVAR_API_TOKEN")
        return ProblemError(UNAUTHORIZED, "a bearer token is needed", {"WWW-Authenticate": "Bearer"})


class GuardedRoute(APIRoute):
    guard: ClassVar[Guard]
    most_bytes: ClassVar[int]
    places: ClassVar[Places | None]

    def get_route_handler(self) -> Handler:
        handle, scope = super().get_route_handler(), _scope_of(self)

        async def guarded(request: Request) -> Response:
            request.state.holder = await run_in_threadpool(self.guard.let_in, request, scope)
            request = within(request, self.most_bytes)
            with self._place(request):
                if request.method == "POST" and HEADER in request.headers:
                    return await once(self.guard.services, request.state.holder.id, request, handle)
                return await handle(request)

        return guarded

    def _place(self, request: Request) -> AbstractContextManager[None]:
        """What only asks needs none: of it no body is read."""
        return nullcontext() if self.places is None or request.method == "GET" else self.places.one()


def _scope_of(route: APIRoute) -> Scope:
    needed = [one for one in route.dependencies if isinstance(one, SecurityParameter)]
    scopes = [scope for one in needed for scope in one.scopes or ()]
    if len(scopes) != 1:
        raise TypeError(f"{route.path} does not say what a key has to be for")
    return Scope(scopes[0])


def _address(request: Request) -> str:
    return "" if request.client is None else request.client.host
