"""Owns reading a day that was typed into three fields, and saying what is wrong with it. Never knows what it is for."""

import datetime


def day(typed_day: str, typed_month: str, typed_year: str) -> datetime.date | None:
    """The day; None when nothing was typed.

    Raises:
        ValueError: it is no day; its sentence says what to type.
    """
    typed = {"day": typed_day, "month": typed_month, "year": typed_year}
    if not any(typed.values()):
        return None
    missing = [name for name, value in typed.items() if not value]
    if missing:
        raise ValueError(f"The date must have a {' and a '.join(missing)}.")
    try:
        numbers = [int(value) for value in typed.values() if value.isascii() and len(value) <= 4]
        found = datetime.date(numbers[2], numbers[1], numbers[0])
    except (ValueError, IndexError):
        raise ValueError("This is no date. Write it in numbers, such as 3 12 2026.") from None
    if not 2000 <= found.year <= 2100:
        raise ValueError("Give the year with four digits, such as 2026.")
    return found
