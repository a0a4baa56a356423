"""How a picture looks in greyscale and to readers who do not see red or green.

The matrices are those of Machado, Oliveira and Fernandes, "A physiologically-based model for
simulation of color vision deficiency", IEEE TVCG 15 (2009), for the full deficiency; they apply to
linear sRGB (IEC 61966-2-1). Greyscale is the relative luminance of WCAG 2.1.
"""

from __future__ import annotations

import numpy as np

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
MATRICES = {
    "seen": np.eye(3),
    "grey": np.tile(LUMINANCE, (3, 1)),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
"""Kinds of sight by name."""


def linear(srgb: np.ndarray) -> np.ndarray:
    """sRGB from 0 to 1 as linear light."""
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def as_seen(picture: np.ndarray, sight: str) -> np.ndarray:
    """A picture (…, 3) of bytes as one kind of sight has it, in bytes."""
    light = np.clip(linear(picture / 255) @ MATRICES[sight].T, 0, 1)
    srgb = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(srgb * 255).astype(np.uint8)


def luminance(picture: np.ndarray, sight: str = "seen") -> np.ndarray:
    """Relative luminance of each pixel as one kind of sight has it."""
    return linear(as_seen(picture, sight) / 255) @ LUMINANCE


def contrast(first: str, second: str, sight: str) -> float:
    """Contrast of two colours ``#RRGGBB`` (WCAG 2.1), from 1."""
    levels = [float(luminance(np.array([int(c[at : at + 2], 16) for at in (1, 3, 5)]), sight)) for c in (first, second)]
    return (max(levels) + 0.05) / (min(levels) + 0.05)
