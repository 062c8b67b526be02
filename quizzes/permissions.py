"""Who may keep which banks, questions and quizzes in the CMS: trainers within their regions, admins everywhere.

The right comes from the role alone, not from Django's model permissions: those know no region, and Wagtail's reports
open everything of a model to whoever holds one of them.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet
from wagtail.permission_policies.base import BasePermissionPolicy

from members.access import Access
from members.models import RoleKind, User
from quizzes.models import Question, QuestionBank, Quiz
from regions.scope import Scope

ACTIONS = frozenset({"add", "change", "delete", "view"})


def trainer_scope(user: Any) -> Scope:
    """Where the user writes courses; asked once for each user object, which lives as long as a request."""
    scope: Scope | None = getattr(user, "_quiz_trainer_scope", None)
    if scope is None:
        scope = Access(user).trainer_scope
        user._quiz_trainer_scope = scope
    return scope


def kept_by(model: type[Model], user: Any) -> QuerySet[Any]:
    """The banks, questions or quizzes that the user may keep."""
    scope = trainer_scope(user)
    if model is QuestionBank:
        return QuestionBank.objects.within(scope)
    if model is Question:
        return Question.objects.within(scope)
    return Quiz.objects.within(scope)


class TrainerPolicy(BasePermissionPolicy):
    """Trainers may do everything with what lies in their regions, and nothing else."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the user is a trainer anywhere."""
        return action in ACTIONS and bool(trainer_scope(user))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Whether the user is a trainer anywhere."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        """Whether the thing lies in the user's regions."""
        return self.user_has_permission(user, action) and kept_by(self.model, user).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """What lies in the user's regions."""
        return kept_by(self.model, user)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        """All trainers and admins."""
        trainers = Q(role_grants__kind=RoleKind.TRAINER) | Q(is_superuser=True)
        return User.objects.filter(trainers, is_active=True).distinct()
