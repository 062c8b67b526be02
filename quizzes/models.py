"""Question banks, quizzes and attempts."""

from quizzes.attempts import Answer, Attempt, AttemptQuerySet
from quizzes.bank import Choice, Question, QuestionBank, QuestionBankQuerySet, QuestionQuerySet
from quizzes.quiz import Quiz, QuizQuerySet

__all__ = [
    "Answer",
    "Attempt",
    "AttemptQuerySet",
    "Choice",
    "Question",
    "QuestionBank",
    "QuestionBankQuerySet",
    "QuestionQuerySet",
    "Quiz",
    "QuizQuerySet",
]
