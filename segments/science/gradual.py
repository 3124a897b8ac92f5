"""What a refusal looks like: people along the line on which they differ most, and where each try would cut."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans

type Floats = npt.NDArray[np.float64]

BINS = 40
TRIES = 4
DRAWN = 0.1  # of the people in each try: small samples show how loosely the line sits


@dataclass(frozen=True)
class Along:
    """Heights (0 to 1) from one end to the other, and the cuts of the tries (0 to 1, rising)."""

    heights: tuple[float, ...]
    cuts: tuple[float, ...]


def along(points: Floats, *, seed: int, tries: int = TRIES) -> Along:
    """Project on the first principal axis; each try divides a redrawn sample in two."""
    rng = np.random.default_rng(seed)
    middle = points.mean(axis=0)
    axis = np.linalg.svd(points - middle, full_matrices=False)[2][0]
    places = (points - middle) @ axis
    low, high = np.quantile(places, [0.005, 0.995])
    width = max(high - low, 1e-9)
    counts = np.histogram(places, bins=BINS, range=(low, low + width))[0].astype(float)
    smooth = np.convolve(np.pad(counts, 2, mode="edge"), [0.1, 0.2, 0.4, 0.2, 0.1], mode="valid")
    heights = smooth / max(smooth.max(), 1.0)
    cuts = [_cut(points, middle, axis, rng, seed + i) for i in range(tries)]
    placed = sorted(float(np.clip((cut - low) / width, 0.02, 0.98)) for cut in cuts)
    return Along(tuple(round(float(h), 4) for h in heights), tuple(round(cut, 4) for cut in placed))


def _cut(points: Floats, middle: Floats, axis: Floats, rng: np.random.Generator, seed: int) -> float:
    size = min(len(points), max(20, int(DRAWN * len(points))))
    drawn = points[rng.choice(len(points), size, replace=True)]
    centres = KMeans(2, n_init=1, random_state=seed).fit(drawn).cluster_centers_
    return float((centres.mean(axis=0) - middle) @ axis)
