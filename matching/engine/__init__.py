"""Who does what: rules, travel, score, plan, bound and reasons. Pure: no database, no clock, no Flask."""
