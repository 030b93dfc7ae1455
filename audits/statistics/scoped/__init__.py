"""Sums for whoever asks: what a user may not see is not in a sum he can see.

`Question` is what is asked, `figures` answers it from the coarsest grain that can, `table` and `trend` add names, rates,
medians, coverage, exclusions and doubts.
"""

from audits.statistics.scoped.answers import Answer, AnswerRow, Trend, table, trend
from audits.statistics.scoped.question import Dimension, Question
from audits.statistics.scoped.rates import RATES

__all__ = ["RATES", "Answer", "AnswerRow", "Dimension", "Question", "Trend", "table", "trend"]
