"""A load generator: keep-alive connections, requests prepared beforehand, nothing but the standard library.

It shares the machine with the server it measures. So it sends ready-made bytes and reads no more of an answer
than its status and its end (`http.client` costs as much processor time as an empty view, and would flatter
every ratio).
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import perf_counter
from urllib.parse import urlencode

# A person's browser: crawlers and programs are not counted as readers, which is a part of what a page costs.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
_PATIENCE = 60.0
_CHUNK = 65_536
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length:"


class UnexpectedAnswer(Exception):
    """The server did not answer as the measurement needs it; the message says what came."""


def prepare(path: str, *, form: Mapping[str, str] | None = None, cookie: str = "", client: str = "") -> bytes:
    """The bytes of a GET, or of a POST of `form`, on a connection kept open; `client` is whom a proxy names."""
    body = b"" if form is None else urlencode(form).encode()
    lines = [
        f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"User-Agent: {BROWSER}",
        "Accept: text/html",
        "Accept-Language: fr",
    ]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if client:
        lines.append(f"X-Forwarded-For: {client}")
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + _HEAD_END + body


class Connection:
    """One connection of a browser that is kept open."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes, expected: int) -> bytes:
        """Send a prepared request and return the body; raises `UnexpectedAnswer` for another status."""
        self._socket.sendall(request)
        data = self._socket.recv(_CHUNK)
        while _HEAD_END not in data:
            data += self._more()
        head, _, body = data.partition(_HEAD_END)
        status = int(head[9:12])
        length = _length(head)
        parts, received = [body], len(body)
        while received < length:
            parts.append(self._more())
            received += len(parts[-1])
        if status != expected:
            shown = b"".join(parts)[:300].decode("utf-8", "replace")
            raise UnexpectedAnswer(
                f"{request.split(b' HTTP', 1)[0].decode()}: {status} and not {expected}: {shown}"
            )
        return b"".join(parts)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _more(self) -> bytes:
        data = self._socket.recv(_CHUNK)
        if not data:
            raise UnexpectedAnswer("the server closed the connection")
        return data


def fetch(port: int, path: str) -> str:
    """One page, as a visitor gets it."""
    connection = Connection(port)
    try:
        return connection.send(prepare(path), 200).decode()
    finally:
        connection.close()


def rate(port: int, requests: Sequence[bytes], *, connections: int, expected: int = 200) -> float:
    """Answers per second when so many connections send these requests, each one after the other."""
    opened = [Connection(port) for _ in range(connections)]
    gate = Barrier(connections)

    def send(place: int) -> tuple[float, float]:
        gate.wait()
        began = perf_counter()
        for request in requests[place::connections]:
            opened[place].send(request, expected)
        return began, perf_counter()

    try:
        with ThreadPoolExecutor(connections) as pool:
            spans = list(pool.map(send, range(connections)))
    finally:
        for connection in opened:
            connection.close()
    return len(requests) / (max(end for _, end in spans) - min(began for began, _ in spans))


def _length(head: bytes) -> int:
    place = head.lower().find(_LENGTH)
    if place < 0:
        return 0
    return int(head[place + len(_LENGTH) :].split(b"\r\n", 1)[0])
