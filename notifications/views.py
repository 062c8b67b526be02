"""The inbox, and the channels beside it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from members.access import access_of
from members.backend import is_proven
from members.models import User
from notifications.forms import ChannelForm, email_barrier, whatsapp_barrier
from notifications.models import ChannelChoice, Notice
from notifications.services import choose_channels, mark_read

PAGE_SIZE = 25


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # login_required let nobody else in
    return request.user


@login_required
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything the person was told, newest first."""
    notices = Notice.objects.of(_person(request))
    page = Paginator(notices, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notifications/inbox.html", {"page_obj": page, "unread_count": notices.unread().count()})


@login_required
@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one notice read and go where it points."""
    notice = get_object_or_404(Notice.objects.of(_person(request)), pk=pk)
    mark_read(user=notice.user, notice_id=notice.pk)
    is_local = url_has_allowed_host_and_scheme(notice.path, allowed_hosts=None)
    return redirect(notice.path if notice.path and is_local else "notifications:inbox")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read."""
    mark_read(user=_person(request))
    return redirect("notifications:inbox")


@login_required
@never_cache
def channels(request: HttpRequest) -> HttpResponse:
    """By which channels the person is told beside the inbox."""
    user = _person(request)
    address = user.email or ""
    choice = ChannelChoice.objects.filter(user=user).first() or ChannelChoice(user=user)
    form = ChannelForm(
        request.POST if request.method == "POST" else None,
        initial={"email": choice.email, "whatsapp": choice.whatsapp},
        barriers={
            "email": email_barrier(address, is_proven=bool(address) and is_proven(address, user)),
            "whatsapp": whatsapp_barrier(access_of(request).member),
        },
    )
    if form.is_valid():
        choose_channels(user=user, **form.wishes)
        messages.success(request, _("Pilihan Anda disimpan."))
        return redirect("notifications:channels")
    quiet = {"quiet_from": f"{settings.QUIET_FROM_HOUR:02}", "quiet_until": f"{settings.QUIET_UNTIL_HOUR:02}"}
    return render(request, "notifications/channels.html", {"form": form, **quiet})
