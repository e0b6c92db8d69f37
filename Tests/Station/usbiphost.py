"""The host's side of USB/IP over TCP, for checks of simulated devices without a kernel driver."""
import socket
import struct

PORT = 13240


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


def get(value, length):
    """Setup bytes of GET_DESCRIPTOR."""
    return struct.pack("<BBHHH", 0x80, 6, value, 0, length)
