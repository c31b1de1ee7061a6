"""Owns how Alembic runs a migration: on the connection it is given. Never opens one itself."""

from alembic import context

from kb.editorial.models import Base

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("Migrations run when the database is opened: see kb/editorial/db.py.")
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
