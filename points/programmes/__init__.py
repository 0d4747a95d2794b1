"""PROGRAMMES: a town's points scheme as data: identity, dated rule versions, enrolments."""
