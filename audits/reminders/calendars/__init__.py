"""Personal calendars: the deadlines in a member's scope, under a secret address that calendar programs poll.

`feeds` makes, renews and revokes addresses; `contents` finds the deadlines; `ics` writes the format (RFC 5545).
"""
