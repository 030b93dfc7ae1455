"""Who must hear what, when: the rungs of a deadline, the people found when it is sent, the ledger, the channels.

`run` is the only door. It scans the database for what is due (`scan`, `intents`), writes the ledger, and sends what the
ledger holds (`digests`, `mail`). No message of the queue carries anything: late, twice, killed or in parallel, the
outcome is the same (design section 5).
"""

from audits.reminders.running import RunReport, run

__all__ = ["RunReport", "run"]
