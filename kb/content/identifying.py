"""Owns spotting words that may say who somebody is: numbers, addresses, dates of birth, names after a title. Never changes text.

It knows shapes, not people: a name on its own passes. What it stops without need costs little, so in doubt it stops.
"""

import re
from typing import Final

_DATE_GAP: Final = r"\s?[./\-\s]\s?"
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"

# In the order a reader would think of them. Those that need capitals say so; lower case would stop plain words.
_SHAPES: Final[tuple[re.Pattern[str], ...]] = tuple(
    re.compile(shape)
    for shape in (
        r"\S@\S",  # an e-mail address
        # NHS, hospital and telephone numbers, however they are grouped
        r"\d(?:[\s.\-()/]{0,2}\d){5,}",
        # 1.2.1980, 01/02/80, 1980-02-01, 1 Feb 1980, February 1st 1980
        rf"\b\d{{1,2}}{_DATE_GAP}\d{{1,2}}{_DATE_GAP}\d{{4}}\b",
        r"\b\d{1,2}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?\d{2}\b",
        rf"\b\d{{4}}{_DATE_GAP}\d{{1,2}}{_DATE_GAP}\d{{1,2}}\b",
        rf"(?i)\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?[\s\-/.]+{_MONTH}\.?[\s\-/.,]+(?:\d{{4}}|\d{{2}})\b",
        rf"(?i)\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:\d{{4}}|\d{{2}})\b",
        r"(?i)\bd\.?\s?o\.?\s?b\b|\bdate of birth\b|\bborn\s+(?:on|in)?\s*\d|\bnhs\s*(?:no|num(?:ber)?)\b\W*\d",
        # a postcode; C, I, K, M, O and V never stand in its last two letters
        r"(?i)\b[a-z]{1,2}\d[a-z\d]?\s{0,2}\d[abd-hjlnp-uw-z]{2}\b",
        # Mr Jones, mrs. jones, Dr A Patel
        r"(?i)\b(?:mr|mrs|mx|dr|prof)\b\.?\s+[^\W\d_]",
        # "miss" and "ms" are words of their own: only as typed in a name
        r"\b(?:Miss|Ms|Professor|Doctor|Nurse|Sister)\.?\s+[A-Z](?:\b|[a-z'\u2019])",
        r"\b(?:called|named|name is|name:)\s+[A-Z][a-z]+",
        # JS 34 yo, J.S. (34), AB aged 34, JS 34M
        r"\b(?:[A-Z]\.?\s?){2,3}[\s,]*(?:\(\s?\d{1,3}\s?[a-zA-Z/]*\s?\)|(?i:aged?)\s+\d{1,3}\b)",
        r"\b(?:[A-Z]\.?\s?){2,3}[\s,]*\d{1,3}(?:\s?-?\s?(?i:y\.?o\b|y/o|(?:yrs?|years?)\b(?!\s+olds))|[MF]\b)",
        r"(?i)\b(?:[a-z]\.){2,3}[\s,]*\(?\s*(?:aged?\s+)?\d{1,3}\b",
        r"\b\d{1,3}\s?-?\s?(?i:y\.?o\b|y/o|yrs?(?: old)?|years? old)[\s,]+(?:[A-Z]\.){2,3}",
    )
)
# 2019-2020, 2023/24, 2019 2020 2021: digits enough for a number, but only years
_YEARS: Final = re.compile(
    r"\b(?:19|20)\d\d(?:\s?[\-\u2013/,&]\s?|\s+(?:to|and)\s+|\s+)(?:(?:19|20)?\d\d)\b(?![\d./\-])"
)


def may_identify(text: str) -> bool:
    """Whether the text, as it was typed, has the shape of something that may say who somebody is."""
    without_years = _YEARS.sub(" year ", text)
    return any(shape.search(without_years) for shape in _SHAPES)
