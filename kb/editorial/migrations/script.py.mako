"""${message}. Never edited once it has been released: write another."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what this version needs."""
    ${upgrades if upgrades else "pass"}
