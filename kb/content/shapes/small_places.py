"""Owns which places are so small that a handful of people there can be recognised. Never counts anybody."""

import re
from typing import Final

from kb.content.shapes.readable import Readable

_SORT: Final = (
    r"(?:[Ww]ard|[Ww]d|Hse|[Uu]nit|House|Lodge|Cottage|Court|Villas?|[Ss]urgery|(?:[Gg][Pp] |[Mm]edical )?[Pp]ractice|(?:[Pp]rimary |[Ss]econdary |[Hh]igh |[Ii]nfant |[Jj]unior |[Ss]pecial )?[Ss]chool"
    r"|(?:[Cc]are |[Nn]ursing |[Rr]esidential |[Rr]est |[Cc]hildren's )?[Hh]ome|[Hh]ostel|[Hh]all|Farm|Grange|Manor|PICU|[Ss]ite|[Ff]lats|(?:[Bb]irth |[Dd]ay |[Mm]edical |[Hh]ealth |[Ff]amily )?[Cc]entre|[Ss]uite|Gardens"
    r"|Close|Street|Lane|Terrace|Estate|College|Academy|Nursery|[Hh]ospice|[Cc]linic|Place|View|Mews|Bungalow|[Ww]ing|[Rr]efuge|[Vv]illage|[Ii]sland|Primary(?! [Cc]are| [Hh]ealth| [A-Z])|Infants|Juniors|Comprehensive|Grammar)"
)
_SMALL: Final = (
    r"(?:village|hamlet|island|isle|islet|parish|estate|caravan site|farm|ward|unit|home|care home|nursing home|residential home|children's home|hostel|school|primary school|practice|gp practice|surgery|house"
    r"|refuge|prison|flats|site|bungalow|sheltered housing|cul-de-sac|street|boarding school|special school|convent|barracks|monastery|clinic|flat|dale|valley|hospice|picu|hdu|crisis house|day centre|drop-in)"
)
_SMALL_LETTERS: Final = re.compile(
    r"(?:\b(?:on|at|in)|@|^|[.;:|]) ?(?!(?:acute|medical|inpatient|psychiatric|mental|older|adult|forensic|secure|general|surgical|hospital|maternity|rehab|female|male|single|mixed|same|each|every|any|another|this|that|one|the|our|per|stroke|high|low|medium|our|night|day|virtual|open|locked|assessment|treatment|intensive|dementia|new|old|sheltered|full|first|lock|safe|care|green|free|power|empty|council|boarding|public|own|private|my|their|his|her|your|its|its|a|an)\b)[a-z]{3,} (?:ward|wd|house|lodge)\b"
)
_SORT_WORDS: Final = frozenset(
    """
    ward unit house lodge cottage court villa villas surgery practice wd school home hostel hall farm grange manor
    picu site flats centre suite gardens close terrace estate college academy nursery hospice clinic place view mews
    bungalow refuge village island hamlet isle islet parish housing street convent barracks monastery population pop
    dale valley flat wing drop hdu primary infants juniors comprehensive grammar hse lane hmp hmyoi prison wards homes schools practices villages units houses surgeries islands hostels
    """.split()
)
_NAMED: Final = re.compile(
    rf"(?:[A-Z][\w'.]*(?:[ \-](?:of |the |on |and |in )?[A-Z][\w'.]*){{0,3}} {_SORT}(?:'s)?(?!\w)|[Ww]ard [A-Z\d]\w{{0,2}}\b|(?:[Vv]illage|[Hh]amlet|[Ii]sland|[Ii]sle|[Pp]arish|[Ee]state) of [A-Z][\w'\-]+"
    r"|(?:[Ww]ard|[Hh]ome|[Ss]chool|[Pp]ractice|[Uu]nit|[Ss]urgery|[Vv]illage)(?:[:=|]| -) ?[A-Z]\w+|HM(?:P|YOI) [A-Z]\w+|(?:[Pp]ractice|[Ss]urgery)(?: code)? [A-Z]\d{4,5}|[A-Z][\w'\-]+(?: [A-Z][\w'\-]+)? \(?(?:population|pop\.?)[ :=]{1,2}(?:of )?\d[\d,]*)"
)
_THE: Final = re.compile(
    rf"\bone of (?:the|our) (?:\w+ )?(?:wards|homes|schools|practices|villages|units|houses|surgeries|islands|hostels)\b|\b(?:the|our|one|(?:a|an)(?= (?:[a-z'\-]+ ){{0,2}}(?:village|hamlet|island|care home|nursing home|school|practice|surgery|ward|home|farm|hostel)\b)|this|that|her|his|their|same) (?:[a-z'\-]+ ){{0,2}}"
    rf"{_SMALL}(?:'s)?(?: (?:of|at|in|called|near|on) [a-z][\w'\-]+)?\b(?! (?:team|manager|round|staff|managers|community|level|network|board|project|routine|programme|huddle|meeting))"
)
# Villages whose names say so, and towns by the sea that do not count as such.
_VILLAGE: Final = re.compile(
    r"(?:(?:Little|Great|Upper|Lower|Nether|Over|Much|Long|Kirkby|Chipping|Stoke|Sutton|Compton|Hutton|Ashby|Thornton|Aston|Burton|Port|Glen|Loch|Inver\w+|Aber\w+|Llan\w+|Tre\w+|Pen\w+|Kil\w+|Bally\w*) (?!Britain|Yarmouth|Ormond|Manchester|North|Term|Western|Talbot|City|Vale)[A-Z][\w'\-]+"
    r"|[A-Z][\w']+-(?:on|in|under|by|le|upon|next|super|cum)-(?:the-)?(?!Trent|Tyne|Sea|Avon|Thames)[A-Z]?\w+)"
)
_ORIGIN: Final = re.compile(
    r"(?:[Dd]eaths?|[Ss]uicides?|[Pp]atients|[Rr]esidents|[Ww]omen|[Mm]en|[Ff]amilies|[Cc]hildren|[Pp]upils) (?:in|at|from|on) (?:the )?(?P<place>[A-Z][a-z'\-]+)"
)
_WORD: Final = re.compile(r"[a-z]+")
_VILLAGE_CUE: Final = frozenset(
    """
    little great upper lower nether over much long kirkby chipping stoke sutton compton hutton ashby thornton aston
    burton port glen loch on in under by le upon next super cum
    """.split()
)
# After "from" or "in": places that are not small, and words that are no places.
_LARGE: Final = frozenset(
    """
    england wales scotland ireland britain london yorkshire manchester birmingham leeds sheffield bradford liverpool
    bristol newcastle nottingham leicester coventry hull cardiff belfast edinburgh glasgow derby plymouth
    southampton portsmouth stoke wolverhampton sunderland norwich oxford cambridge york exeter gloucester kent essex
    surrey sussex hampshire dorset devon cornwall somerset wiltshire berkshire norfolk suffolk lincolnshire
    lancashire cheshire cumbria durham northumberland derbyshire nottinghamshire leicestershire warwickshire
    worcestershire staffordshire shropshire hertfordshire bedfordshire buckinghamshire oxfordshire gloucestershire
    cambridgeshire northamptonshire merseyside tyneside teesside humberside midlands north south east west greater
    black asian white african caribbean pakistan india bangladesh poland romania ukraine syria somalia nigeria
    jamaica china europe africa asia hackney lambeth southwark camden islington lewisham greenwich croydon ealing
    barnet brent haringey enfield wandsworth merton richmond kingston hounslow hillingdon harrow newham redbridge
    westminster nhs mind rethink age healthwatch barnardo's public united northern central bolton rochdale oldham
    salford wigan blackburn blackpool preston middlesbrough luton swindon reading brighton bournemouth northampton
    peterborough ipswich lincoln chester rotherham doncaster barnsley wakefield huddersfield halifax kirklees
    calderdale monday tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sept sep oct nov
    dec trust cycle pdsa round level section band cluster quarter table chart box appendix part version january
    february march april may june july august september october november december wave phase group team year stage
    recovery hospital primary community adult older sector health crisis care iapt tier camhs picu cmht acute
    psychology psychiatry nursing patient service quality figure table excel english welsh secure forensic inpatient
    outpatient local national spring summer autumn winter ward
    """.split()
)


def is_large(place: str) -> bool:
    """Whether a capital word names a large place, or none: Leeds, Norfolk, March, Wave."""
    return place.isupper() or place.lower() in _LARGE


def near_small_place(text: Readable, low: int, high: int) -> bool:
    """Whether the stretch of text names a ward, a home, a school, a practice, a village and the like."""
    stretch, lower = text.text[low:high], text.lower[low:high]
    words = frozenset(_WORD.findall(lower))
    if words & _SORT_WORDS and (_NAMED.search(stretch) or _THE.search(lower) or _SMALL_LETTERS.search(stretch)):
        return True
    return bool(words & _VILLAGE_CUE and _VILLAGE.search(stretch))


def named_small_place(text: Readable, low: int, high: int) -> bool:
    """The same, with a name of its own."""
    origin = _ORIGIN.search(text.text, low, high)
    if origin and origin["place"].lower() not in _LARGE:
        return True
    return bool(_NAMED.search(text.text, low, high) or _VILLAGE.search(text.text, low, high))
