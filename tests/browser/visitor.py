"""A reader without a browser: asks for pages over HTTP, keeps cookies, finds links and forms in them."""

import gzip
import http.cookiejar
import re
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from scripts.demo_server import DemoServer

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LINKS = {"a": "href", "link": "href", "script": "src", "img": "src", "iframe": "src", "use": "href"}
# Attributes by which a browser fetches something without being asked.
FETCHED = {"link", "script", "img", "iframe"}


@dataclass(slots=True)
class Answer:
    """What came back: status, headers (lower case), the body unpacked, and its size on the wire."""

    address: str
    status: int
    headers: dict[str, str]
    body: bytes
    wire: int

    @property
    def is_page(self) -> bool:
        """Whether it is HTML."""
        return self.headers.get("content-type", "").startswith("text/html")

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class Parts(HTMLParser):
    """The links, fetched files, forms, and anything inline of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.polled: list[str] = []
        self.forms: list[tuple[str, str]] = []
        self.inline: list[str] = []
        self.fields: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if "style" in found or any(name.startswith("on") for name in found):
            self.inline.append(f"<{tag} {found}>")
        runs = tag == "style" or (tag == "script" and found.get("type") != "application/json")
        if runs and not found.get("src") and not found.get("nonce"):
            self.inline.append(f"<{tag}>")
        address = found.get(LINKS.get(tag, ""))
        if address and not address.startswith("#"):
            (self.fetched if tag in FETCHED else self.links).append(address)
        if found.get("hx-get"):
            self.polled.append(found["hx-get"] or "")
        if tag == "form":
            self.forms.append(((found.get("method") or "get").lower(), found.get("action") or ""))
        if tag == "input" and found.get("name"):
            self.fields.setdefault(found["name"] or "", found.get("value") or "")


@dataclass(slots=True)
class Visitor:
    """Somebody who may be signed in."""

    site: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def get(self, address: str) -> Answer:
        """The page at the address, redirects followed."""
        return self._ask(urllib.request.Request(urljoin(self.site + "/", address)))

    def options(self, address: str) -> Answer:
        """Which methods the address takes."""
        return self._ask(urllib.request.Request(urljoin(self.site + "/", address), method="OPTIONS"))

    def post(self, address: str, values: dict[str, str]) -> Answer:
        """Send a form."""
        where = urljoin(self.site + "/", address)
        return self._ask(
            urllib.request.Request(where, data=urlencode(values).encode(), headers={"Referer": where}, method="POST")
        )

    def cookies(self) -> list[tuple[str, str]]:
        """Name and value of the cookies kept, but language and theme, which a browser sets itself."""
        return [
            (one.name, one.value or "") for one in self.jar if one.name not in ("django_language", "theme", "messages")
        ]

    def set_cookie(self, name: str, value: str) -> None:
        """Keep a cookie for the site."""
        host = urlsplit(self.site).hostname or ""
        self.jar.set_cookie(
            http.cookiejar.Cookie(
                0, name, value, None, False, host, False, False, "/", True, False, None, True, None, None, {}
            )
        )

    def _ask(self, request: urllib.request.Request) -> Answer:
        request.add_header("Accept-Encoding", "gzip")
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            response = opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            raw = response.read()
        headers = {name.lower(): value for name, value in response.headers.items()}
        packed = headers.get("content-encoding") == "gzip"
        return Answer(response.url, response.status, headers, gzip.decompress(raw) if packed else raw, len(raw))

    def inside(self, page: str, link: str) -> str | None:
        """The address of a link on a page, without fragment; None where it leads to another site or is no web address."""
        whole = urldefrag(urljoin(page, link)).url
        return whole if whole.startswith(self.site + "/") else None


def signed_in(server: DemoServer, username: str, language: str) -> Visitor:
    """A visitor signed in as a demo user."""
    visitor = Visitor(server.address)
    visitor.set_cookie("django_language", language)
    form = Parts(visitor.get("/accounts/login/").text)
    answer = visitor.post(
        "/accounts/login/",
        {**{"csrfmiddlewaretoken": form.fields["csrfmiddlewaretoken"]}, "login": username, "password": server.password},
    )
    assert answer.status == 200, (answer.status, server.last_words())
    assert "/accounts/login/" not in answer.address, f"{username} could not sign in"
    return visitor


def pattern_of(address: str) -> str:
    """What addresses of the same kind share: ids and values of the query left out."""
    parts = urlsplit(address)
    path = re.sub(r"\d+", "0", UUID.sub("*", parts.path))
    names = sorted({name for name, _ in parse_qsl(parts.query)})
    return f"{path}?{'&'.join(names)}" if names else path
