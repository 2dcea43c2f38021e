"""Frames on the pipes between judge and worker: a JSON header and a body of raw tensor bytes.

    u32 header length | u64 body length | header (JSON object, UTF-8) | body (safetensors)

Little-endian. Nothing is ever unpickled. The judge trusts no length, no header and no body.
"""

from __future__ import annotations

import json
import os
import queue
import select
import struct
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

PREFIX = struct.Struct("<IQ")
CHUNK = 1 << 20

Header = dict[str, Any]
T = TypeVar("T")


class Closed(Exception):
    """The other side closed its end of the pipe."""


class TimedOut(Exception):
    """The deadline passed."""


class Malformed(Exception):
    """The worker sent what no honest worker sends."""


class Oversize(Malformed):
    """The worker announced a frame over the limit."""


class Channel(Protocol):
    """A pair of pipes to a worker; every call honours its deadline (time.monotonic seconds)."""

    def send(self, data: bytes, deadline: float) -> None: ...
    def receive(self, count: int, deadline: float) -> bytes: ...
    def close(self) -> None: ...


def pack(header: Header, body: bytes = b"") -> bytes:
    """The bytes of one frame."""
    text = json.dumps(header).encode()
    return PREFIX.pack(len(text), len(body)) + text + body


def receive_frame(
    channel: Channel, deadline: float, header_limit: int, body_limit: int
) -> tuple[Header, bytes]:
    """Read one frame from an untrusted worker.

    Raises Closed, TimedOut, Oversize or Malformed.
    """
    header_length, body_length = PREFIX.unpack(channel.receive(PREFIX.size, deadline))
    if header_length > header_limit or body_length > body_limit:
        raise Oversize(f"a frame of {header_length + body_length} bytes")
    text = channel.receive(header_length, deadline)
    body = channel.receive(body_length, deadline)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("a header that is not JSON") from error
    if not isinstance(header, dict):
        raise Malformed("a header that is not an object")
    return header, body


def read_frame(fd: int) -> tuple[Header, bytes]:
    """Read one frame from the trusted judge; blocks. Raises Closed at the end of the stream."""
    header_length, body_length = PREFIX.unpack(_read_all(fd, PREFIX.size))
    return json.loads(_read_all(fd, header_length)), _read_all(fd, body_length)


def write_frame(fd: int, header: Header, body: bytes = b"") -> None:
    """Write one frame; blocks."""
    data = memoryview(pack(header, body))
    while data:
        data = data[os.write(fd, data) :]


def _read_all(fd: int, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = os.read(fd, min(count - len(parts), CHUNK))
        if not part:
            raise Closed
        parts += part
    return bytes(parts)


class PipeChannel:
    """The judge's end on POSIX: non-blocking pipes and poll, so that no hostile peer blocks it."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._read_fd, self._write_fd = read_fd, write_fd
        os.set_blocking(read_fd, False)
        os.set_blocking(write_fd, False)
        # poll, not select: it has no limit on the number of a descriptor.
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(read_fd, select.POLLIN)
        self._writable.register(write_fd, select.POLLOUT)

    def send(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(self._writable, deadline)
            try:
                rest = rest[os.write(self._write_fd, rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise Closed from error

    def receive(self, count: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            self._wait(self._readable, deadline)
            try:
                part = os.read(self._read_fd, min(count - len(parts), CHUNK))
            except BlockingIOError:
                continue
            if not part:
                raise Closed
            parts += part
        return bytes(parts)

    def close(self) -> None:
        os.close(self._read_fd)
        os.close(self._write_fd)

    @staticmethod
    def _wait(poll: select.poll, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimedOut


class ThreadChannel:
    """The judge's end where pipes cannot be polled (Windows): two threads do the blocking calls."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._arrived: queue.Queue[bytes] = queue.Queue(maxsize=16)
        self._to_send: queue.Queue[bytes | None] = queue.Queue()
        self._sent: queue.Queue[bool] = queue.Queue()
        self._rest = b""
        for work, fd in ((self._pump_in, read_fd), (self._pump_out, write_fd)):
            threading.Thread(target=work, args=(fd,), daemon=True).start()

    def send(self, data: bytes, deadline: float) -> None:
        self._to_send.put(data)
        if not self._take(self._sent.get, deadline):
            self._sent.put(False)
            raise Closed

    def receive(self, count: int, deadline: float) -> bytes:
        parts = bytearray(self._rest)
        while len(parts) < count:
            part = self._take(self._arrived.get, deadline)
            if not part:
                self._arrived.put(part)  # the end stays the end, for whoever asks again
                raise Closed
            parts += part
        self._rest = bytes(parts[count:])
        return bytes(parts[:count])

    def close(self) -> None:
        # The reader ends when the worker is dead; it owns and closes its descriptor.
        self._to_send.put(None)

    @staticmethod
    def _take(get: Callable[..., T], deadline: float) -> T:
        try:
            return get(timeout=max(deadline - time.monotonic(), 0.001))
        except queue.Empty as error:
            raise TimedOut from error

    def _pump_in(self, fd: int) -> None:
        part = b"."
        while part:
            try:
                part = os.read(fd, CHUNK)
            except OSError:
                part = b""
            self._arrived.put(part)
        os.close(fd)

    def _pump_out(self, fd: int) -> None:
        while (data := self._to_send.get()) is not None:
            rest = memoryview(data)
            try:
                while rest:
                    rest = rest[os.write(fd, rest) :]
            except OSError:
                break
            self._sent.put(True)
        self._sent.put(False)
        os.close(fd)
