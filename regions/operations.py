"""What migrations of several rooms do beside Django's own."""

from collections.abc import Callable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex
from django.db.migrations.state import ProjectState, StateApps


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


def drop_pattern_indexes(
    app_label: str, model_name: str, *names: str
) -> Callable[[StateApps, BaseDatabaseSchemaEditor], None]:
    """Drops the second index that Django makes on PostgreSQL for each text that has one, for `LIKE 'x%'`.

    Where nobody asks so, it is a third of what it costs to write a row. Fields that are altered later do not get it
    back, unless they lose their index in between.
    """

    def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        model = apps.get_model(app_label, model_name)
        for name in names:
            column = str(model._meta.get_field(name).column)
            index = schema_editor._create_index_name(model._meta.db_table, [column], suffix="_like")  # type: ignore[attr-defined]
            schema_editor.execute(f"DROP INDEX IF EXISTS {schema_editor.quote_name(index)}")

    return drop
