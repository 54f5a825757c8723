"""Requests to a handler without nginx, which would read whole answers and so never block it."""

import contextlib
import socket
import struct

_BEGIN, _END, _PARAMS, _STDIN, _STDOUT = 1, 3, 4, 5, 6


def _record(kind, content=b""):
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def _pair(name, value):
    return struct.pack(">II", len(name) | 1 << 31, len(value) | 1 << 31) + name + value


@contextlib.contextmanager
def asked(path, uri, headers, more=None):
    """Connects to the socket at `path` and sends a GET; reads nothing of the answer. `more`: further
    parameters."""
    params = {"REQUEST_METHOD": "GET", "REQUEST_URI": uri, "QUERY_STRING": "", "CONTENT_LENGTH": "",
              **{"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()},
              **(more or {})}
    pairs = b"".join(_pair(name.encode(), value.encode()) for name, value in params.items())
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(path))
        connection.sendall(_record(_BEGIN, struct.pack(">HB5x", 1, 0)) + _record(_PARAMS, pairs)
                           + _record(_PARAMS) + _record(_STDIN))
        yield connection


def answer(connection):
    """Reads the whole answer, headers and body; it must be complete."""
    body = b""
    with connection.makefile("rb") as file:
        while True:
            head = file.read(8)
            assert len(head) == 8, f"broken off after {len(body)} bytes"
            _, kind, _, length, padding = struct.unpack(">BBHHBx", head)
            content = file.read(length + padding)[:length]
            if kind == _END:
                return body
            if kind == _STDOUT:
                body += content


def refuses(path):
    """Whether nobody listens on the socket at `path`."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.setblocking(False)
        try:
            connection.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return True
        except BlockingIOError:  # somebody listens, and the queue is full
            pass
        return False
