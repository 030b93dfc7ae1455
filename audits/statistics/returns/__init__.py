"""Annual returns of reporting units: drafted from facts or read from a form, corrected with reasons, checked, frozen by a
second person and revised, never edited (design section 6). `seed` holds the national return of 2007.
"""

from audits.statistics.returns.seed import flags_of, load_after_migrate, load_seed_returns

__all__ = ["flags_of", "load_after_migrate", "load_seed_returns"]
