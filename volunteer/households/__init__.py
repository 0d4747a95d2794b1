"""Households that are helped (対象世帯): entered by staff, without any sign-in. Sensitive."""
