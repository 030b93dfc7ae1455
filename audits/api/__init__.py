"""The API under /api/v1/. It holds no rule: `visible_to` says what a caller may see, the door what a caller may do.

How the files lie: `permissions` (who may call which route, in one map), `base` (what every view shares), `errors` (the
one shape of errors), `schema` and `bodies` (what OpenAPI says), then one file per resource. `actions` makes one view,
and so one documented operation, per action key of the tables.
"""
