"""Settings: where things are kept."""

from __future__ import annotations

from pathlib import Path

from personsvar.settings import defaults
from personsvar.settings.field_types import CommandLine, DatabaseUrl, FernetKey, FolderOfBoth
from personsvar.settings.group import SettingsGroup, setting

CHECKOUT = Path(__file__).resolve().parents[2]


class FolderSettings(SettingsGroup):
    """Where things are kept"""

    state: FolderOfBoth = setting(
        Path(defaults.STATE), "Folder for the embedded database, the key and the outbox files.", switch=True
    )
    database_url: DatabaseUrl | None = setting(
        None,
        "The database (PostgreSQL: in UTF8). Without it: SQLite, `personsvar.db` in the state folder.",
        secret=True,
    )
    database_direct_url: DatabaseUrl | None = setting(
        None,
        "The same PostgreSQL past the pooler that PERSONSVAR_DATABASE_URL names (PgBouncer in transaction "
        "mode): there tables are changed, and news is heard. None: there is no pooler.",
        secret=True,
    )
    database_prepares: bool | None = setting(
        None,
        "What is asked often stays prepared in each connection to PostgreSQL. Unless it is said: yes, but "
        "behind a pooler no (PgBouncer keeps it from 1.22 on, with `max_prepared_statements`).",
    )
    database_connections: int = setting(
        10,
        "Connections to the database that a process keeps; in a rush it opens as many again. A notifier and "
        "a visual have a few more (operations.md, Connections).",
        unit="connections",
        ge=2,
        le=1000,
    )
    database_replica_url: DatabaseUrl | None = setting(
        None,
        "A standby of that PostgreSQL, past any pooler: lists of notices, calls, charges and changes, and "
        "figures, are read there (operations.md, Lists from a replica). None: all is read at the primary.",
        secret=True,
    )
    database_replica_seconds: float = setting(
        5.0, "How far it may be behind; else the primary is read.", unit="s", ge=0.5, le=3600
    )
    spool: FolderOfBoth | None = setting(
        None,
        "Folder where recordings land, shared with the switch. Without it: `spool` in the state folder.",
        switch=True,
    )
    media: FolderOfBoth | None = setting(
        None,
        "Folder for sounds on their way to the switch; tmpfs. Without it: `media` in the state folder.",
        switch=True,
    )
    media_megabytes: int = setting(
        200, "How much of the media folder joined sentences may fill.", unit="MB", ge=1
    )
    prompts: FolderOfBoth = setting(
        CHECKOUT / "prompts", "Folder of the catalogue and the sounds built from it.", switch=True
    )
    studio: FolderOfBoth | None = setting(
        None,
        "Folder of the operator's own studio recordings, `<language>/<prompt>.alaw`: raw A-law, 8 kHz. Each "
        "takes the place of the built one (operations.md, Your own voice).",
        switch=True,
    )
    piper_model_nb: Path | None = setting(
        None, "A Piper voice (.onnx) that `personsvar prompts build` takes for Norwegian."
    )
    piper_model_en: Path | None = setting(
        None, "A Piper voice (.onnx) that `personsvar prompts build` takes for English."
    )
    secret_key: FernetKey | None = setting(
        None,
        "Key that PINs are encrypted with until they are sent. Without it: one is made in the state folder.",
        secret=True,
    )
    master_key_file: Path | None = setting(
        None,
        "File, mode 0600, of the key that recordings are encrypted with (encryption.md). Without it, and "
        "with the embedded database: `master.key` in the state folder.",
    )
    master_key_command: CommandLine | None = setting(
        None,
        "Instead of that file: the program, with arguments but without a shell, that has a key service wrap "
        "and unwrap it.",
    )
    master_key_command_seconds: float = setting(
        10.0, "How long that program may take.", unit="s", ge=0.1, le=600
    )
