"""Measures over a whole country of cases: how cost grows with the number of cases, and what it is beside its floor.

`plan` says from a seed what the country looks like, `filling` makes it through the door, `worlds` keeps it in databases
of its own; each module of `measuring` measures one thing in a process of its own, so that its peak memory is its own.
"""
