"""Plants the catalogue at `/kursus/` under the front page."""

from django.conf import settings
from django.db import migrations

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def next_step(steps):
    """Treebeard's name of the child after these: four digits of base 36."""
    number = max((int(step, 36) for step in steps), default=0) + 1
    step = ""
    for _ in range(4):
        number, digit = divmod(number, 36)
        step = DIGITS[digit] + step
    return step


def plant(apps, schema_editor):
    Page = apps.get_model("wagtailcore.Page")
    home = apps.get_model("wagtailcore.Site").objects.get(is_default_site=True).root_page
    children = Page.objects.filter(path__startswith=home.path, depth=home.depth + 1)
    if children.filter(slug="kursus").exists():
        return
    content_type, _ = apps.get_model("contenttypes.ContentType").objects.get_or_create(
        app_label="courses", model="courseindexpage"
    )
    locale, _ = apps.get_model("wagtailcore.Locale").objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    apps.get_model("courses.CourseIndexPage").objects.create(
        title="Kursus",
        draft_title="Kursus",
        slug="kursus",
        show_in_menus=True,
        content_type=content_type,
        locale=locale,
        path=home.path + next_step(path[-4:] for path in children.values_list("path", flat=True)),
        depth=home.depth + 1,
        numchild=0,
        url_path=f"{home.url_path}kursus/",
    )
    Page.objects.filter(pk=home.pk).update(numchild=children.count())


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial"), ("cms", "0002_first_pages")]

    operations = [migrations.RunPython(plant, migrations.RunPython.noop)]
