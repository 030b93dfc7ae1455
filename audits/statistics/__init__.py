"""Facts and provincial tables: what cases add up to, computed from their events and provable against them.

`refresh` counts what changed, `recount` a trailing window, `rebuild` everything; `reconcile` proves that both agree with the events; `provinces` is
the table of a year, `load_seed_returns` stores the national return of 2007 (design section 6).
"""

from audits.statistics.counting import RefreshReport, rebuild, recount, refresh
from audits.statistics.reconciling import Reconciliation, reconcile
from audits.statistics.returns import load_seed_returns
from audits.statistics.tables import Table, provinces

__all__ = [
    "Reconciliation",
    "RefreshReport",
    "Table",
    "load_seed_returns",
    "provinces",
    "rebuild",
    "reconcile",
    "recount",
    "refresh",
]
