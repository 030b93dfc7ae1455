"""What happened in the demo, oldest first: `past` (regimes A, B, C), `duties`, `running`, `elsewhere`, `current`.

The past has fixed dates; whatever is still open is placed relative to today.
"""
