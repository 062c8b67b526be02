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

FROZEN = "certificate_is_written_once"
# What a certificate says, and of whom; its file and its status may change, each with its own rules.
_FROZEN_COLUMNS = (
    "id",
    "uuid",
    "token",
    "record_id",
    "replaces_id",
    "number",
    "issuer_id",
    "year",
    "sequence",
    "snapshot",
    "issued_on",
    "issued_at",
    "reissue_reason",
)
_FREEZE = {
    "postgresql": (
        f"""
        CREATE OR REPLACE FUNCTION certificates_frozen_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{FROZEN}' USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """,
        """
        CREATE TRIGGER certificate_guard BEFORE UPDATE ON certificates_certificate FOR EACH ROW WHEN (%s)
        EXECUTE FUNCTION certificates_frozen_refuse()
        """,
    ),
    "sqlite": (
        f"""
        CREATE TRIGGER certificate_guard BEFORE UPDATE ON certificates_certificate WHEN %s
        BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END
        """,
    ),
}
_DIFFERS = {"postgresql": "NEW.{0} IS DISTINCT FROM OLD.{0}", "sqlite": "NEW.{0} IS NOT OLD.{0}"}


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
    _drop(schema_editor, "number_entry_guard", "certificates_numberentry")


def guard_certificates(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The database itself refuses to change what a certificate says, as an IntegrityError.

    As with the log, a migration that changes a column of the table begins with `unguard_certificates` and ends with
    this. It guards those of the columns that there are by then.
    """
    unguard_certificates(apps, schema_editor)
    vendor = schema_editor.connection.vendor
    there = {field.column for field in apps.get_model("certificates", "Certificate")._meta.concrete_fields}
    differs = " OR ".join(_DIFFERS[vendor].format(column) for column in _FROZEN_COLUMNS if column in there)
    for statement in _FREEZE[vendor]:
        schema_editor.execute(statement.replace("%s", differs))


def unguard_certificates(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let go of it."""
    _drop(schema_editor, "certificate_guard", "certificates_certificate")


def _drop(schema_editor: BaseDatabaseSchemaEditor, guard: str, table: str) -> None:
    on_table = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {guard}{on_table}")
