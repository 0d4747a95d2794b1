"""What a member has, kept in dictionaries: the ledger's rules once more, as simply as they can be said."""

from datetime import date, timedelta

Lot = tuple[date, date]
"""Last valid day, first day of the month: lots are used in this order."""
CARRIED_DAYS = 10
"""Points that are carried over may come to lie beside points that were not."""


class Model:
    """What somebody has, kept in dictionaries."""

    def __init__(self) -> None:
        self.lots: dict[Lot, int] = {}
        self.carried: set[Lot] = set()
        """Lots that hold, or held, points which lived on once."""
        self.unsettled = self.owed = 0
        self.pending: dict[int, tuple[int, Lot]] = {}
        self.credits: dict[int, tuple[int, Lot | None]] = {}
        """Points, and the lot they reached; None where all of them filled a debt."""
        self.open: dict[str, list[tuple[Lot, int]]] = {}
        self.paid: dict[str, list[tuple[Lot, int]]] = {}

    def give(self, points: int, lot: Lot, *, carried: bool = False) -> int:
        """Fill the debt first; how much reached the lot."""
        to_debt = min(self.owed, points)
        self.owed -= to_debt
        if points > to_debt:
            self.lots[lot] = self.lots.get(lot, 0) + points - to_debt
            self.carried |= {lot} if carried else set()
        return points - to_debt

    def take(self, points: int, lots: list[Lot]) -> list[tuple[Lot, int]]:
        """So much out of these lots in their order."""
        taken = []
        for lot in lots:
            part = min(self.lots.get(lot, 0), points)
            if part:
                self.lots[lot] -= part
                points -= part
                taken.append((lot, part))
        return taken

    def valid(self, today: date) -> list[Lot]:
        """Lots that can be held, in the order they are used."""
        return sorted(lot for lot, points in self.lots.items() if points and lot[0] >= today)

    def available(self, today: date) -> int:
        """What can be exchanged or given."""
        return max(0, sum(self.lots[lot] for lot in self.valid(today)) - self.unsettled)

    def give_back(
        self, origin: list[tuple[Lot, int]], today: date, lapsed: str, extended: date | None
    ) -> None:
        """A hold or payment undone."""
        for lot, points in origin:
            if lot[0] >= today or (lapsed == "return" and extended is None):
                self.give(points, lot)
            elif extended is not None:
                self.give(points, (extended, lot[1]), carried=lot in self.carried)

    def reverse(self, points: int, lot: Lot | None) -> None:
        """The lot of origin, the others, a debt."""
        taken = self.take(points, sorted(self.lots, key=lambda one: (one != lot, one)))
        self.owed += points - sum(part for _lot, part in taken)

    def live_on(self, lot: Lot) -> None:
        """A lot that has ended is carried over, unless it was before."""
        points, self.lots[lot] = self.lots[lot], 0
        if lot not in self.carried:
            later = (lot[0] + timedelta(days=CARRIED_DAYS), lot[1])
            self.lots[later] = self.lots.get(later, 0) + points
            self.carried.add(later)
