"""Numbers of reports: gapless for each village and year, given when a report is first sent."""

from datetime import datetime

from regions.timezones import local_date
from reports.models import ActivityReport, ReportSequence

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def give_number(report: ActivityReport, *, sent_at: datetime) -> None:
    """Set the next number of the report's village, e.g. `007/LAP/63.11.01.2001/XI/2026`, without saving the report.

    Runs inside the sender's transaction: the counter's row stays locked until it ends, and a sending that is
    rolled back takes no number. The year and month are those of the village's own calendar.
    """
    day = local_date(sent_at, report.village_id)
    ReportSequence.objects.get_or_create(village_id=report.village_id, year=day.year)
    counter = ReportSequence.objects.select_for_update().get(village_id=report.village_id, year=day.year)
    counter.last += 1
    counter.save(update_fields=["last"])
    report.number_year, report.number_sequence = day.year, counter.last
    report.number = f"{counter.last:03}/LAP/{report.village_id}/{_ROMAN[day.month - 1]}/{day.year}"
