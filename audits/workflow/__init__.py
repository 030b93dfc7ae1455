"""The one door: every change of a list, a case or a yearly duty, decided by one pure function and told by one event.

Read `door.perform` first. `state` is the pure fold, `decide` the pure decision, `guards` and `effects` what the tables
name, `clock` the deadlines, `lists` the acts on lists, `opening` new cases, `many` the same door in batches, `recompute`
and `rounds` the system's own scans, `seals` and `verify` the proof that the log is whole.
"""
