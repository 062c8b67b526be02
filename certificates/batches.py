"""Runs over many certificates: ordered once, worked by any number of workers, finished whatever became of some."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from certificates.errors import NothingDue, NothingToPrint, TooManyToIssue, TooManyToPrint
from certificates.models import Certificate, Run
from certificates.print_files import PRINTED, work_on_print
from certificates.services import BATCH, Press, due, issue_records
from cms.private_files import delete_files, private_storage
from members.models import User
from training.models import TrainingRecord

logger = logging.getLogger("akademi.certificates")

ISSUE_LIMIT = 10_000  # trainings in one run, a minute on two cores
PRINT_LIMIT = 500  # certificates in one print file, some minutes of a printer
KEPT = timedelta(days=7)  # what a run lives: its print file can be made again at any time
MOST_TRIES = 5  # of a step of a print
ISSUE_TRIES = 50  # of a batch, for each lane
JUST_WRITTEN = timedelta(minutes=10)  # a file so young may be about to be taken by its run


def start_issue_run(*, records: Sequence[int], by: User, about: str = "") -> Run:
    """Order the certificates of these trainings; the run ordered before, while it is under way.

    Raises NothingDue and TooManyToIssue.
    """
    if not records:
        raise NothingDue
    if len(records) > ISSUE_LIMIT:
        raise TooManyToIssue
    batches = -(-len(records) // BATCH)
    return _start(Run.Kind.ISSUE, records, by, about, lanes=max(1, min(settings.ISSUE_LANES, batches)))


def start_print_run(*, certificates: Sequence[int], by: User, about: str = "") -> Run:
    """Order one file of these certificates, in this order; the run ordered before, while it is being made.

    Raises NothingToPrint and TooManyToPrint.
    """
    if not certificates:
        raise NothingToPrint
    if len(certificates) > PRINT_LIMIT:
        raise TooManyToPrint
    return _start(Run.Kind.PRINT, certificates, by, about, lanes=1)


@transaction.atomic
def _start(kind: str, items: Sequence[int], by: User, about: str, lanes: int) -> Run:
    # Whoever presses the button twice at once waits here, and finds the first run below.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    for waiting in Run.objects.of(by).unfinished().filter(kind=kind):
        if waiting.items == list(items):
            return waiting
    return Run.objects.create(kind=kind, items=list(items), gone_through=[0] * lanes, requested_by=by, about=about)


def work_on_run(*, run_id: int, lane: int = 0, seconds: float | None = None) -> Run:
    """Go on with one lane of a run, for so many seconds; any number of calls, at any time, come to one result.

    Must not be called inside a transaction. Raises Run.DoesNotExist, and whatever
    keeps a print file from being made. A run that is begun again and again and gets no further ends as failed.
    """
    run = _take_up(run_id)
    if run.is_finished:
        return run
    until = None if seconds is None else monotonic() + seconds
    return _issue_lane(run, lane, until) if run.is_issue else work_on_print(run, until=until)


def most_tries(run: Run) -> int:
    """After how many turns that get it no further a run is given up.

    Issuing has patience: workers that are killed many times in a row must not keep it from its end, and it holds up
    nothing, for what is due is repaired without it.
    """
    return ISSUE_TRIES * len(run.gone_through) if run.is_issue else MOST_TRIES


@transaction.atomic
def _take_up(run_id: int) -> Run:
    run = Run.objects.select_for_update().get(pk=run_id)
    if not run.is_finished:
        run.took_up(most=most_tries(run))
        run.save(update_fields=["worked_at", "tries", "has_failed", "finished_at"])
        if run.has_failed:
            logger.error("run %s given up: begun %s times, and no further", run_id, run.tries)
    return run


def _issue_lane(run: Run, lane: int, until: float | None) -> Run:
    """A batch at a time. What cannot be issued is left to the repair, like all the rest once nothing can be sealed."""
    press, rest, place = Press(), run.lane(lane), run.gone_through[lane]
    for start in range(0, len(rest), BATCH):
        batch = rest[start : start + BATCH]
        issue_records(batch, press)
        place += len(rest) - start if press.is_out_of_order else len(batch)
        run = _note(run, lane, place)
        if press.is_out_of_order or (until is not None and monotonic() > until):
            break
    return run


@transaction.atomic
def _note(run: Run, lane: int, place: int) -> Run:
    """Write down how far a lane is, unless another worker has been further; the last lane ends the run."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    run.gone_through[lane] = max(run.gone_through[lane], place)
    run.got_further()
    if not run.is_finished and not run.open_lanes:
        run.finished_at = run.worked_at
    run.save(update_fields=["gone_through", "worked_at", "tries", "has_failed", "finished_at"])
    return run


def certificates_of(run: Run) -> QuerySet[Certificate]:
    """What the run was about and is worth a sheet of paper today, in the order of the numbers."""
    chosen = {"record__in": run.items} if run.is_issue else {"pk__in": run.items}
    found = Certificate.objects.filter(**chosen, status=Certificate.Status.VALID).exclude(file="")
    return found.order_by("issuer", "year", "sequence")


def still_due(run: Run) -> QuerySet[TrainingRecord]:
    """The trainings of an issuing run that have no certificate, or one without its file, by now."""
    return due(TrainingRecord.objects.filter(pk__in=run.items if run.is_issue else []))


def order_again(*, run: Run, by: User) -> Run:
    """Order anew what a run has left undone.

    Raises NothingDue and NothingToPrint.
    """
    if run.is_issue:
        records = list(still_due(run).order_by("pk").values_list("pk", flat=True))
        return start_issue_run(records=records, by=by, about=run.about)
    return start_print_run(certificates=list(certificates_of(run).values_list("pk", flat=True)), by=by, about=run.about)


def outdated(run: Run) -> int:
    """How many certificates in a print file have been revoked or replaced since it was made."""
    void = [Certificate.Status.REVOKED, Certificate.Status.SUPERSEDED]
    held = Certificate.objects.filter(pk__in=[] if run.is_issue else run.items, status__in=void)
    return held.exclude(number__in=run.left_out).count()


def finish_runs(*, now: datetime) -> tuple[int, int]:
    """Go on with what workers have left, for ISSUING_SECONDS; how many came to their end, and how many could not."""
    until, made, failed = monotonic() + settings.ISSUING_SECONDS, 0, 0
    for pk in list(Run.objects.abandoned(now=now).values_list("pk", flat=True)):
        if monotonic() > until:
            break
        try:
            made += _finish(pk, until)
        except Exception as error:  # its words may quote a name
            logger.error("run %s could not be finished: %s", pk, type(error).__name__)
            failed += 1
    return made, failed


def _finish(run_id: int, until: float) -> bool:
    run = Run.objects.get(pk=run_id)
    for lane in run.open_lanes:
        run = work_on_run(run_id=run_id, lane=lane, seconds=max(until - monotonic(), 0))
    return run.is_finished and not run.has_failed


def trim_batches(*, now: datetime) -> int:
    """Remove runs after KEPT, and print files and their parts that no run has any longer; returns how many runs."""
    removed, _by_model = Run.objects.filter(requested_at__lt=now - KEPT).delete()
    storage = private_storage()
    files = storage.listdir(PRINTED)[1] if storage.exists(PRINTED) else []
    kept = {name for file, parts in Run.objects.values_list("file", "parts") for name in [file, *parts]}
    loose = [name for name in (f"{PRINTED}/{file}" for file in files) if name not in kept]
    delete_files(name for name in loose if storage.get_modified_time(name) < now - JUST_WRITTEN)
    return removed
