"""What Alembic asks for: the connection and the tables as they should be."""

from alembic import context

from evaluation.portal.keeping.tables import METADATA

settings = getattr(context, "config", None)
if settings is not None:  # Alembic reads this; whatever else looks at every module does not
    context.configure(connection=settings.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
    context.run_migrations()
