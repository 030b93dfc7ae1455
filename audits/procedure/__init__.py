"""The law as data: procedures, payload fields, periods and the working-day calendar.

Pure Python. Nothing here knows Django, gettext, a database or today's date. A *procedure* is a table of `Step` rows
per legal regime (`regime_a` .. `regime_d`); `words` fixes the vocabulary, `schema` the shape of a row, `predicates`
the few named conditions a row may refer to, `periods` and `calendar` compute dates, `parameters` says what provinces
may set, `rows` proves that every row of the law text is modelled or named as not modelled.
"""
