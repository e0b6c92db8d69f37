#!/usr/bin/env python3
"""An independent reading of raw camera frames, to hold the product's pictures against.

usage: reference.py check FRAME.raw…
           each frame must be vivid's test pattern "75% Colorbar"; format and size stand in the name (vivid-YUYV-640x480.raw)
       reference.py convert FORMAT WIDTHxHEIGHT FRAME.raw PICTURE.pnm
       reference.py compare FORMAT WIDTHxHEIGHT FRAME.raw PICTURE.pnm [TOLERANCE]
           exit 1 when a sample of the picture differs from the conversion by more than TOLERANCE (default 0)

FORMAT is YUYV, NV12 (ITU-R BT.601, limited range: what vivid reports for its webcam input) or GREY (full range).
A colour difference sample counts for every pixel it covers (no interpolation). The conversion is the exact rational
inverse of BT.601, rounded to nearest, halves up, and clipped to 0...255; no fixed-point short cut.
"""
import fractions
import functools
import math
import pathlib
import re
import sys

# "75% Colorbar": white, yellow, cyan, green, magenta, red, blue, black, each an eighth of the width; every row is alike.
BARS_YCBCR = [(179, 128, 128), (160, 44, 141), (130, 156, 44), (111, 72, 58),
              (83, 183, 197), (64, 99, 211), (34, 211, 114), (16, 128, 128)]
BARS_GREY = [190, 176, 149, 136, 54, 40, 13, 0]


def misuse():
    """Says how to use this program."""
    print(__doc__, file=sys.stderr)
    sys.exit(2)


def samples(form, width, height, frame):
    """Rows of (Y, Cb, Cr), or of Y for GREY."""
    sizes = {"YUYV": width * height * 2, "NV12": width * height * 3 // 2, "GREY": width * height}
    if len(frame) != sizes[form]:
        sys.exit(f"{len(frame)} bytes, {sizes[form]} wanted")
    for row in range(height):
        if form == "GREY":
            yield list(frame[row * width:(row + 1) * width])
        elif form == "YUYV":
            line = frame[row * width * 2:(row + 1) * width * 2]
            blue, red = line[1::4], line[3::4]
            yield [(luma, blue[column // 2], red[column // 2]) for column, luma in enumerate(line[0::2])]
        else:
            start = width * height + row // 2 * width
            colour = frame[start:start + width]
            line = frame[row * width:(row + 1) * width]
            yield [(luma, colour[column // 2 * 2], colour[column // 2 * 2 + 1]) for column, luma in enumerate(line)]


@functools.lru_cache(maxsize=None)
def rgb(pixel):
    """BT.601 limited range to R'G'B' 0...255."""
    kr, kb = fractions.Fraction(299, 1000), fractions.Fraction(114, 1000)
    luma = fractions.Fraction(255 * (pixel[0] - 16), 219)
    blue = luma + fractions.Fraction(255 * (pixel[1] - 128), 112) * (1 - kb)
    red = luma + fractions.Fraction(255 * (pixel[2] - 128), 112) * (1 - kr)
    green = (luma - kr * red - kb * blue) / (1 - kr - kb)
    return bytes(min(255, max(0, math.floor(value + fractions.Fraction(1, 2)))) for value in (red, green, blue))


def convert(form, width, height, frame):
    """The picture's samples: RGB by pixel, or grey."""
    if form == "GREY":
        return bytes(frame)
    return b"".join(b"".join(map(rgb, row)) for row in samples(form, width, height, frame))


def read_pnm(path):
    """(channels, width, height, samples) of a binary 8-bit PGM or PPM."""
    data = pathlib.Path(path).read_bytes()
    head = re.match(rb"P([56])\s(?:#[^\n]*\n)*(\d+)\s+(\d+)\s+255\s", data)
    if not head:
        sys.exit(f"{path} is no 8-bit PGM or PPM")
    return {b"5": 1, b"6": 3}[head[1]], int(head[2]), int(head[3]), data[head.end():]


def check(paths):
    """Whether every frame is the test pattern to the byte."""
    if not paths:
        misuse()
    for path in paths:
        form, width, height = re.search(r"(YUYV|NV12|GREY)-(\d+)x(\d+)\.raw$", path).groups()
        width, height = int(width), int(height)
        bars = BARS_GREY if form == "GREY" else BARS_YCBCR
        wanted = [bars[column * 8 // width] for column in range(width)]
        for number, row in enumerate(samples(form, width, height, pathlib.Path(path).read_bytes())):
            if row != wanted:
                column = next(index for index in range(width) if row[index] != wanted[index])
                sys.exit(f"{path}: row {number}, column {column}: {row[column]} instead of {wanted[column]}")
        print(f"{path}: the colour bars, every sample")


def compare(wanted, channels, width, height, path, tolerance):
    """Whether a picture is the conversion within the tolerance."""
    found = read_pnm(path)
    if found[1:3] != (width, height):
        sys.exit(f"{path}: {found[1]}x{found[2]}, {width}x{height} wanted")
    if found[0] != channels or len(found[3]) != len(wanted):
        sys.exit(f"{path}: {found[0]} channels and {len(found[3])} samples, {channels} and {len(wanted)} wanted")
    worst = max(abs(one - other) for one, other in zip(wanted, found[3]))
    differing = sum(one != other for one, other in zip(wanted, found[3]))
    print(f"{path}: {differing} of {len(wanted)} samples differ, at most by {worst}")
    sys.exit(0 if worst <= tolerance else 1)


def main():
    words = sys.argv[1:]
    if words[:1] == ["check"]:
        return check(words[1:])
    if words[:1] not in (["convert"], ["compare"]) or len(words) < 5 or words[1] not in ("YUYV", "NV12", "GREY"):
        misuse()
    width, height = map(int, words[2].split("x"))
    picture = convert(words[1], width, height, pathlib.Path(words[3]).read_bytes())
    channels = 1 if words[1] == "GREY" else 3
    if words[0] == "convert":
        kind = {1: b"P5", 3: b"P6"}[channels]
        pathlib.Path(words[4]).write_bytes(kind + b"\n%d %d\n255\n" % (width, height) + picture)
    else:
        compare(picture, channels, width, height, words[4], int(words[5]) if len(words) > 5 else 0)


main()
