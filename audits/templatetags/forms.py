"""How Django's own forms (sign-in, password, second factor) are drawn in our frame."""

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, RadioSelect
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def drawn(field: BoundField) -> SafeString:
    """The input of a field with our classes, tied to its help and its errors for those who listen."""
    widget = field.field.widget
    box = isinstance(widget, CheckboxInput | RadioSelect)
    attributes: dict[str, str | bool] = {"class": "form-check-input" if box else "form-control"}
    widget.attrs.pop("placeholder", None)  # it would repeat the label, half of it in another language
    told = []
    if field.errors:
        attributes |= {"class": f"{attributes['class']} is-invalid", "aria-invalid": "true"}
        told.append(f"{field.auto_id}-wrong")
    if field.help_text:
        told.append(f"{field.auto_id}-help")
    if told:
        attributes["aria-describedby"] = " ".join(told)
    return field.as_widget(attrs=attributes)


@register.filter
def is_box(field: BoundField) -> bool:
    """Whether the label stands behind the input."""
    return isinstance(field.field.widget, CheckboxInput)
