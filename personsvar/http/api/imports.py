"""`/v1/imports`: whole files of subscribers, looked through first and then taken in."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from personsvar.http.api.forms import Moment
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.parameters import Id
from personsvar.http.api.problems import NOT_FOUND, UNSUPPORTED, ProblemError, answers, wrong_value
from personsvar.mailbox.import_jobs import apply_import, begin_import, find_import
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.ids import ImportJobId
from personsvar.mailbox.model.import_job import ImportFormat, ImportJob, ImportState
from personsvar.mailbox.services import Services

PREFIX = "/v1/imports"
MOST_BYTES = 10_000_000
FORMATS = {
    "text/csv": ImportFormat.CSV,
    "application/x-ndjson": ImportFormat.JSON_LINES,
    "application/jsonl": ImportFormat.JSON_LINES,
}
NO_SUCH = answers(_404="there is no such import")
_CSV = "number,name,language,mms\n+4790000002,Kari Nordmann,nb,yes\n"
_JSON = '{"number": "+4790000002", "name": "Kari Nordmann", "mms": true}\n'
_TAKEN = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"example": _CSV if format_ is ImportFormat.CSV else _JSON}
            for kind, format_ in FORMATS.items()
        },
    }
}
_LOCATION = {"headers": {"Location": {"description": "where to look", "schema": {"type": "string"}}}}


class RefusedLine(BaseModel):
    line: int = Field(description="of the file, the first is 1")
    column: str = Field(description="what will not do; empty: the line as a whole", examples=["email"])
    why: str = Field(description="why; without what stood there")


class ImportForm(BaseModel):
    id: int = Field(description="never used again")
    state: ImportState = Field(description="how far it is")
    format: ImportFormat = Field(description="as what it was read")
    created_at: Moment = Field(description="when it was sent")
    finished_at: Moment | None = Field(description="when it was checked, or applied, to its end")
    rows: int = Field(description="rows looked at, or taken in, so far")
    added: int = Field(description="of these: subscribers that are new")
    changed: int = Field(description="of these: subscribers that were there")
    refused: int = Field(description="of these: rows that will not do, and are left out")
    errors: list[RefusedLine] = Field(description="the first 1000 refused rows")
    why: str = Field(description="of a failed one: why as a whole it can't be taken in")


def imports_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router(PREFIX, tag="imports", most_bytes=MOST_BYTES)
    read, write = needs(Scope.SUBSCRIBERS_READ), needs(Scope.SUBSCRIBERS_WRITE)

    @router.post(
        "",
        summary="Send a file of subscribers; each line is looked at, and nothing is changed",
        dependencies=[write],
        status_code=202,
        openapi_extra=_TAKEN,
        responses={
            202: _LOCATION,
            **answers(_413="it is larger than 10 MB", _415="neither CSV nor JSON lines"),
        },
    )
    async def begin(request: Request, response: Response, who: Who) -> ImportForm:
        format_, text = _format(request), _text(await request.body())
        job = await run_in_threadpool(begin_import, services, text, format_, by=who.actor)
        response.headers["Location"] = f"{PREFIX}/{job.id}"
        return _form(job)

    @router.get(
        "/{job}", summary="How far it is, and what came of it", dependencies=[read], responses=NO_SUCH
    )
    def one(job: Id) -> ImportForm:
        return _shown(find_import(services, ImportJobId(job)), job)

    @router.post(
        "/{job}/apply",
        summary="Take in what was checked",
        dependencies=[write],
        status_code=202,
        responses={**NO_SUCH, **answers(_409="it is not checked yet, or it is over")},
    )
    def apply(job: Id, who: Who) -> ImportForm:
        return _shown(apply_import(services, ImportJobId(job), by=who.actor), job)

    return router


def _format(request: Request) -> ImportFormat:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in FORMATS:
        raise ProblemError(UNSUPPORTED, f"send it as {', '.join(FORMATS)}")
    return FORMATS[kind]


def _text(content: bytes) -> str:
    if not content.strip():
        raise wrong_value("body", "is empty")
    marked = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    try:
        return content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise wrong_value("body", "should be text in UTF-8, or in UTF-16 with its mark") from wrong


def _shown(job: ImportJob | None, which: int) -> ImportForm:
    if job is None:
        raise ProblemError(NOT_FOUND, f"there is no import {which}")
    return _form(job)


def _form(job: ImportJob) -> ImportForm:
    return ImportForm(
        id=job.id,
        state=job.state,
        format=job.format,
        created_at=job.created_at,
        finished_at=job.finished_at,
        rows=job.rows,
        added=job.added,
        changed=job.changed,
        refused=job.refused,
        errors=[RefusedLine(line=it.line, column=it.column, why=it.why) for it in job.errors],
        why=job.why,
    )
