"""Question banks, quizzes and attempts."""

from quizzes.attempts import Answer, Attempt, AttemptQuerySet
from quizzes.bank import Choice, Question, QuestionBank, QuestionBankQuerySet
from quizzes.quiz import Quiz

__all__ = ["Answer", "Attempt", "AttemptQuerySet", "Choice", "Question", "QuestionBank", "QuestionBankQuerySet", "Quiz"]
