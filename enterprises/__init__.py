"""Registers: divisions, industries, enterprises and sites, consultancies and auditors, authorities, published lists.

Dates named `valid_until`, `ends_on` and `suspended_until` are the *last day* that counts; `ended_on`, `closed_on` and
`removed_on` are the first day without. Rules live in modules named by nouns beside the models; models only hold
columns and queries.
"""
