"""Scope codes: GB/T 2260 codes without their trailing zero pairs; a jurisdiction is a prefix ("" is the nation)."""

from django.db.models import Q

NATION = ""
XPCC = "66"


def within(prefix: str, field: str = "scope_code") -> Q:
    """Rows whose `field` starts with `prefix`, as a range that a plain index serves on every database.

    LIKE is avoided: SQLite's ignores case and skips the index, PostgreSQL's needs an operator class.
    """
    if not prefix:
        return Q()
    if not prefix.isascii() or not prefix.isdigit():
        raise ValueError(f"A scope prefix is made of digits, not {prefix!r}.")
    from_here = Q(**{f"{field}__gte": prefix})
    if set(prefix) == {"9"}:  # nothing comes after what begins so
        return from_here
    return from_here & Q(**{f"{field}__lt": _next(prefix)})


def _next(prefix: str) -> str:
    """The first code after all that begin so: digits only, since ":" sorts before "9" in most of PostgreSQL's collations."""
    return str(int(prefix) + 1).zfill(len(prefix))


def ancestry(scope_code: str) -> tuple[str, ...]:
    """The code itself and every scope above it, narrowest first: "320509" gives 320509, 3205, 32 and ""."""
    if len(scope_code) % 2 or len(scope_code) > 6 or (scope_code and not scope_code.isdigit()):
        raise ValueError(f"{scope_code!r} is no scope code: two, four or six digits.")
    return tuple(scope_code[:length] for length in range(len(scope_code), -1, -2))
