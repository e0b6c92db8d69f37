"""The record of a disk's writes, as dm-log-writes and QEMU's blklogwrites keep it, and the disks that a power cut
could have left.

A record is a header (sector, sectors, flags, bytes of a mark; little endian, padded to a log sector) and its data. What
was written before a flush is on the disk after it; of what came later any part may be, in any order.
"""
import bisect
import random
import struct

MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8
SECTOR = 512


class WriteLog:
    """Entries as (sector, flags, data); `ends` holds where each ends in the log's file."""

    def __init__(self, path):
        with open(path, "rb") as file:
            raw = file.read()
        magic, version, _, self.unit = struct.unpack_from("<QQQI", raw)
        if magic != MAGIC or version != 1:
            raise ValueError(f"{path} is no record of writes")
        self.entries, self.ends = [], []
        # How many there are is not read from the header: a machine that was killed had no time to update it.
        place = self.unit
        while place + self.unit <= len(raw):
            sector, count, flags, mark = struct.unpack_from("<QQQQ", raw, place)
            if flags & ~(FLUSH | FUA | DISCARD | MARK) or (not flags and not count):
                raise ValueError(f"{path} has a hole at {place}")
            if flags & DISCARD:
                length, data = 0, bytes(count * SECTOR)
            else:
                # A mark's text stands in its header's own sector.
                length = 0 if flags & MARK else count * SECTOR
                data = raw[place + self.unit:place + self.unit + length]
            end = place + self.unit + -(-length // self.unit) * self.unit
            if end > len(raw):
                break
            self.entries.append((sector, flags, data))
            self.ends.append(end)
            place = end

    def position(self, size):
        """How many entries had been recorded, at most, when the log's file had `size` bytes."""
        return min(bisect.bisect_left(self.ends, size) + 1, len(self.entries)) if size > self.unit else 0

    def flushes(self):
        """The positions just after each flush."""
        return [number + 1 for number, (_, flags, _) in enumerate(self.entries) if flags & FLUSH]

    def state(self, position, kept, seed):
        """The writes that are on the disk when power fails at `position`: all that was flushed and, of the rest,
        `none`, `all`, or `some` by the seed, one of them torn between two sectors."""
        before = self.entries[:position]
        flushed = max((number for number, (_, flags, _) in enumerate(before) if flags & FLUSH), default=0)
        chance = random.Random(seed)
        for number, (sector, flags, data) in enumerate(before):
            if number < flushed or flags & FUA or kept == "all":
                yield sector, data
            elif kept == "some" and data:
                fate = chance.random()
                sectors = len(data) // SECTOR
                if fate < 0.45:
                    yield sector, data
                elif fate < 0.6 and sectors > 1:
                    yield sector, data[:chance.randrange(1, sectors) * SECTOR]

    def build(self, base, out, *state):
        """Writes the disk to `out`, its empty blocks as holes, and what is not empty to `out`.data, for searching."""
        with open(base, "rb") as file:
            disk = bytearray(file.read())
        for sector, data in self.state(*state):
            disk[sector * SECTOR:sector * SECTOR + len(data)] = data
        block = 65536
        empty = bytes(block)
        with open(out, "wb") as image, open(out + ".data", "wb") as data:
            image.truncate(len(disk))
            for place in range(0, len(disk), block):
                piece = disk[place:place + block]
                if piece != empty:
                    image.seek(place)
                    image.write(piece)
                    data.write(piece)
