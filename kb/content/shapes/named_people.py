"""Owns spotting names after a title, a label, or a word for a patient or relative. Never stops staff and authors in their role."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.given_names import is_given_name, is_only_a_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.name_words import FULL, PERSON, SURNAME, WORD, is_name, is_shouted_name, stands
from kb.content.shapes.readable import Readable

_RELATION_WORDS: Final = frozenset(
    """
    son daughter wife husband mother mum mummy mam father dad daddy brother sister partner grandson granddaughter
    grandmother grandfather grandma grandad gran nan nana aunt auntie uncle niece nephew cousin carer neighbour
    friend boyfriend girlfriend fianc stepson stepdaughter stepmother stepfather stepdad stepmum twin baby child
    parent law flatmate roommate housemate widow kin lad lass keyworker
    """.split()
)
_TITLES: Final = frozenset(("mr", "mrs", "ms", "miss", "mx"))
_TITLE: Final = re.compile(
    rf"(?P<title>M(?:rs?|s|x|iss)\b\.?|MRS?\b\.?(?= (?:[A-Z]\b\.? )?[A-Z]{{3}})|m(?:rs?|iss|s)\b\.?)"
    rf"(?: (?:and|&|/|or) M(?:rs?|s|iss)\b\.?)? ?(?P<initials>(?:[A-Za-z]\b\.? ?){{0,2}})(?P<name>{SURNAME}(?: {SURNAME})?|[A-Z]\.?[A-Z]\b\.?|[a-z][a-z'\-]{{2,}})"
)
_TITLE_LAST: Final = re.compile(rf"(?P<name>{WORD}),? (?:[A-Z]\b\.? )?\(?$")
_AFTER_TITLE: Final = frozenset(
    """
    men justice speaker chair chairman chairwoman president teams world universe kipling bean whippy doubtfire darcy
    potato and or the of in on is was scan scans scanner imaging spectroscopy angiography not any out your my our an
    this that appointment appointments dose doses sessions it them him her for per at to from with monday tuesday
    wednesday thursday friday saturday sunday patient patients nurse
    """.split()
)
_MS: Final = frozenset(
    """
    often also usually itself symptoms disease care clinic service services relapse progression diagnosis treatment
    and that which work school meals
    """.split()
)
_ABOUT_A_PATIENT: Final = re.compile(
    r"\b(?:patients?|admi(?:tted|ssions?)|discharged?|detained|section(?:ed)?|ward|diagnosed|prescribed|secluded|restrained|inpatient|carer|fell|falls|died|lives|lived|service|clinic|tribunal"
    r"|medication|depot|clozapine|dementia|psychosis|referred|assessed|leave|visit(?:ed|s)?|care|home|bed|mdt|gp|mother|father|husband|wife|son|daughter|she|he|his|her)\b"
)
_NOUN_WORDS: Final = frozenset(
    """
    patient pt client resident inpatient carer person child pupil tenant lady gentleman detainee kin nok mum dad
    mother father husband wife daughter son man woman girl boy teenager veteran user brother sister gran nan nana
    grandma grandad grandmother grandfather
    """.split()
)
_NOUN: Final = re.compile(
    r"(?P<noun>[A-Za-z]+)"
    rf"(?P<gap>'s name(?: is| was|:)? ?|,? (?:was|is|called|named) |: ?|, | - | ?\(|=| )[\"']?(?P<name>{FULL}|[A-Za-z]\b\.? [A-Za-z][a-z'\-]{{2,}}|[a-z][a-z\-]+ [a-z][a-z'\-]{{2,}})(?P<next>.?)"
)
_PATIENTS: Final = frozenset(("patient", "pt", "client", "resident", "inpatient", "user", "detainee", "pupil"))
_DID: Final = re.compile(
    r" (?:was|is|has|had|did|does|refused|fell|went|wants|wanted|needs|needed|said|says|told|asked|left|moved|died|lives|lived|absconded|will|came|took|takes|still|again|not)\b"
)
_FORMER: Final = re.compile(r"\b(?:former|our|this|ex-|another|fellow|late|your|my|new) ?$")
_CUES: Final = frozenset(
    """
    answers called named known call calls nicknamed nickname goes aka k
    """.split()
)
_CALLED: Final = re.compile(
    rf"\b(?:{PERSON}|[Ss]he|[Hh]e)\b(?!-)(?:,|'s)?(?: (?!group|project|network|team|service|app|tool|dog|charity|forum|story|record|portal|line|unit|ward|house|video|leaflet|book)[\w'\-]+){{0,4}}?,? ?\(?(?:who (?:is|was) |then |always |is |was )?"
    rf"(?P<cue>known as|known to \w+(?: \w+)? as|we(?:'ll| will| shall)? (?:\w+ )?call|whom? (?:[\w']+ ){{1,4}}calls?|referred to as|goes by|answers to|(?:everyone|everybody|staff|nurses|friends|they|people) calls?|nicknamed|called|named|by the name of|known (?:[\w']+ ){{1,5}}as|aka|a\.k\.a\.?|nickname:?)(?: (?:here|him|her|only|the name|to))* [\"']?(?P<name>{FULL})"
)
_CALLED_BY: Final = re.compile(
    rf"call(?:s|ed)? (?:him|her|them|me|myself) [\"']?(?P<name>{WORD})|(?:likes?|liked|prefers?|preferred|asked|wants?) to be (?:called|known as) [\"']?(?P<other>{WORD})"
)
_WHOSE: Final = re.compile(
    r"(?:\b(?:[Mm]y|[Hh]er|[Hh]is|[Tt]heir|[Ww]hose|[Oo]ur|[Yy]our|[Aa]|[Tt]he)|'s) (?:(?:own|late|elderly|only|older|younger|eldest|youngest|little|big|best|adult|teenage|baby|then|former|foster|step|new|twin|unpaid|main|dear|\d+-year-old|mother-in|father-in|sister-in|brother-in)[ \-]){0,2}$"
)
_RELATED: Final = re.compile(
    rf"(?P<relation>[a-z]+)(?:,| -|:|'s name (?:is|was)| called| named| is| was| \()? ?[\"'(]?(?P<name>{FULL}|[A-Z]\b\.? [A-Z][a-z][\w'\-]+)"
)
_CORE: Final = frozenset(
    """
    son daughter wife husband mother mum mam father dad brother sister gran nan grandmother grandfather partner
    """.split()
)
_RANG: Final = re.compile(
    r"\)? (?:rang|says|said|is|was|visits|visited|called|phoned|lives|told|wants|has|had|came|asked|cares|looks)\b"
)
_END: Final = re.compile(r"[.,;)]|$| and\b| who\b")
_LABEL_WORDS: Final = frozenset(("name", "names", "surname", "forename", "surnames", "forenames"))
_LABEL: Final = re.compile(
    r"(?:(?P<label>(?:[Ss]ur|[Ff]ore|[Ff]irst |[Ff]ull |[Ll]ast |[Mm]iddle |[Pp]referred |[Gg]iven |[Ff]amily |[Rr]eal |[Mm]aiden |[Pp]atient'?s? |[Cc]lient'?s? |[Rr]esident'?s? |[Ss]ervice user'?s? |[Cc]arer'?s? |[Cc]hild'?s? "
    r"|[Mm]other'?s? |[Hh]is |[Hh]er |[Tt]heir |[Mm]y |SUR|FORE|FIRST |FULL |PATIENT |LAST )(?:real |full |first |last |legal |given )?(?:[Nn]ames?|NAMES?)|[Nn]ame of (?:the )?(?:patient|service user|client|carer|resident|child|next of kin))|(?P<plain>[Nn]ame)(?=:))"
    rf"(?P<gap> (?:is|was)(?: really| recorded as| spelt| given as| changed to)? ?| ?[:=] ?| ?\| ?| - | ?\(?|, )[\"']?(?P<name>{FULL}|[A-Z]\b\.? [A-Z][a-z][\w'\-]+|[A-Z]{{2,}}|[a-z][a-z'\-]+(?:,? [a-z][a-z'\-]+)?)"
)
_DEAR_WORDS: Final = frozenset(
    """
    dear hi hello re regarding signed
    """.split()
)
_DEAR: Final = re.compile(
    rf"(?:[Dd]ear|[Hh]i|[Hh]ello|[Rr][Ee]:?|[Rr]egarding:?|[Ss]igned(?: by)?:?),? (?P<name>{FULL}|[A-Z]\b\.? [A-Z][a-z][\w'\-]+)"
)
_SUBJECT_LINE: Final = re.compile(r"(?:,|\.|;|$|\n| \(| DOB| dob)")
_AS_FAMILY: Final = re.compile(
    r"(?:[Mm]y|[Uu]ncle|[Aa]unt(?:ie|y)?|[Nn]anna?|[Gg]ranny|[Gg]randma|[Gg]randad|[Gg]randpa|[Gg]ran|[Bb]aby|[Oo]ur) $"
)
_UNCLE: Final = re.compile(rf"[A-Za-z]+ (?P<name>{WORD})")
_AS_FAMILY_WORDS: Final = frozenset(
    """
    my uncle aunt auntie aunty nan nana nanna granny grandma grandad grandpa gran baby our
    """.split()
)
_FAMILY: Final = re.compile(
    rf"(?:[Tt]he|[Bb]oth|[Aa]ll|[Mm]r and [Mm]rs) (?P<name>{WORD})s? (?:famil(?:y|ies)|household|brothers|sisters|twins|boys|girls|lads)\b(?! (?:therap|support|service|test|centre|hub|group|intervention|court|law|doctor))"
)
_NO_FAMILY: Final = frozenset(
    """
    royal patient trust nhs carer young roma traveller travellers gypsy somali pakistani bangladeshi afghan syrian
    ukrainian polish chinese indian black asian white muslim jewish iraqi same whole think first strengthening
    """.split()
)
_ROW: Final = re.compile(
    rf"(?:\||^|\n) ?(?P<name>{SURNAME} ?\| ?{WORD}) ?\| ?(?:[MFmf]|\d\d?|[Ss]ec\w* \d|s\d|\d\d?/\d\d?/\d+) ?(?=\||$|\n)"
)
_ROW_CLINICAL: Final = re.compile(
    rf"(?:\||^|\n) ?(?P<name>{SURNAME} ?\| ?{WORD}|{WORD} {WORD}) ?\|[^\n]{{0,60}}?\|? ?(?:CTO|inf(?:ormal)?|s[23]|[Ss]ec\w* [23]|[MF]|1:1|depot) ?(?=\||$|\n)"
)
_ROW_INITIAL: Final = re.compile(
    rf"(?:\||^|\n) ?(?P<name>{WORD},? [A-Z]\b\.?|[A-Z]\b\.? {WORD}) ?\| ?(?:[MFmf]|\d\d?|[Ss]ec\w* \d|s\d|\d\d?/\d\d?/\d+) ?(?=\||$|\n)"
)
_CELL: Final = re.compile(rf"(?:\||^|\n) ?(?P<name>(?P<last>{SURNAME}),? (?P<first>{WORD})) ?(?=\|)")
LARGE_WORDS: Final = frozenset(
    """
    factor type echo-type world chapter book volume grade mark king queen vitamin hepatitis class block zone gate
    grade room bay influenza vaccine schedule article core module gene blood wave cohort arm box chart paper drug
    ward site team group hospital trust borough area region part type phase cycle band level unit plan option table
    figure
    """.split()
)
_ROW_ROLE: Final = re.compile(
    r"(?i)\b(?:lead|manager|nurse|consultant|director|officer|author|coach|sponsor|matron|chair|psychologist|role|team)\b"
)
_HONOURS: Final = frozenset(
    """
    dr father fr sister rev reverend canon sir lady lord professor prof captain major colonel nurse doctor
    """.split()
)
_HONOURED: Final = re.compile(
    rf"(?:Dr|Doctor|Father|Fr|Sister|Rev(?:erend)?|Canon|Sir|Lady|Lord|Prof(?:essor)?|Captain|Major|Colonel|Nurse)\.? (?P<name>{FULL})(?:,? (?:a |our |the )?(?:retired|former)[^.;]{{0,40}}?(?:patient|resident|inpatient|admitted|detained|lives|lived|dementia)|,? (?:a|our|the) (?:patient|resident|inpatient)\b|,? aged \d\d"
    rf"|[^.;]{{0,60}}?\b(?:as a patient|as an inpatient|is a patient|was a patient)\b|,? who (?:was|had been) (?:re)?(?:admitted|detained|sectioned)|,? a nun\b| (?:was|is|had been) (?:re)?(?:admitted|detained|sectioned|secluded|a patient|an inpatient|a resident)\b)"
)
_IN_ROOM: Final = re.compile(rf"(?P<name>{FULL})(?: \((?:in )?|,? (?:in )?)(?:bed|room|rm) \d")
_ON_THE_LIST: Final = re.compile(
    rf"(?:[Ww]ard round|[Pp]atients|[Rr]esidents|[Ss]een today|[Oo]n the list|MDT|[Hh]andover)(?: today)?: ?(?P<name>{WORD})(?:,| and| &) {WORD}\b(?! [A-Z])"
)
_TO_DO: Final = re.compile(
    rf"(?<![\w.])(?P<name>{WORD})(?: -|:) (?:MHA|depot|CTO|tribunal|T[23]\b|clozapine|lithium|d/c)\b"
)
_IN_QUOTES: Final = re.compile(
    rf"[\"'](?P<name>{WORD}(?: {WORD})?)[\"'] (?:fell|refused|absconded|threw|(?:was|is) (?:re)?(?:admitted|detained|sectioned|secluded|restrained|discharged))\b"
)
_I_AM: Final = re.compile(rf"(?:\bI am|\bI'm|[Nn]ame's) (?P<name>(?!\w+(?:ish|ian|ese)\b){FULL})(?=[.,;]| and\b|$)")
_SHOWN: Final = re.compile(
    rf"\b(?:[Ll]eft|[Rr]ight|[Aa]bove|[Bb]elow|[Cc]entre|[Pp]ortrait of|[Pp]hoto(?:graph)? of|[Pp]icture of|[Pp]ictured?(?: here)?(?: is| are)?|[Cc]aption|[Ss]een here|[Ss]hown here):? (?P<name>{WORD} {WORD}|[A-Z]\b\.? {WORD})(?! [A-Z])"
)
_AS_A_PATIENT: Final = re.compile(
    rf"(?<![\w.])(?P<name>{WORD},? [A-Z]\b\.?|[A-Z]\.? {WORD}),? \(?(?:an? |the |her |his )?(?:former )?(?:patient|service user|carer|daughter|son|wife|husband|mother|father|sister|brother|resident|inpatient)\b(?! (?:rep|lead|governor|member))"
)
_QUOTED_SPEAKER: Final = re.compile(
    rf"[.,?!][\"'] (?P<name>{WORD}) (?:said|told|added|explained|recalled|remembers|remembered)\b"
)
_SEEN: Final = re.compile(
    rf"(?:\bI (?:saw|met|reviewed|assessed|visited)|\breferring(?: this (?:lady|gentleman|man|woman),)?|\b(?:death|inquest|murder|funeral|killing) (?:of|into)|\bthe late|\bknown to (?:staff|everyone|everybody|us|the team|friends) as) [\"']?(?P<name>{FULL})"
)
_OF_WHOM: Final = re.compile(
    rf"\b(?:mother|mum|father|dad|son|daughter|wife|husband|brother|sister|widow|widower|grandmother|grandfather|girlfriend|boyfriend|partner|parents?|carer|friend) (?:of|to) (?:the late )?(?P<name>{FULL})(?! (?:Ward|Unit|Hospital|House))"
)
_YOURS: Final = re.compile(
    rf"\b(?:Love|Lots of love|Yours(?: sincerely| faithfully| truly)?|Best wishes|Kind regards|With love),? (?:from )?(?P<name>{FULL})(?=$|\n| x|\.)"
)
_ON_THE_WARD: Final = re.compile(
    rf"(?<![\w.])(?P<name>{WORD},? [A-Z]\b\.?|[A-Z]\.? {WORD}|{WORD} {WORD}),? \(?(?:bed \d|s[23]\b|sec(?:tion)? ?[23]\b|rm \d|room \d|DOB|dob|D\.O\.B|\d\d ?yo\b|\d\d ?[MF]\b|NHS (?:no|number|num)|\d\d, (?:detained|admitted|informal|lives))"
)
_MEMORY: Final = re.compile(
    rf"(?:[Ii]n (?:loving )?memory of|RIP|R\.I\.P\.|[Dd]edicated to|[Tt]ribute to|[Jj]ustice for) (?P<name>{FULL})"
)
_AND_INITIAL: Final = re.compile(
    rf"(?<![\w.])(?P<name>(?!Mrs?|Ms|Miss|Mx){WORD} [A-Z])\b\.? (?:was|is|fell|said|has|had|told|did|refused|wants|lives|died)\b"
)
_WHERE: Final = re.compile(rf"[Pp]atient(?: \w+){{1,5}}, (?P<name>{FULL}),")
_LOOKED_AFTER: Final = re.compile(
    rf"(?:look(?:ed|s|ing)? after|[Cc]ar(?:e|ed|es|ing) for|visit(?:ed|s|ing)?|married to|lost|nursed|brought up|poor|lovely|dear) (?P<name>{FULL})"
)
_QUOTED: Final = re.compile(rf"[\"'] ?(?:- ?)?\(?(?P<name>{WORD}(?: [A-Z]\b\.?)?),? \(?(?:aged )?\d\d\b(?=[,.)]|$)")
_IN_BED: Final = re.compile(rf"[Bb]ed \d{{1,2}}[ab]?(?: ?[:,\-|] ?| )(?P<name>{FULL})(?=[ ,:;.|]|$)(?! [A-Z])")
_IN_BRACKETS: Final = re.compile(
    rf"(?P<name>{WORD} [A-Z]\b\.?|{FULL}|[A-Z]\b\.? [A-Z][a-z][\w'\-]+) \((?:the |a |our )?(?:patient|service user|pt|carer|client|resident|inpatient|not staff|(?:her|his|patient's )?(?:daughter|son|wife|husband|mother|father|mum|dad|sister|brother)(?: of [\w ]{1, 20})?)\)"
)


def named_people(text: Readable) -> Iterator[Identifier]:
    """Names that the words right before them make a patient's, a carer's or a relative's."""
    original, words = text.text, text.words
    yield from _titled(text)
    for start in text.where(_NOUN_WORDS):
        match = _NOUN.match(original, start)
        if match and _is_after_a_noun(match):
            yield from _found(text, *match.span("name"), certain=_known(match["name"]))
    if words & _CUES:
        for match in _CALLED.finditer(original):
            if is_name(match["name"]) and not _telephoned(match):
                yield from _found(text, *match.span("name"), certain=_known(match["name"]))
        for match in _CALLED_BY.finditer(original):
            if is_name(match["name"] or match["other"]):
                yield from _found(text, *match.span(match.lastgroup or "name"), certain=False)
    for start in text.where(_RELATION_WORDS):
        match = _RELATED.match(original, start)
        if match and _is_a_relative(original, match):
            yield from _found(text, *match.span("name"), certain=_known(match["name"]))
    if words & _LABEL_WORDS:
        for match in _LABEL.finditer(original):
            if _is_labelled(match) and not original[max(0, match.start() - 1) : match.start()].isalnum():
                yield from _found(text, *match.span("name"), certain=_known(match["name"].replace(",", "")))
    for start in text.where(_DEAR_WORDS):
        match = _DEAR.match(original, start)
        regarding = match and match.group()[:2].lower() == "re" and _SUBJECT_LINE.match(original, match.end())
        if (
            match
            and is_name(match["name"])
            and (_known(match["name"]) or match["name"][1] in " ." or (regarding and " " in match["name"]))
        ):
            yield from _found(text, *match.span("name"), certain=False)
    if words & {"family", "families", "household", "brothers", "sisters", "twins", "boys", "girls", "lads"}:
        for match in _FAMILY.finditer(original):
            if is_name(match["name"]) and match["name"].lower() not in _NO_FAMILY:
                yield identifier("name", *text.span(*match.span("name")), False)
    for start in text.where(_AS_FAMILY_WORDS):
        match = _UNCLE.match(original, start)
        if match and is_given_name(match["name"]) and is_name(match["name"]):
            yield from _found(text, *match.span("name"), certain=False)
    if words & _HONOURS:
        for match in _HONOURED.finditer(original):
            yield identifier("name", *text.span(match.start(), match.end("name")), False)
    for pattern in (
        _ON_THE_LIST,
        _TO_DO,
        _IN_QUOTES,
        _I_AM,
        _SHOWN,
        _AS_A_PATIENT,
        _IN_ROOM,
        _WHERE,
        _QUOTED_SPEAKER,
        _SEEN,
        _OF_WHOM,
        _YOURS,
        _ON_THE_WARD,
        _MEMORY,
        _AND_INITIAL,
    ):
        for match in pattern.finditer(original):
            words_of_name = [word for word in match["name"].replace(",", "").split() if len(word.rstrip(".")) > 1]
            if words_of_name and is_name(" ".join(words_of_name)) and words_of_name[0].lower() not in LARGE_WORDS:
                yield from _found(text, *match.span("name"), certain=False)
    for match in _LOOKED_AFTER.finditer(original):
        if is_given_name(match["name"].split()[0]) and is_name(match["name"]):
            yield from _found(text, *match.span("name"), certain=False)
    for match in _QUOTED.finditer(original):
        if is_name(match["name"]):
            yield from _found(text, *match.span("name"), certain=False)
    for start in text.where(frozenset(("bed",))):
        match = _IN_BED.match(original, start)
        if match and is_name(match["name"]):
            yield from _found(text, *match.span("name"), certain=False)
    for match in _IN_BRACKETS.finditer(original) if ")" in original else ():
        if is_name(match["name"]):
            yield from _found(text, *match.span("name"), certain=False)
    if "|" in original:
        for match in _CELL.finditer(original):
            yield from _in_a_cell(text, match)
        for match in _ROW_INITIAL.finditer(original):
            surname = max(match["name"].replace(",", "").split(), key=len)
            if (is_name(surname) or is_shouted_name(surname)) and surname.lower() not in LARGE_WORDS:
                yield from _found(text, *match.span("name"), certain=False)
        for match in _ROW_CLINICAL.finditer(original):
            if all(is_name(part.strip()) or is_shouted_name(part.strip()) for part in match["name"].split("|")):
                yield from _found(text, *match.span("name"), certain=False)
        for match in _ROW.finditer(original):
            if all(is_name(part.strip()) or is_shouted_name(part.strip()) for part in match["name"].split("|")):
                yield from _found(text, *match.span("name"), certain=False)


def as_in_a_family(text: Readable, start: int) -> bool:
    """Whether the name there follows "Uncle", "our" and the like."""
    return bool(text.words & _AS_FAMILY_WORDS and _AS_FAMILY.search(text.text, max(0, start - 10), start))


def _known(name: str) -> bool:
    return is_only_a_name(name.split(maxsplit=1)[0])


def _found(text: Readable, start: int, end: int, certain: bool, titled: bool = False) -> Iterator[Identifier]:
    if stands(text, start, end, titled):
        yield identifier("name", *text.span(start, end), certain)


def _titled(text: Readable) -> Iterator[Identifier]:
    for start in text.where(_TITLES):
        match = _TITLE.match(text.text, start)
        if match and text.text[max(0, start - 1) : start] not in ("@", "/", ".", "'", "-") and _is_titled(match):
            low, high = text.sentence(*match.span())
            yield from _found(
                text,
                start,
                match.end("name"),
                certain=bool(_ABOUT_A_PATIENT.search(text.lower, low, high)),
                titled=True,
            )
        elif (
            text.text[start].isupper()
            and (last := _TITLE_LAST.search(text.text, max(0, start - 40), start))
            and is_name(last["name"])
            and set(last.group()[len(last["name"]) :]) & set(",(")
        ):
            yield from _found(text, last.start(), start + 2, certain=False)


def _is_titled(match: re.Match[str]) -> bool:
    title, name, initials = match["title"], match["name"], match["initials"].strip()
    first, capital = name.split()[0].lower(), name.split()[-1][0].isupper()
    if re.fullmatch(r"[A-Z]\.?[A-Z]\.?", name) and title[0] == "M":
        return not title.isupper()
    if len(name) < 3:
        return False  # Mr X
    if first in _AFTER_TITLE or (len(name) < 3 and not initials):
        return False
    if title[0] == "m":  # typed in small letters: "ms" and "miss" are words too, and need more to be a title
        if title.rstrip(".") in ("ms", "miss"):
            return bool(initials) or (first not in _MS and bool(_DID.match(match.string, match.end("name"))))
        return not capital or is_name(name)
    return capital and not (name.isupper() and len(name) < 4 and title.isupper())


def _is_after_a_noun(match: re.Match[str]) -> bool:
    noun, gap, name = match["noun"], match["gap"], match["name"]
    words = name.split()
    if name[0].islower():
        if len(words[0].rstrip(".")) == 1:
            return ":" in gap or "name" in gap or (gap == " " and "." in name)
        return gap in (" ", ": ", ":", ", ", " (") and is_only_a_name(words[0])
    if len(words[0].rstrip(".")) == 1:
        return (
            words[1][0].isupper()
            and is_name(words[1])
            and (gap in (": ", ":") or (gap == " " and (noun.islower() or "." in words[0])))
        )
    if not is_name(name):
        return False
    if is_only_a_name(words[0]) or (len(words) > 1 and is_given_name(words[0])):
        return gap != ", " or match["next"] in (",", ")", ".", " ", "")
    if gap == " ":
        if len(words) == 1:  # patient Okonkwo refused, former patient Okonkwo
            known_so = (
                noun == "pt"
                or _DID.match(match.string, match.end("name"))
                or _FORMER.search(match.string, max(0, match.start() - 9), match.start())
            )
            return noun.islower() and noun in _PATIENTS and not words[0].isupper() and bool(known_so)
        return noun.islower() and not words[0].isupper()
    if gap in (", ", " (", " - "):
        return len(words) > 1 and match["next"] in (",", ")") and noun.lower() not in ("mother", "father", "person")
    return "name" in gap or (
        gap.strip() in ("called", "named", ":", "=") and (len(words) > 1 or match["next"] in ("", ",", ";", "|"))
    )


def _telephoned(match: re.Match[str]) -> bool:
    """ "The patient called Samaritans" is no name; "a patient called Sarah" and "she was called Bev" are."""
    if (
        match["cue"] != "called"
        or is_given_name(match["name"].split()[0])
        or " was called" in match.group()
        or " is called" in match.group()
    ):
        return False
    return bool(
        re.search(
            r"\b(?:[Tt]he|[Hh]er|[Hh]is|[Mm]y|[Oo]ne|who|[Ee]ach|[Ee]very|[Ss]he|[Hh]e)\b",
            match.string[max(0, match.start() - 12) : match.end("cue")],
        )
    )


def _is_a_relative(original: str, match: re.Match[str]) -> bool:
    name = match["name"]
    whose = _WHOSE.search(original, max(0, match.start() - 40), match.start())
    if not is_name(name if len(name.split()[0].rstrip(".")) > 1 else name.split()[1]):
        return False
    if not whose:
        plain = match["relation"] in _CORE and (
            match.group()[len(match["relation"]) :].startswith((" (", "(")) or bool(_RANG.match(original, match.end()))
        )
        return plain and not original[max(0, match.start() - 1) : match.start()].isalnum()
    if " is " in match.group() or " was " in match.group():
        return (
            not name.split()[0].endswith(("ish", "ian", "ese"))
            and not name.isupper()
            and bool(_END.match(original, match.end()))
        )
    owned = whose.group().split()[0].lower() not in ("a", "the", "their")
    return is_given_name(name.split()[0]) or (
        owned and match["relation"] not in ("partner", "parent", "friend", "baby", "child", "law", "keyworker")
    )


def _is_labelled(match: re.Match[str]) -> bool:
    gap, name = match["gap"], match["name"]
    first = name.split()[0].strip(",")
    if name[0].islower():
        return match["label"] is not None and (":" in gap or "=" in gap)
    if len(first.rstrip(".")) > 1 and not is_name(name) and not (name.isupper() and len(name) > 2):
        return False
    if match["plain"] or gap.strip() in ("", "(", "|", ",", "-"):
        if (
            match["label"]
            and match["label"].lower().startswith(("surname", "forename", "family name"))
            and gap.strip() == ""
        ):
            return True
        owned = (
            match["label"] and match["label"].split()[0].lower() in ("his", "her", "their", "my") and gap.strip() == ","
        )
        return is_given_name(first) or bool(owned)
    return True


def _in_a_cell(text: Readable, match: re.Match[str]) -> Iterator[Identifier]:
    first, last = match["first"], match["last"].split()[-1]
    if "," in match["name"]:
        person = is_given_name(first) and is_name(last)
    else:
        person = is_only_a_name(match["last"].split()[0]) and is_name(first)
    begin, end = text.text.rfind("\n", 0, match.start("name")) + 1, text.text.find("\n", match.end())
    row = text.text[max(begin, match.start() - 300) : min(end if end >= 0 else len(text.text), match.end() + 300)]
    if person and not _ROW_ROLE.search(row):
        yield from _found(text, *match.span("name"), certain=False)
