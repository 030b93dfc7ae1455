"""Reading key-enterprise lists (名单) as authorities send them: xlsx or csv in, a verdict per row out.

The way of a file, one module each:
`workbook` (bytes to cells, refusing what is dangerous) -> `headers` (which column is what) -> `table` (title rows,
merged cells, notes) -> `cells` (normalization, every change a proposed repair) -> `places`, `rows` (divisions,
industries, categories looked up) -> `rules/` (one rule per file) -> `report` (`dry_run`, `confirm`).

Pure: everything the rows are compared with comes through `lookup.Lookup`. Only `registers` knows the models.
Nothing here writes: nominating the confirmed entries is the workflow's act.

Words: a *repair* is a proposed change of one cell, applied only when confirmed. A *finding* is what a rule says of a
row; its severity decides whether the row is rejected or only warned about. A *completion* is a value typed by hand.
"""
