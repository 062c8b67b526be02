"""What holders are told about their certificates."""

from django.urls import reverse

from certificates.models import Certificate
from notifications.services import notify


def tell(certificate: Certificate, title: str, body: str, event: str = "issued", *, reason: str = "") -> None:
    """A notice to the holder, if they have an account, once an event; `body` may name %(title)s and %(reason)s.

    The reason is that of the certificate's status unless another is given.
    """
    user = certificate.record.member.user
    if user is not None:
        notify(
            user=user,
            key=f"certificate:{certificate.pk}:{event}",
            title=title,
            body=body % {"title": certificate.snapshot["title"], "reason": reason or certificate.reason},
            path=reverse("certificates:mine"),
        )
