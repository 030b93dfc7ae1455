"""Which addresses the service may be asked to reach: public ones only, so that nobody looks into our network with it.

An address is looked at three times: as it is written when an endpoint is made, as its name resolves just before each
request, and as the peer of the connection that was made.
"""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audits.reminders.errors import ChannelRefused

LONGEST = 500
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
# What the standard library calls global and is not: tunnels into IPv4, relays, protocol assignments, documentation.
_NOT_PUBLIC = [
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "2001::/32", "2002::/16", "2001:db8::/32", "3fff::/20")
]
Lookup = Callable[..., list[Any]]


class NotReachable(OSError):
    """The name does not resolve, or to an address that must not be reached. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address of a receiver, taken apart. `path` includes the query."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The host as a request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def parse(url: str) -> Target:
    """An address taken apart. Raises `ChannelRefused` for one that can never be reached."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna" if not _is_ip(parts.hostname or "") else "ascii")
    except ValueError:
        raise _malformed() from None
    name = host.decode()
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if len(url) > LONGEST or not plain or not name or parts.fragment or "@" in parts.netloc:
        raise _malformed()
    if parts.scheme not in ("https", "http"):
        raise _malformed()
    if parts.scheme == "http" and settings.WEBHOOKS_HTTPS_ONLY:
        raise ChannelRefused("https_required", _("The address must begin with https://."), "url")
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    if port < 1024 and port not in (80, 443):
        raise ChannelRefused("port_not_allowed", _("Use port 443, 80 or one above 1023."), "url")
    if _is_ip(name) and not may_be_reached(name):
        raise ChannelRefused("address_not_public", _("This address does not lie in the public network."), "url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, name, port, path)


def _malformed() -> ChannelRefused:
    return ChannelRefused(
        "address_malformed", _("Write a complete address such as https://example.org/hook, in ASCII."), "url"
    )


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def may_be_reached(address: str) -> bool:
    """Whether an IP address lies in the public network; loopback only where a test allows it."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif not ip.is_loopback and (ip.scope_id or ip not in _GLOBAL_UNICAST):
            return False
    if ip.is_loopback:
        return bool(settings.WEBHOOKS_MAY_REACH_LOOPBACK)
    listed = any(ip.version == network.version and ip in network for network in _NOT_PUBLIC)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or listed)


def resolve(target: Target, lookup: Lookup = socket.getaddrinfo) -> list[str]:
    """The IP addresses of a name, each checked. `NotReachable` when one of them must not be reached.

    One that must not is enough: a name that answers with both kinds is either broken or out to get in.
    """
    try:
        found = lookup(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReachable(f"the name does not resolve: {error}") from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    refused = [address for address in addresses if not may_be_reached(address)]
    if refused or not addresses:
        raise NotReachable(f"not in the public network: {', '.join(refused) or target.host}")
    return addresses
