"""Registers: divisions, industries, enterprises and their sites, consultancies and auditors, authorities, published lists.

Dates named `valid_until`, `ends_on` are the *last day* that counts; `ended_on`, `closed_on`, `removed_on`, `suspended_until`
say so in their own words. Rules live in modules named by nouns beside the models; models only hold columns and queries.
"""
