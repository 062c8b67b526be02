"""The press and the seal measured: certificates made from their snapshots beside plain WeasyPrint, in the same run and
processes."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from time import perf_counter, process_time

import django

from certificates.models import Certificate
from certificates.pdf import certificate_pdf, in_full, sheet_of
from certificates.seal import seal
from certificates.seal_keys import usable_credentials
from certificates.snapshots import Snapshot
from lms.bench import Row
from lms.bench_table import PRESS
from lms.sample_people import make_person

BATCH = 10_000
KINDS = 50  # of certificates in the mixed batch, each with a form of its own
OF_A_KIND = 20
PLAIN = 60  # enough for a median; ten thousand would take a quarter of an hour
PROCESSES = 2
WARM_UP = 40  # certificates after which a process has the forms
_PREDICATES = ((90, "Sangat Memuaskan"), (80, "Memuaskan"), (70, "Baik"))
_VILLAGES = ("Muara Ninian", "Sirap", "Mungkur Uyam", "Lalayau", "Galumbang", "Hamarung", "Mihu", "Panimbaan")


def sample(at: int) -> Certificate:
    """The certificate with this place in a batch of one course in one regency; it stands in no database."""
    random = Random(at)  # noqa: S311
    score = random.randrange(70, 101)
    snapshot = Snapshot(
        number=f"{at + 1:04}/SERT/63.11/XI/2026",
        name=make_person(random, serial=at, today=date(2026, 11, 23)).name,
        member_number=f"63.11.01.2001-{at:05}",
        village=f"Desa {random.choice(_VILLAGES)}, Kecamatan Juai, Kabupaten Balangan, Provinsi Kalimantan Selatan",
        title="Dasar Hukum, Tugas & Etika Satlinmas",
        lesson_hours="4",
        score=str(score),
        predicate=next(label for least, label in _PREDICATES if score >= least),
        organiser="Satpol PP Kabupaten Balangan",
        completed_on=f"2026-11-{random.randrange(1, 24):02}",
        venue="Akademi Linmas (daring)",
        issuer="Kabupaten Balangan",
        issued_on="2026-11-23",
        place="Paringin",
        signatory_position="Kepala Satuan Polisi Pamong Praja Kabupaten Balangan",
        signatory_name="Contoh Pejabat, S.Sos.",
        signatory_rank="Pembina Tk. I (IV/b)",
        signatory_nip="199001012015011001",
        syllabus=[{"title": f"Materi {number}", "lesson_hours": "0.5"} for number in range(1, 9)],
    )
    token = f"{random.getrandbits(128):022x}"[:22]
    day = {"issued_on": date(2026, 11, 23), "issued_at": datetime(2026, 11, 23, 2, 30, tzinfo=UTC)}
    place = {"issuer_id": "63.11", "year": 2026, "sequence": at + 1}
    return Certificate(pk=at + 1, token=token, snapshot=snapshot, **place, **day)


def mixed(at: int) -> Certificate:
    """The certificate with this place in a queue of `KINDS` courses that take turns, issued on many days."""
    certificate, kind = sample(at), at % KINDS
    own = {"title": f"Pelatihan Lanjutan {kind + 1}", "issued_on": f"2026-11-{1 + at // KINDS % 30:02}"}
    # One size of names and one word for all scores: so a course is one kind.
    alike = {"name": certificate.snapshot["name"][:26], "score": "85", "predicate": "Memuaskan"}
    certificate.snapshot |= own | alike
    return certificate


@dataclass(frozen=True)
class Batch:
    """What making some certificates took in all processes, and what the largest process held half way and at last."""

    wall: float  # seconds, with the start of the processes
    cpu: float  # seconds, without it
    half_way: float  # MB
    memory: float  # MB
    size: float  # kB a file

    @classmethod
    def of(
        cls, action: Callable[[Certificate], bytes], count: int, made: Callable[[int], Certificate] = sample
    ) -> Batch:
        """Make `count` certificates in `PROCESSES` fresh processes."""
        started, share = perf_counter(), count // PROCESSES
        context = get_context("forkserver")
        with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=django.setup) as pool:
            parts = list(pool.map(partial(_part, action, made, share), range(PROCESSES)))
        return cls(
            wall=perf_counter() - started,
            cpu=sum(part.cpu for part in parts),
            half_way=max(part.half_way for part in parts),
            memory=max(part.memory for part in parts),
            size=sum(part.size for part in parts) / len(parts),
        )


def press_rows(
    *, batch: int = BATCH, plain: int = PLAIN, warm_up: int = WARM_UP, queue: int = KINDS * OF_A_KIND
) -> list[Row]:
    """One certificate and a whole batch, each beside plain WeasyPrint; `ratio` says how many times as fast.

    The batch starts cold, in fresh processes, and so do as many full layouts as it takes to know what one takes there.
    """
    turns = 40
    single = _cpu_ms(lambda at: certificate_pdf(sample(at)), warm_up=warm_up, n=turns)
    alone = _cpu_ms(lambda at: full(sample(at)), warm_up=1, n=7)
    pressed, laid_out = Batch.of(certificate_pdf, batch), Batch.of(full, plain)
    shuffled = Batch.of(certificate_pdf, queue, mixed)
    usable_credentials()  # a key that is to be made is made before anybody looks at the clock
    stored = Batch.of(sealed, batch)
    wall, cpu = laid_out.wall / plain, laid_out.cpu / plain
    each, each_cpu = f"plain {wall * 1000:.1f} ms each", f"plain {cpu * 1000:.1f} ms each"
    many = f"{batch:,} on {PROCESSES} processes"
    several = f"{queue:,} of {KINDS} kinds on {PROCESSES} processes"
    plain_size, unsealed_size = f"plain {laid_out.size:.1f} kB", f"unsealed {pressed.size:.1f} kB"
    unsealed = f"unsealed {pressed.cpu:.1f} s"
    return [
        _row("one, CPU", single, "ms", (f"plain WeasyPrint {alone:.1f} ms", alone / single), turns),
        _row(many, pressed.wall, "s", (each, wall * batch / pressed.wall), batch),
        _row(f"{many}, CPU", pressed.cpu, "s", (each_cpu, cpu * batch / pressed.cpu), batch),
        _memory_row("memory at their end", pressed, batch),
        _row("size of a file", pressed.size, "kB", (plain_size, pressed.size / laid_out.size), batch),
        _row(f"{many}, sealed", stored.wall, "s", (each, wall * batch / stored.wall), batch),
        _row(f"{many}, sealed, CPU", stored.cpu, "s", (unsealed, stored.cpu / pressed.cpu), batch),
        _memory_row("memory at the end of the sealed", stored, batch),
        _row("size of a sealed file", stored.size, "kB", (unsealed_size, stored.size / pressed.size), batch),
        _row(several, shuffled.wall, "s", (each, wall * queue / shuffled.wall), queue),
    ]


def _row(name: str, value: float, unit: str, beside: tuple[str, float], n: int) -> Row:
    """`beside` is what it is held against, in words and as a ratio."""
    against, ratio = beside
    return Row(f"{PRESS}{name}", round(value, 2), unit, against, round(ratio, 2), n)


def _memory_row(name: str, made: Batch, n: int) -> Row:
    half_way = f"half way {made.half_way:.0f} MB"
    return _row(name, made.memory, "MB", (half_way, made.memory / made.half_way), n)


def sealed(certificate: Certificate) -> bytes:
    """The certificate as it is stored."""
    return seal(certificate_pdf(certificate))


def full(certificate: Certificate) -> bytes:
    """The certificate by the layout engine alone."""
    return in_full(sheet_of(certificate))


def _cpu_ms(action: Callable[[int], bytes], *, warm_up: int, n: int) -> float:
    """The median CPU time of `n` turns in milliseconds, after some that do not count."""
    times: list[float] = []
    for at in range(warm_up + n):
        started = process_time()
        action(at)
        times.append((process_time() - started) * 1000)
    return statistics.median(times[warm_up:])


def _part(action: Callable[[Certificate], bytes], made: Callable[[int], Certificate], share: int, part: int) -> Batch:
    """One process's share."""
    started, size, half_way = process_time(), 0, 0.0
    for at in range(share):
        size += len(action(made(part * share + at)))
        if at == share // 2:
            half_way = _memory()
    return Batch(wall=0, cpu=process_time() - started, half_way=half_way, memory=_memory(), size=size / share / 1000)


def _memory() -> float:
    """The resident memory of this process in MB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1000
