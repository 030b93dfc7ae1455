"""Django's admin of the registers, for operators. Every change goes through the functions of this room, with a reason.

Nothing is deleted; lists and listings are shown only, since they change through events.
"""

from enterprises.admin import authorities, enterprises, lists, parameters, people, reference

__all__ = ["authorities", "enterprises", "lists", "parameters", "people", "reference"]
