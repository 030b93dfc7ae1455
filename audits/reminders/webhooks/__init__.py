"""Webhooks: signed messages to the programs of an organization.

* `endpoints`  an organization's addresses: made, switched off and on, removed, tested;
* `queueing`   rows of the ledger become deliveries, in the same transaction;
* `lanes`      who delivers what next: each endpoint is a lane of its own, claimed with a lease;
* `delivering` one run over all lanes that are due, many receivers at once;
* `addresses`  which addresses may be reached; `posting` one request to a checked address; `signing` the signature;
* `messages`   what a message says.
"""

from audits.reminders.webhooks.delivering import DeliveryReport, deliver

__all__ = ["DeliveryReport", "deliver"]
