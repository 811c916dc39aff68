"""Run by Alembic, on the connection and within the transaction that `migrate` has opened."""

from alembic import context

from zhengcaidai.store.tables import Row

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Row.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
