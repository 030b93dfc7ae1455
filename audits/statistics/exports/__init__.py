"""Exports: the performance table of cases (绩效表) and the provincial summary, as xlsx, csv and JSON.

`jobs` takes requests and runs them in the background, `kinds` says what can be asked for, `performance` and `summary`
gather figures, `writers` turn them into files.
"""
