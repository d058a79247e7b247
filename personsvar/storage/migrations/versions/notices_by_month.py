"""From here on the ledger may be divided into months: a new database is, one that is there when told to.

Nothing is changed on the way here, as services of the version before go on meanwhile, and they can't renew a
notice in a divided ledger. `personsvar db partition` divides it, once all are of this version.
"""

from __future__ import annotations

from alembic import op

from personsvar.storage.months import dividing

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
LOSES = (
    "what you granted others on the ledger's tables. One that is divided into months becomes a single table, "
    "in minutes for 10 million notices; its ids stay as large as they are, which the version before takes "
    "for too large in `db restored` and `restore`"
)


def upgrade() -> None:
    """See above."""


def downgrade() -> None:
    dividing.make_whole(op.get_bind())
