"""`make templates`: the migrated database that a suite begins with, made before it (see tests/template_database.py)."""

import gc
import os

import django
from django.db import connection

from tests.template_database import locked, template_of_this_tree


def make_template() -> None:
    """Migrate and keep the database, unless it is there."""
    template = template_of_this_tree()
    with locked():
        if not template.exists():
            gc.disable()  # of migrating, a sixth; this process ends soon
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            template.keep()
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    make_template()
