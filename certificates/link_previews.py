"""What messengers show of a certificate's verification page when its link is shared (Open Graph)."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.models import Certificate
from certificates.verdicts import Verdict, decimal


@dataclass(frozen=True)
class LinkPreview:
    """Title and description name nobody; the picture shows what is printed, and is empty for what no longer holds."""

    title: str
    description: str
    address: str
    picture: str


def link_preview(certificate: Certificate, verdict: Verdict) -> LinkPreview:
    """The verdict only where it is bad: messengers keep a preview for weeks, and ASLI might have become untrue."""
    snapshot = certificate.snapshot
    title = _("Sertifikat “%(title)s”") % {"title": snapshot["title"]}
    facts = {"hours": decimal(snapshot["lesson_hours"]), "issuer": snapshot["issuer"]}
    picture = f"{settings.BASE_URL}{reverse('certificates:picture', args=[certificate.token])}"
    return LinkPreview(
        title=title if verdict.is_good else f"{verdict.word} – {title}",
        description=_("%(hours)s JP, penerbit %(issuer)s. Buka untuk memeriksa keasliannya.") % facts,
        address=certificate.verification_url,
        picture=picture if verdict.is_good and certificate.is_filed else "",
    )
