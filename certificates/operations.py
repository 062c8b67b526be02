"""What migrations of the room do beside Django's own."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

REFUSAL = "number_log_is_append_only"
_GUARD = {
    "postgresql": (
        f"""
        CREATE OR REPLACE FUNCTION certificates_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER number_entry_guard BEFORE UPDATE ON certificates_numberentry
        FOR EACH ROW EXECUTE FUNCTION certificates_log_refuse()
        """,
    ),
    "sqlite": (
        f"""
        CREATE TRIGGER number_entry_guard BEFORE UPDATE ON certificates_numberentry
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
        """,
    ),
}


def guard_log(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The database itself refuses to change a line of the log, as an IntegrityError.

    What is deleted, `manage.py reconcile` finds. SQLite forgets the guard with every change of the table's columns: a
    migration that changes one begins with `unguard_log` and ends with this.
    """
    unguard_log(apps, schema_editor)
    for statement in _GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard_log(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let go of it."""
    table = " ON certificates_numberentry" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS number_entry_guard{table}")
