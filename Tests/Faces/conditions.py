"""The conditions under which `mask-report` shows a face to both programs; pictures are numpy arrays, RGB, 8 bit."""
import json
import pathlib
import re

import cv2
import numpy as np

TONES = (70, 58, 45, 35, 25)
TOPS = (35, 50, 65)
# Red, green and blue in the luminance of Rec. 709.
LUMINANCE = (0.2126, 0.7152, 0.0722)


def linear(picture):
    coded = picture / 255.0
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def coded(light):
    light = np.clip(light, 0, 1)
    return (np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * 255 + 0.5).astype(np.uint8)


def read(path):
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[:, :, ::-1])


def half(name, width, height):
    """"tuned" or "reported": pictures of one person, as far as names and sizes tell, lie in one half.

    One webcam's pictures (`photo`) show one household; those of 301 x 400 show three men, telephones in their hands;
    the other numbered ones come from many places, and neighbours by number stay together.
    """
    if "photo" in name:
        return "tuned"
    if (width, height) == (301, 400):
        return "reported"
    numbers = re.findall(r"\d+", name)
    if name.startswith("dlib"):
        return "tuned" if int(numbers[-1]) < 2400 else "reported"
    return "tuned" if int(numbers[-1]) < 340 else "reported"


def turned(picture, boxes, quarters):
    """Turned clockwise by `quarters` of a full turn."""
    for _ in range(quarters):
        height = picture.shape[0]
        picture = np.rot90(picture, -1)
        boxes = [(height - y1, x0, height - y0, x1) for x0, y0, x1, y1 in boxes]
    return np.ascontiguousarray(picture), boxes


def top(picture, box, share):
    """The frame ends at `share` of the face's height and is two face widths wide, as one looks at a scalp."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    middle = (x0 + x1) / 2
    left, right = max(0, int(middle - width)), min(picture.shape[1], int(middle + width))
    upper, end = max(0, int(y0 - 0.9 * height)), int(round(y0 + share * height))
    shape = (end - upper, right - left)
    if min(shape) < 16 or max(shape) > 8 * min(shape):
        return None
    return np.ascontiguousarray(picture[upper:end, left:right]), [(x0 - left, y0 - upper, x1 - left, end - upper)]


def with_tone(picture, box, tone):
    """Scales the light of the face, softly at its edge, so that its median L* becomes `tone`."""
    x0, y0, x1, y1 = box
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]]
    across = (columns - (x0 + x1) / 2) / ((x1 - x0) * 0.525)
    down = (rows - (y0 + y1) / 2) / ((y1 - y0) * 0.525)
    away = np.sqrt(across**2 + down**2)
    inside = np.clip((1.15 - away) / 0.3, 0, 1)[..., None]
    light = linear(picture)
    now = np.median((light @ LUMINANCE)[away < 0.7])
    wanted = ((tone + 16) / 116) ** 3
    return coded(light * (1 - inside) + np.clip(light * (wanted / max(now, 1e-4)), 0, 1) * inside)


def dimmed(picture, seed):
    """A twenty-fifth of the light, with the noise of reading and of photons; the same for the same seed."""
    light = linear(picture) * 0.04
    noise = np.random.default_rng(seed).normal(0, 1, light.shape)
    return coded(light + noise * np.sqrt(1e-6 + 2e-5 * light))


def in_1080p(picture, boxes):
    """As high as a 1920 x 1080 frame, in its middle, grey beside it."""
    height, width = picture.shape[:2]
    scale = min(1080 / height, 1920 / width)
    inner = cv2.resize(picture, (int(width * scale), int(height * scale)), interpolation=cv2.INTER_CUBIC)
    frame = np.full((1080, 1920, 3), 128, np.uint8)
    left, upper = (1920 - inner.shape[1]) // 2, (1080 - inner.shape[0]) // 2
    frame[upper : upper + inner.shape[0], left : left + inner.shape[1]] = inner
    return frame, [tuple(int(v * scale) + (left, upper)[i % 2] for i, v in enumerate(box)) for box in boxes]


def all_of(folder):
    """Yields (condition, name, half, picture, boxes that count)."""
    folder = pathlib.Path(folder)
    for index, entry in enumerate(json.loads((folder / "faces.json").read_text())):
        name = pathlib.Path(entry["image"]).name
        picture = read(folder / entry["image"])
        height, width = picture.shape[:2]
        part = half(name, width, height)
        boxes = [(max(0, a), max(0, b), min(width, c), min(height, d)) for a, b, c, d in entry["faces"]]
        for quarters in range(4):
            yield f"whole, turned {90 * quarters}", name, part, *turned(picture, boxes, quarters)
        if index % 8 == 0:
            yield "whole, in 1080p", name, part, *in_1080p(picture, boxes)
        for box in (box for box in boxes if box[2] - box[0] >= 40):
            for percent in TOPS:
                view = top(picture, box, percent / 100)
                # Other faces may be in the view; the one that is cut is what is measured.
                if view:
                    yield f"top {percent} % of the face", name, part, *view
        if len(boxes) == 1 and index % 4 == 0:
            for tone in TONES:
                shifted = with_tone(picture, boxes[0], tone)
                yield f"tone L* {tone}", name, part, shifted, boxes
                yield f"tone L* {tone}, dimmed", name, part, dimmed(shifted, index), boxes
    for index, path in enumerate(sorted((folder / "negatives").iterdir())):
        yield "without a face", path.name, ("tuned", "reported")[index % 2], read(path), []
