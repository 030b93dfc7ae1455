"""Benchmarks: what the service does, measured beside its floor in the same run, on a PostgreSQL that flushes to disk.

`make bench`, or `python -m benchmarks [perform|import|publish|scale …] [--rounds N] [--json FILE] [--small]` with the
server in TEST_DATABASE_URL. A run makes databases of its own, fills them through the registers and the door, and drops
them. docs/benchmarks.md says what is measured, how, and what the aims are.

A *floor* is the least that must happen for the same rows to be stored: no rules, no framework. Measures and floors take
turns (A B A B), so that a busy machine slows both; what counts is the median of the ratios of all rounds.
"""
