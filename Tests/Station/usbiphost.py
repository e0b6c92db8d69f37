"""The host's side of USB/IP over TCP, for checks of simulated devices without a kernel driver."""
import select
import socket
import struct
import subprocess

PORT = 13240
STALL = 2**32 - 32


def connect():
    """A connection to the server under test."""
    return socket.create_connection(("127.0.0.1", PORT), timeout=20)


def take(connection, count):
    """Exactly `count` bytes, or as many as came before the end."""
    data = b""
    while len(data) < count:
        some = connection.recv(count - len(data))
        if not some:
            break
        data += some
    return data


def attach(bus=b"1-1"):
    """Asks for the device; the connection and the answer's status."""
    connection = connect()
    connection.sendall(struct.pack(">HHI", 0x0111, 0x8003, 0) + bus.ljust(32, b"\0"))
    status = struct.unpack(">HHI", take(connection, 8))[2]
    if status == 0:
        assert len(take(connection, 312)) == 312
    return connection, status


def submit(sequence, incoming, endpoint, length, setup=bytes(8), packets=0):
    """USBIP_CMD_SUBMIT without its data."""
    return struct.pack(">10I", 1, sequence, 0x10002, incoming, endpoint, 0, length, 0, packets, 0) + setup


def answer(connection):
    """(command, sequence, status, data) of the next answer."""
    words = struct.unpack(">12I", take(connection, 48))
    data = take(connection, words[6]) if words[0] == 3 and words[1] % 2 else b""
    return words[0], words[1], words[5], data


def submit_packets(sequence, endpoint, packets, length=None, incoming=1):
    """USBIP_CMD_SUBMIT of an isochronous transfer: `packets` are pairs of offset and length."""
    room = sum(size for _, size in packets) if length is None else length
    head = submit(sequence, incoming, endpoint, room, packets=len(packets))
    return head + b"".join(struct.pack(">4I", offset, size, 0, 0) for offset, size in packets)


def answer_packets(connection, packets):
    """(status, bytes of each packet) of the answer to an isochronous transfer of these packets."""
    words = struct.unpack(">12I", take(connection, 48))
    assert words[0] == 3 and words[8] == len(packets), "isochronous answer"
    data = take(connection, words[6])
    brought = []
    for offset, size in packets:
        told = struct.unpack(">4I", take(connection, 16))
        assert told[:2] == (offset, size) and told[2] <= size and told[3] == words[5], "packet descriptor"
        brought.append(data[:told[2]])
        data = data[told[2]:]
    assert data == b"", "bytes that no packet has"
    return words[5], brought


def get(value, length):
    """Setup bytes of GET_DESCRIPTOR."""
    return struct.pack("<BBHHH", 0x80, 6, value, 0, length)


class Simulator:
    """A simulated device as a process, and its own words."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen(
            [program, "--port", str(PORT), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.expect("listening")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        ended = self.process.poll() is not None
        self.process.kill()
        assert not ended, "it ended"

    def order(self, line):
        """Says the line, and waits until it was obeyed."""
        self.process.stdin.write(line + "\nwhat\n")
        self.process.stdin.flush()
        self.expect("not understood: what")

    def expect(self, *lines):
        """Reads on until lines that begin with these have come, in this order."""
        for line in lines:
            while not (word := self.process.stdout.readline()).startswith(line):
                assert word, f"it ended before saying: {line}"


class Pipe:
    """What comes from one endpoint, in order. Its host has a `connection`, and numbers its transfers."""

    def __init__(self, host):
        self.host, self.payloads = host, []

    def next(self):
        """The next payload; None where the endpoint is halted."""
        while not self.payloads:
            sequence = self.host.number(1)
            self.host.connection.sendall(self.request(sequence))
            if not self.receive():
                return None
        return self.payloads.pop(0)

    def is_silent(self):
        """Whether nothing comes for a while; then the transfer is taken back."""
        sequence, connection = self.host.number(1), self.host.connection
        connection.sendall(self.request(sequence))
        if select.select([connection], [], [], 0.2)[0]:
            self.receive()
            return False
        connection.sendall(struct.pack(">6I", 2, self.host.number(0), 0x10002, 0, 0, sequence) + bytes(24))
        assert answer(connection)[2] == 2**32 - 104, "unlink"
        return True


class BulkPipe(Pipe):
    """A payload is a transfer that ends with a short packet."""

    def __init__(self, host, endpoint):
        super().__init__(host)
        self.endpoint = endpoint

    def request(self, sequence):
        return submit(sequence, 1, self.endpoint, 16384)

    def receive(self):
        status, data = answer(self.host.connection)[2:]
        assert status == STALL or 2 < len(data) < 16384 and len(data) % 512, "bulk payload"
        self.payloads += [data] if data else []
        return status == 0


class PacketPipe(Pipe):
    """A payload is an isochronous packet that is not empty, of endpoint 1."""

    size = 3072

    def packets(self):
        return [(index * self.size, self.size) for index in range(32)]

    def request(self, sequence):
        return submit_packets(sequence, 1, self.packets())

    def receive(self):
        status, packets = answer_packets(self.host.connection, self.packets())
        self.payloads += filter(None, packets)
        return status == 0
