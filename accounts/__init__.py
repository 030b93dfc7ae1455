"""People: users, organizations, memberships and roles, first access, sign-in.

Knows no register: what an enterprise, a consultancy or an authority *is* lives in `enterprises`, whose rows point
one-to-one at an `Organization` here. Vocabulary: a *user* is a person; a *membership* lets that person act for one
*organization* in one *role*; `accounts.acting` tells which one a request acts with. Removed access stays on record.
"""
