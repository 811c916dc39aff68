"""${message}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


# Schemas move forward only: the way back from a bad one is a backup, since a downgrade would drop what was recorded.
def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
