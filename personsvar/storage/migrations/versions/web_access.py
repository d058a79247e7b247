"""The page: codes for the log-in, sessions, and what was granted to whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
LOSES = "log-ins on the page: everybody logs in anew, operators are granted anew; codes that wait to be sent"

WORDS = sa.Text()
PHONE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _number(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(
        ["number"], ["subscribers.number"], name=f"fk_{table}_number", ondelete="CASCADE"
    )
    return sa.Column("number", PHONE, nullable=False), key


def upgrade() -> None:
    op.create_table(
        "login_codes",
        sa.Column("visit", WORDS, nullable=False),
        *_number("login_codes"),
        sa.Column("code", WORDS, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("valid_until", MOMENT, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("visit", name="pk_login_codes"),
    )
    op.create_index("ix_login_codes_number", "login_codes", ["number", "asked_at"])
    op.create_index("ix_login_codes_asked_at", "login_codes", ["asked_at"])
    op.create_table(
        "web_sessions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        *_number("web_sessions"),
        sa.Column("token", WORDS, nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("device", WORDS, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_web_sessions"),
        sa.UniqueConstraint("token", name="uq_web_sessions_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_web_sessions_number", "web_sessions", ["number", "seen_at"])
    op.create_table(
        "roles",
        *_number("roles"),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", "role", name="pk_roles"),
    )


def downgrade() -> None:
    # a kind the version before knows nothing of
    op.execute("DELETE FROM notices WHERE kind = 'login-code'")
    for table in ("roles", "web_sessions", "login_codes"):
        op.drop_table(table)
