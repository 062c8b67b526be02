"""What a verifier should look at before deciding about a registration."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from regions.scope import Scope
from regions.timezones import local_date


@dataclass(frozen=True)
class Finding:
    """One thing to look at; `tone` is `late` where it prevents a verification, else `soon`."""

    tone: str
    text: str
    member: Member | None = None  # another row, if the verifier may see it


def _identity(member: Member) -> list[Finding]:
    nik = member.nik
    if nik is None:
        return [Finding("soon", _("NIK tidak tersimpan atau tidak dapat dibaca."))]
    warnings = nik.mismatches(
        birth_date=member.birth_date, is_female=member.sex == Member.Sex.FEMALE, village_code=member.village_id
    )
    return [Finding("soon", text) for text in warnings]


def _age(member: Member) -> list[Finding]:
    age = member.age_on(local_date(timezone.now(), member.village_id))
    if age < settings.MEMBER_MIN_AGE:
        return [Finding("soon", _("Usia %(age)s tahun: di bawah batas, tercatat sudah menikah.") % {"age": age})]
    if age >= settings.MEMBER_MAX_AGE:
        return [Finding("soon", _("Usia %(age)s tahun: periksa batas usia anggota di daerah Anda.") % {"age": age})]
    return []


def _twin(member: Member, other: Member, scope: Scope) -> Finding:
    """Another row with the same NIK or phone; a person of another region is named by their village only."""
    visible = scope.covers(other.village_id)
    who = other.name if visible else _("seseorang")
    where = {"who": who, "village": other.village.display_name, "district": other.village.parent}
    row = other if visible else None
    if member.nik_index == other.nik_index:
        if other.status == Member.Status.ACTIVE:
            text = _("NIK yang sama sudah dimiliki %(who)s, anggota aktif di %(village)s, %(district)s.")
            return Finding("late", text % where, row)
        text = _("NIK yang sama juga dipakai %(who)s (%(status)s) di %(village)s, %(district)s.")
        return Finding("soon", text % {**where, "status": other.get_status_display()}, row)
    text = _("Nomor HP yang sama juga dipakai %(who)s di %(village)s, %(district)s.")
    return Finding("soon", text % where, row)


def findings(member: Member, *, scope: Scope) -> list[Finding]:
    """Everything to look at, what prevents a verification first; one query."""
    same = Q(nik_index=member.nik_index)
    if member.phone:
        same |= Q(phone=member.phone)
    others = Member.objects.filter(same).exclude(pk=member.pk).select_related("village__parent")
    # What prevents a verification comes first, however many registrations repeat the same NIK or phone.
    others = others.order_by(
        Case(When(nik_index=member.nik_index, status=Member.Status.ACTIVE, then=0), default=1), "pk"
    )
    found = [*(_twin(member, other, scope) for other in others[:20]), *_identity(member), *_age(member)]
    return sorted(found, key=lambda finding: finding.tone)
