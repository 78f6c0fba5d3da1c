"""Alembic's entry: runs on the connection that `storage.migrate` hands it, inside that one's transaction."""

from alembic import context

from storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="",
)
context.run_migrations()
