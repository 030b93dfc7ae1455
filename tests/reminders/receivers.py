"""Real HTTP servers on the loopback that take webhooks, each with a behavior of its own."""

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Message:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def signed_with(self, secret: str) -> bool:
        """The check a receiver makes, written out by the specification."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = b".".join([self.id.encode(), self.headers["webhook-timestamp"].encode(), self.body])
        expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        return hmac.compare_digest(self.headers["webhook-signature"], f"v1,{expected}")


Behavior = Callable[["Receiver", BaseHTTPRequestHandler], None]


def answers(status: int, text: str = "ok", **headers: str) -> Behavior:
    """Answers with a status at once."""

    def behave(receiver: "Receiver", handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        with contextlib.suppress(OSError):  # whoever asked may have heard enough
            handler.wfile.write(text.encode())

    return behave


def never(receiver: "Receiver", handler: BaseHTTPRequestHandler) -> None:
    """Takes the message and does not answer until the test is over."""
    receiver.over.wait()


def once(true: Callable[[], bool]) -> Behavior:
    """Takes the message and answers as soon as something is true."""

    def behave(receiver: "Receiver", handler: BaseHTTPRequestHandler) -> None:
        while not true() and not receiver.over.wait(0.02):
            pass
        answers(204, "")(receiver, handler)

    return behave


def drips(receiver: "Receiver", handler: BaseHTTPRequestHandler) -> None:
    """Answers byte by byte, each in time, never to the end."""
    with contextlib.suppress(OSError):
        while not receiver.over.wait(0.05):
            handler.wfile.write(b"H")


@dataclass
class Receiver:
    """A server and what it took."""

    port: int = 0
    secure: bool = False
    behavior: Behavior = field(default_factory=lambda: answers(204, ""))
    messages: list[Message] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{'https' if self.secure else 'http'}://127.0.0.1:{self.port}/hook"


@contextlib.contextmanager
def receiving(behavior: Behavior | None = None, *, context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that runs as long as the block."""
    receiver = Receiver(secure=context is not None)
    if behavior is not None:
        receiver.behavior = behavior

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            receiver.messages.append(Message(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            receiver.behavior(receiver, self)

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that leaves, or does not trust our certificate, is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def listening() -> Iterator[tuple[int, list[Any]]]:
    """A port on the loopback and the connections made to it."""
    connections: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def accept() -> None:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    connections.append(server.accept()[0])

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1], connections
        finally:
            over.set()
            thread.join()
            for connection in connections:
                connection.close()


def certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for a name: the file to trust, and the context of a server that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))  # tests stop the clock, OpenSSL's runs on
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return file, context
