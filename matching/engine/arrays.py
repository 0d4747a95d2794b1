"""NumPy, fetched at its first use: whoever only reads rules or plans never loads it."""

from typing import Any


class _Numpy:
    def __getattr__(self, name: str) -> Any:
        import numpy  # noqa: PLC0415 - 70 MB, needed only where plans are made

        found = getattr(numpy, name)
        setattr(self, name, found)
        return found


np: Any = _Numpy()

Array = Any
"""A NumPy array; the comment beside it says of what."""


def starts_of(keys: Array, count: int) -> Array:
    """Where the rows of each key 0 … count − 1 begin in the sorted `keys`, and one more for the end."""
    return np.searchsorted(keys, np.arange(count + 1))


def ceil_div(dividend: Array, divisor: Array) -> Array:
    """Whole quotients, rounded up."""
    return -(-dividend // divisor)


def each_with_each(starts: Array, counts: Array) -> tuple[Array, Array]:
    """For groups of consecutive rows: every pair of rows (first before second) of the same group."""
    within = np.repeat(np.cumsum(counts) - counts, counts)
    place = np.arange(int(counts.sum())) - within
    later = np.repeat(counts, counts) - place - 1
    row = np.repeat(starts, counts) + place
    first = np.repeat(row, later)
    second = first + 1 + np.arange(int(later.sum())) - np.repeat(np.cumsum(later) - later, later)
    return first, second


def spread_out(starts: Array, counts: Array) -> tuple[Array, Array]:
    """Rows `starts[i] … starts[i] + counts[i] − 1` for every i, one after another, and the i of each."""
    which = np.repeat(np.arange(len(counts)), counts)
    offset = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts[which] + offset, which


def scrambled(ids: Array, seed: int) -> Array:
    """A number for each id that looks like chance and depends on nothing else (splitmix64)."""
    with np.errstate(over="ignore"):
        z = ids.astype(np.int64).astype(np.uint64) + np.uint64((seed * 0x9E3779B97F4A7C15) % 2**64)
        z = (z + np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((z ^ (z >> np.uint64(31))) >> np.uint64(2)).astype(np.int64)
