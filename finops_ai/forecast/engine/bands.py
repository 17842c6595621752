"""The shape of every statistical answer: a path with its 80% and 95% intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from finops_ai.forecast.engine.arrays import Floats, np

Z80_FLOAT = 1.2815515655446004
"""Standard normal quantile of 90%: half of an 80% interval."""
Z95_FLOAT = 1.959963984540054
"""Standard normal quantile of 97.5%: half of a 95% interval."""


@dataclass(frozen=True)
class Bands:
    """One value a period ahead: the point and the bounds of its 80% and 95% intervals."""

    point: Floats
    low80: Floats
    high80: Floats
    low95: Floats
    high95: Floats

    @property
    def parts(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Point, low 80, high 80, low 95, high 95."""
        return self.point, self.low80, self.high80, self.low95, self.high95

    @property
    def finite(self) -> bool:
        """Whether no value is missing or infinite."""
        return all(bool(np.all(np.isfinite(part))) for part in self.parts)

    def times(self, factors: Floats) -> Bands:
        """Every value of period k multiplied by the k-th factor, which is zero or more."""
        return Bands(*(part * factors for part in self.parts))

    def exp(self) -> Bands:
        """The bands of the exponentials; beyond e^700 there is no float."""
        return Bands(*(np.exp(np.minimum(part, 700.0)) for part in self.parts))

    def at_least_zero(self) -> Bands:
        """Negative values, which a cost cannot have, become zero."""
        return Bands(*(np.maximum(part, 0.0) for part in self.parts))

    def around(self, point: Floats) -> Bands:
        """The same intervals around another path: in proportion while all is positive, else moved."""
        if bool(np.all(np.minimum.reduce((point, *self.parts)) > 0)):
            return Bands(point, *(part * point / self.point for part in self.parts[1:]))
        return Bands(point, *(part + point - self.point for part in self.parts[1:]))

    def pooled_with(self, other: Bands) -> Bands:
        """This path, with the bounds of a pool of both forecasts: where they disagree, neither is sure.

        Their centre is half-way, and half the distance counts as a standard deviation beside the
        wider of the two half-widths; on the log scale while all are positive.
        """
        if bool(np.all(np.minimum.reduce((*self.parts, *other.parts)) > 0)):
            mine, others = (Bands(*(np.log(part) for part in bands.parts)) for bands in (self, other))
            return mine._pooled_with(others).exp()
        return self._pooled_with(other)

    def _pooled_with(self, other: Bands) -> Bands:
        centre, apart = (self.point + other.point) / 2, np.abs(self.point - other.point) / 2

        def half(mine: Floats, theirs: Floats, z: float) -> Floats:
            widest = np.maximum(np.abs(mine - self.point), np.abs(theirs - other.point))
            return np.sqrt(widest**2 + (z * apart) ** 2)

        return Bands(
            self.point,
            centre - half(self.low80, other.low80, Z80_FLOAT),
            centre + half(self.high80, other.high80, Z80_FLOAT),
            centre - half(self.low95, other.low95, Z95_FLOAT),
            centre + half(self.high95, other.high95, Z95_FLOAT),
        )

    def widened(self, factor80: float, factor95: float) -> Bands:
        """Bounds moved away from (or to) the point; on the log scale while all are positive."""
        low = np.minimum.reduce(self.parts)
        if bool(np.all(low > 0)):
            logs = Bands(*(np.log(part) for part in self.parts))
            return logs._widened(factor80, factor95).exp()
        return self._widened(factor80, factor95)

    def _widened(self, factor80: float, factor95: float) -> Bands:
        point = self.point
        bounds = [point + (part - point) * factor80 for part in (self.low80, self.high80)]
        outer = [point + (part - point) * factor95 for part in (self.low95, self.high95)]
        low95, high95 = np.minimum(outer[0], bounds[0]), np.maximum(outer[1], bounds[1])
        return Bands(point, bounds[0], bounds[1], low95, high95)


def normal(point: Floats, deviation: Floats) -> Bands:
    """Bands of normal errors: `deviation` is the standard deviation of each period ahead."""
    return Bands(
        point,
        point - Z80_FLOAT * deviation,
        point + Z80_FLOAT * deviation,
        point - Z95_FLOAT * deviation,
        point + Z95_FLOAT * deviation,
    )


def averaged(members: Sequence[Bands]) -> Bands:
    """The mean of the members' points and of their quantiles."""
    return Bands(
        *(np.mean(np.stack(parts), axis=0) for parts in zip(*(m.parts for m in members), strict=True))
    )
