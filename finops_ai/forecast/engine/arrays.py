"""The one door through which numpy enters the package, and the name of its arrays of floats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "np"]

Floats = NDArray[np.float64]
