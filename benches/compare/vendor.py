"""A vendor that answers every request with one page after some milliseconds, at little cost of its own.

    vendor.py PORT PAGE MILLISECONDS

Each connection has a thread that sleeps, because asyncio rounds its timers up to the next millisecond.
"""
import socket
import sys
import threading
import time

PORT, PAGE, DELAY = int(sys.argv[1]), open(sys.argv[2], "rb").read(), int(sys.argv[3]) / 1000
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE


def serve(connection):
    """Answers requests without a body, one after the other."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = b""
    with connection:
        while received := connection.recv(65536):
            head += received
            if head.endswith(b"\r\n\r\n"):
                head = b""
                time.sleep(DELAY)
                connection.sendall(ANSWER)


server = socket.create_server(("127.0.0.1", PORT), backlog=128)
while True:
    threading.Thread(target=serve, args=server.accept()[:1], daemon=True).start()
