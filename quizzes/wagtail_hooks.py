"""What the room adds to the CMS."""

from wagtail import hooks

from quizzes.viewsets import QuizGroup

hooks.register("register_admin_viewset", QuizGroup)
