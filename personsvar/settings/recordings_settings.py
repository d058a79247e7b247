"""Settings: where recordings are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from personsvar.settings.field_types import Bucket, ObjectsKey, ObjectsUrl, Plain
from personsvar.settings.group import SettingsGroup, setting


class RecordingsSettings(SettingsGroup):
    """Where recordings are kept"""

    recordings: Literal["database", "objects"] = setting(
        "database",
        "Where new recordings go: the database, or an object store (recordings.md). Those there are stay "
        "where they are until they are brought over.",
    )
    objects_url: ObjectsUrl | None = setting(
        None,
        "The object store (S3), `https://host[:port]`; with `http://` what is not encrypted goes in clear.",
    )
    objects_bucket: Bucket | None = setting(None, "Its bucket, for nothing else; it has to be there.")
    objects_region: Plain = setting("us-east-1", "The region it signs for.")
    objects_key_id: ObjectsKey | None = setting(
        None, "The id of the access key: it may put, get and delete objects in the bucket.", secret=True
    )
    objects_secret: ObjectsKey | None = setting(None, "That key's secret.", secret=True)
    objects_path_style: bool = setting(
        True, "The bucket goes in the path (`https://host/bucket`), and not in the host's name."
    )
    objects_ca: Path | None = setting(
        None, "Certificates (PEM) of those that sign its own, beside those that the program brings along."
    )
    objects_seconds: float = setting(5.0, "How long one request to it may take.", unit="s", ge=0.1, le=600)
