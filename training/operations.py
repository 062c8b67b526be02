"""What migrations do beside Django's own."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

REFUSAL = "ledger_is_append_only"
# A reversal forgets who made it when their account is deleted, and nothing else.
_GUARDS = {
    "postgresql": (
        f"""
        CREATE OR REPLACE FUNCTION training_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER training_record_guard BEFORE UPDATE ON training_trainingrecord
        FOR EACH ROW EXECUTE FUNCTION training_ledger_refuse()
        """,
        """
        CREATE TRIGGER training_reversal_guard BEFORE UPDATE ON training_reversal FOR EACH ROW WHEN (
            to_jsonb(NEW) - 'reversed_by_id' IS DISTINCT FROM to_jsonb(OLD) - 'reversed_by_id'
            OR to_jsonb(NEW) -> 'reversed_by_id' NOT IN ('null'::jsonb, to_jsonb(OLD) -> 'reversed_by_id')
        ) EXECUTE FUNCTION training_ledger_refuse()
        """,
    ),
    "sqlite": (
        f"""
        CREATE TRIGGER training_record_guard BEFORE UPDATE ON training_trainingrecord
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
        """,
        f"""
        CREATE TRIGGER training_reversal_guard BEFORE UPDATE ON training_reversal WHEN
            NEW.id IS NOT OLD.id OR NEW.record_id IS NOT OLD.record_id OR NEW.reason IS NOT OLD.reason
            OR NEW.reversed_at IS NOT OLD.reversed_at
            OR NEW.reversed_by_id IS NOT NULL AND NEW.reversed_by_id IS NOT OLD.reversed_by_id
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
        """,
    ),
}


def guard_ledger(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The database itself refuses to change a row of the ledger or a reversal, as an IntegrityError.

    SQLite forgets this with every change of the tables' columns, which makes them anew: a migration that changes one
    begins with `unguard_ledger` and ends with this.
    """
    unguard_ledger(apps, schema_editor)
    for statement in _GUARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard_ledger(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let go of it."""
    is_server = schema_editor.connection.vendor == "postgresql"
    for guard, table in (
        ("training_record_guard", "training_trainingrecord"),
        ("training_reversal_guard", "training_reversal"),
    ):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {guard}" + (f" ON {table}" if is_server else ""))
