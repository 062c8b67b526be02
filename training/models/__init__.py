"""The room's tables, by concept: period, policy, ledger, standings and tallies, exemptions and extensions, evidence,
imports, reminders."""

from training.models.evidence import Evidence, EvidenceQuerySet
from training.models.exemption import Exemption, Extension, LetterAccess
from training.models.ledger import Reversal, TrainingRecord
from training.models.period import Period
from training.models.policy import Policy, PolicyCourse
from training.models.preview import ImportPreview
from training.models.reminder import DigestPlan, HandReminder, ReminderPlan, ReminderRun, VillageOwing
from training.models.standing import ClosedTally, Standing, StandingQuerySet, VillageTally

__all__ = [
    "ClosedTally",
    "DigestPlan",
    "Evidence",
    "EvidenceQuerySet",
    "Exemption",
    "Extension",
    "HandReminder",
    "ImportPreview",
    "LetterAccess",
    "Period",
    "Policy",
    "PolicyCourse",
    "ReminderPlan",
    "ReminderRun",
    "Reversal",
    "Standing",
    "StandingQuerySet",
    "TrainingRecord",
    "VillageOwing",
    "VillageTally",
]
