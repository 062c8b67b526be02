"""What migrations do beside Django's own."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex
from django.db.migrations.state import ProjectState


class AddIndexBeside(AddIndex):
    """Adds an index while others go on writing, in a migration that is not atomic.

    PostgreSQL builds it concurrently; SQLite knows nothing like it. What an interrupted build left is built anew.
    """

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the rest of an earlier try, then build."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        options = {"concurrently": True} if schema_editor.connection.vendor == "postgresql" else {}
        beside = "CONCURRENTLY " if options else ""
        schema_editor.execute(f"DROP INDEX {beside}IF EXISTS {schema_editor.quote_name(self.index.name)}")
        schema_editor.add_index(model, self.index, **options)
