"""A vendor that answers every request with one page after some milliseconds, at little cost of its own.

    vendor.py PORT PAGE MILLISECONDS
"""
import asyncio
import sys

PORT, PAGE, DELAY = int(sys.argv[1]), open(sys.argv[2], "rb").read(), int(sys.argv[3]) / 1000
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE


class Connection(asyncio.Protocol):
    """Requests without a body, one after the other."""

    def connection_made(self, transport):
        self.transport, self.head = transport, b""

    def data_received(self, data):
        self.head += data
        if self.head.endswith(b"\r\n\r\n"):
            self.head = b""
            asyncio.get_running_loop().call_later(DELAY, self.answer)

    def answer(self):
        if not self.transport.is_closing():
            self.transport.write(ANSWER)


async def main():
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", PORT)
    await server.serve_forever()


asyncio.run(main())
