#!/usr/bin/env python3
"""Makes the pictures of this folder from portrait.png (see README.md); needs Pillow and numpy. Run again only to change them."""
import pathlib

import numpy
from PIL import Image, ImageDraw, ImageFilter

HERE = pathlib.Path(__file__).parent
SIZE = (1920, 1080)


def camera(picture, name):
    """A frame as a UVC camera would send it: baseline JPEG, 4:2:2."""
    picture.convert("RGB").save(HERE / f"{name}.jpg", quality=88, subsampling=1)


def scene(portrait, left):
    """The portrait at the height of the frame, `left` pixels from the edge, on a blurred continuation of itself."""
    frame = portrait.resize(SIZE).filter(ImageFilter.GaussianBlur(60))
    frame.paste(portrait.resize((1080, 1080), Image.LANCZOS), (left, 0))
    return frame


def dermoscopy():
    """Skin seen through a dermoscope: tone, follicles, hairs, a pigmented spot, the round field of view."""
    random = numpy.random.default_rng(7)
    height, width = SIZE[1], SIZE[0]
    tone = numpy.array([206.0, 158.0, 134.0])
    noise = random.normal(0, 1, (height // 8, width // 8))
    coarse = numpy.asarray(Image.fromarray((noise * 40 + 128).clip(0, 255).astype("uint8")).resize(SIZE, Image.BICUBIC), float)
    skin = tone + (coarse[..., None] - 128) * numpy.array([0.16, 0.14, 0.12]) + random.normal(0, 2.0, (height, width, 1))
    y, x = numpy.mgrid[0:height, 0:width]
    spot = numpy.exp(-(((x - 1080) / 190.0) ** 2 + ((y - 520) / 150.0) ** 2) ** 2)
    skin -= spot[..., None] * numpy.array([92.0, 88.0, 78.0])
    picture = Image.fromarray(skin.clip(0, 255).astype("uint8"))
    draw = ImageDraw.Draw(picture)
    for _ in range(90):
        px, py = random.uniform(200, 1720), random.uniform(20, 1060)
        draw.ellipse((px - 5, py - 5, px + 5, py + 5), fill=(166, 112, 92))
        angle, bend, points = random.normal(0.9, 0.25), random.normal(0, 0.0012), []
        for step in range(0, int(random.uniform(120, 420)), 6):
            points.append((px, py))
            px, py = px + 6 * numpy.cos(angle), py + 6 * numpy.sin(angle)
            angle += bend * 6
        draw.line(points, fill=(58, 40, 32), width=int(random.integers(3, 6)), joint="curve")
    picture = picture.filter(ImageFilter.GaussianBlur(1.1))
    field = Image.new("L", SIZE, 0)
    ImageDraw.Draw(field).ellipse((330, -90, 1590, 1170), fill=255)
    return Image.composite(picture, Image.new("RGB", SIZE, (24, 22, 22)), field.filter(ImageFilter.GaussianBlur(6)))


portrait = Image.open(HERE / "portrait.png").convert("RGB")
upright = scene(portrait, 420)
camera(upright, "as-it-is")
camera(scene(portrait.rotate(90), 420), "turned")
# The left half of the face lies outside the frame: the portrait's face is centred at about 0.43 of its width.
camera(scene(portrait, -470), "half-out")
camera(Image.eval(upright, lambda value: int(255 * (value / 255) ** 1.2 * 0.42)), "dimmed")
# The face over the middle of the frame.
camera(portrait.crop((94, 46, 350, 190)).resize(SIZE, Image.BICUBIC), "close-up")
camera(dermoscopy(), "dermoscopy")
