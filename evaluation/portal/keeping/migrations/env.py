"""What Alembic asks for: the connection and the tables as they should be."""

from alembic import context

from evaluation.portal.keeping.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
