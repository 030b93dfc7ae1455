"""Every act that somebody is told of has words, and no words wait for an act that nobody is told of."""

from audits.procedure.registry import ACTIONS
from audits.reminders.kinds import KINDS, REMINDER, WEBHOOK_PARKED
from audits.workflow.intents import AUDIENCES


def test_what_is_told_has_words_and_nothing_else_has():
    assert set(AUDIENCES) == set(KINDS) - {REMINDER, WEBHOOK_PARKED}


def test_only_acts_of_the_procedure_are_told():
    assert set(AUDIENCES) <= set(ACTIONS)
