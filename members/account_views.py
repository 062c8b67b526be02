"""A person's own pages: registration, account, consent, correction of a refused registration."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import EmailView, SignupView
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from members.access import access_of
from members.errors import MemberError
from members.forms import ConsentForm, CorrectForm
from members.models import Member, RoleKind, User
from members.services import resubmit_member, set_consent


class RegisterView(SignupView):
    """allauth's registration; nothing of the form may reach an error report."""

    @method_decorator(sensitive_post_parameters())
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Register, or show what to mend."""
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


register = RegisterView.as_view()


class EmailPage(EmailView):
    """allauth's page of the one e-mail, told apart by what the account holds."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`held` with whether its mailbox has answered, and the new one that has not yet."""
        held = self.request.user.email
        addresses = EmailAddress.objects.filter(user=self.request.user).order_by("-pk")
        new = addresses.filter(verified=False).exclude(email=held).first()
        proven = addresses.filter(verified=True, email=held).exists()
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"held": held, "is_proven": proven, "new": new}


change_email = EmailPage.as_view()


def _own_member(request: HttpRequest) -> Member:
    member = access_of(request).member
    if member is None:
        raise Http404
    return member


def _is_phone_elsewhere(member: Member) -> bool:
    """Whether another account holds the member's phone; told to verified members only."""
    if member.status != Member.Status.ACTIVE or not member.phone:
        return False
    return User.objects.filter(phone=member.phone).exclude(member=member).exists()


@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """My data, where my registration stands, my consents, and the ways to my password and e-mail."""
    access = access_of(request)
    member = access.member
    context = {
        "member": member,
        "email": EmailAddress.objects.filter(user_id=request.user.pk).order_by("-verified").first(),
        "grants": access.grants,
        "liaison_grants": [grant for grant in access.grants if grant.kind == RoleKind.LIAISON],
        "consent_form": ConsentForm(member=member),
        "shares_phone": member is not None and _is_phone_elsewhere(member),
        "has_second_factor": is_mfa_enabled(request.user),
    }
    return render(request, "members/account.html", context)


@login_required
@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Give or withdraw the optional consents."""
    form = ConsentForm(request.POST)
    form.full_clean()
    set_consent(member=_own_member(request), **form.cleaned_data)
    messages.success(request, _("Persetujuan Anda tersimpan."))
    return redirect("members:account")


@login_required
@never_cache
@sensitive_post_parameters()
def correct(request: HttpRequest) -> HttpResponse:
    """A refused person mends their data and sends the registration again."""
    member = _own_member(request)
    if member.status != Member.Status.REFUSED:
        raise Http404
    initial = {name: getattr(member, name) for name in ("name", "birth_date", "sex", "village")}
    initial["phone"] = member.phone.as_national if member.phone else ""
    form = CorrectForm(request.POST or None, member=member, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            resubmit_member(member=member, data=form.personal_data())
        except MemberError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Perbaikan terkirim. Pendaftaran Anda kembali menunggu verifikasi."))
        return redirect("members:account")
    return render(request, "members/correct.html", {"form": form, "member": member})
