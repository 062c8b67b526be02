"""What the rule is told of each member."""

from decimal import Decimal

from tests.cast import Cast
from tests.factories import PeriodFactory, TrainingRecordFactory
from training.facts import Facts


def test_trainings_of_one_day_come_in_the_order_of_the_ledger(cast: Cast):
    period = PeriodFactory()
    for pk, hours in ((1_000_002, 2), (1_000_001, 4), (1_000_003, 8)):  # as a database may have stored them
        TrainingRecordFactory(pk=pk, member=cast.member, period=period, kind="external", lesson_hours=hours)
    trainings = Facts.gather(members=[cast.member], period=period).trainings[cast.member.pk]
    assert len({training.completed_on for training in trainings}) == 1
    assert [training.lesson_hours for training in trainings] == [Decimal(4), Decimal(2), Decimal(8)]
