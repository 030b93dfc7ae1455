"""Secrets and signatures, in the form of the Standard Webhooks specification, so that receivers find ready libraries.

A secret reads `whsec_` and 32 random bytes in base64. Signed is `<id>.<timestamp>.<body>` with HMAC-SHA256:

    Webhook-Id: <id>   Webhook-Timestamp: <seconds since 1970>   Webhook-Signature: v1,<base64>
"""

import base64
import hashlib
import hmac
import secrets

from accounts import sealing

PREFIX = "whsec_"
_PURPOSE = "webhook"


def new_secret() -> str:
    """A secret to be shown once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sealed(secret: str) -> str:
    """As it is stored."""
    return sealing.seal(secret, _PURPOSE)


def opened(stored: str) -> str:
    """As it is used. `InvalidToken` when SECRET_KEY was changed without a fallback."""
    return sealing.unseal(stored, _PURPOSE)


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """The value of `Webhook-Signature`."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
