"""Owns telling the e-mail address of one person from the mailbox of a team or role. Never writes to either."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.given_names import is_given_name, is_only_a_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

_FREE_MAIL: Final = re.compile(
    r"(?:g(?:oogle)?mail|hotmail|outlook|live|yahoo|ymail|rocketmail|icloud|me|mac|msn|aol|btinternet|btopenworld|sky|talktalk|tiscali|virginmedia|virgin|ntlworld|blueyonder"
    r"|proton(?:mail)?|pm|gmx|zoho|mail|hey|fastmail|tutanota|freeserve|orange|o2|plus|supanet|uwclub|wanadoo|fsmail|email|inbox|yandex|qq|163)\.[a-z.]{2,6}"
)
_EMAIL: Final = re.compile(
    r"(?<![\w.+%'-])(?P<local>[\w.+%'-]{1,64}) ?(?:@|[\[({<] ?(?:at|@) ?[\])}>]) ?(?P<domain>[a-z\d-]{1,63}(?:(?:\.| ?[\[({] ?dot ?[\])}] ?| dot )[a-z\d-]{1,63}){1,5})"
)
_BRACKETED: Final = re.compile(r"[\[({<] ?(?:at|@) ?[\])}>]")
_SPOKEN_DOMAIN: Final = re.compile(r" at (?:nhs\.net|gmail|hotmail|yahoo|outlook|icloud)")
_SPOKEN_SURELY: Final = re.compile(rf" dot |{_SPOKEN_DOMAIN.pattern}|@")
_ANY_DOMAIN: Final = re.compile(r" at [a-z\d-]{3,40}\.(?:co\.uk|com|org|net)\b")
_SPOKEN_DOT: Final = re.compile(r" ?[\[({]? ?\bdot\b ?[\])}]? ?")
_PERSON_NEAR: Final = re.compile(
    r"\b(?:patient|service user|client|resident|carer|her|his|him|she|he|their|mum|mother|dad|father|son|daughter|wife|husband|brother|sister|next of kin)\b"
)
_EMAIL_SPOKEN: Final = re.compile(
    r"(?<![\w.+-])(?P<local>[\w+-]{1,64}(?:(?:\.| dot )[\w+-]{1,64}){0,3}) (?:at|@) (?P<domain>[a-z\d-]{1,63}(?: dot |\.)(?:com|co|org|net|uk|nhs|ac|gov)\b(?:(?: dot |\.)[a-z]{2,3}\b){0,2})"
)
# Words of which one is enough: whoever works there reads the mailbox. The long ones also inside longer words.
_ROLE_PARTS: Final = re.compile(
    "team|qualit|improv|transform|health|enquir|inquir|quer(?:y|ies)|contact|admin|office|support|service|helpdesk|feedback|complain|communic|media|"
    "newsletter|learning|educat|librar|research|evaluat|audit|innovat|involve|engage|particip|patient|experien|carers|famil|volunteer|people|recruit|"
    "career|workforce|govern|freedom|estates|financ|payroll|procure|digital|information|analy|perform|safety|incident|project|programme|program|collab|"
    "alliance|network|partner|exchange|clinic|hospital|school|college|crisis|triage|referr|assess|liaison|intake|booking|appoint|recept|therap|psych|"
    "nursing|medic|pharm|doctor|practice|surgery|manage|director|secretar|council|committee|forum|editor|publish|submi|noreply|donotreply|unsub|alerts|"
    "survey|conference|charit|fellow|academ|faculty|institut|universit|postgrad|archive|kaizen|perinat|forensic|dementia|transit|recover|rehab|inpat|"
    "outpat|communit|capacity|discharge|respons|mental|wellbeing|wellness|suicid|restrict|restraint|equal|equity|divers|inclus|chaplain|interpret|"
    "translat|sustain|switchboard|everyone|register|subscri|copyright|permission|privacy|caldicott|security|safeguard|coroner|bereave|england|"
    "diabet|cancer|vaccin|infection|nutrition|speech|occupation|physio|standards|outcomes|pathway|leadership|corporate|press(?:office|desk)|frontdoor|"
    "nurses|heartfailure|smokefree|stopsmok|change|pledge|campaign|sepsis|stroke|frailty|theatre|radiolog|imaging|patholog|maternity|midwi|breast|renal|cardiac|respirat|asthma|palliat|ambulance|paramed|outreach|oncolog|haemat|urolog|anaesth|critical|trauma|tissue|screening|immunis|"
    "autism|eating|disorder|neuro|homeless|veteran|prison|justice|vanguard|region|national|strategy|planning|delivery|operations|records|legal"
)
_ROLE_WORDS: Final = frozenset(
    """
    info mail post hello help desk pals comms comm press news event events train training qi spc lean audit hub ward
    unit centre center duty camhs cmht cypmhs iapt talking gp gps lead leads chair chief exec ceo board group member
    members web reply no alert award awards fund grant grants donate hr job jobs foi it ict data reports risk pmo
    access second soc care home homes flow bed beds demand waits waiting sleep pain dental dentist ot sat slt salt
    all user users lived voice story stories ask join licence dpo cyber mca mha dols liaise trust nhs icb ics crt
    htt eip ips picu send secure memory older adult adults child children cyp young youth student students parking
    travel green climate physical smoking falls patients carer peer peers general main enquire customer customers
    services talk together hopes hope mind speak speakup choice safe spa poa single point first start wellbeingline
    line chat text sms service room rooms house café cafe shop garden music arts art library st the my our your we
    us ask4help connect connected test demo example someone anyone name firstname you me bookings staff union unison
    rcn reception front door wards south north east west central bank site sites perm temp rota rotas e-rostering
    roster bleep oncall on-call mhld mhlda ld lda autistic adhd cld cldt cmhts crhtt mhlt amhp amhps
    """.split()
)

_SURNAMES_TOO: Final = frozenset(
    """
    green young child ward house bank home lean send second wells west east north banks point hope mind start hubs
    """.split()
)
# At a provider of private mail they make no mailbox of a team.
_ALSO_AT_HOME: Final = frozenset(
    """the my our your we us me you home homes house all general main single first second south north east west wards
    young older child children student music arts art garden travel green memory hope hopes mind bank start point sleep
    pain physical climate choice safe line chat text mail post hello web line st lived story stories talk""".split()
)


def emails(text: Readable) -> Iterator[Identifier]:
    """E-mail addresses that one person reads; those of a team or role pass."""
    lower = text.lower
    patterns = [_EMAIL] if "@" in lower or _BRACKETED.search(lower) else []
    if " dot " in lower or (" at " in lower and (_SPOKEN_DOMAIN.search(lower) or _ANY_DOMAIN.search(lower))):
        patterns.append(_EMAIL_SPOKEN)
    for pattern in patterns:
        for match in pattern.finditer(lower):
            loose = pattern is _EMAIL_SPOKEN and not _SPOKEN_SURELY.search(match.group())
            if loose and not any(map(is_given_name, re.findall(r"[a-z]+", match["local"]))):
                continue  # to be had at example.com
            domain = _SPOKEN_DOT.sub(".", match["domain"])
            local = match["local"].replace(" dot ", ".").strip("'.-+")
            if local and personal(local, domain):
                own = _FREE_MAIL.fullmatch(domain) and _PERSON_NEAR.search(text.before(match.start(), 50))
                yield identifier("email", *text.span(*match.span()), bool(own))


def personal(local: str, domain: str) -> bool:
    """Whether one person reads the mailbox of these two parts, in lower case."""
    words = [word for word in re.split(r"[^a-z]+", local) if word]
    free = bool(_FREE_MAIL.fullmatch(domain))
    if not words:
        return free
    if (
        free
        and not _ROLE_PARTS.search(local)
        and all(word not in _ROLE_WORDS or word in _ALSO_AT_HOME for word in words)
    ):
        return True
    role = any(word in _ROLE_WORDS for word in words[len(words) > 1 and is_given_name(words[0]) :]) or bool(
        _ROLE_PARTS.search(local)
    )
    if len(words) == 2 and is_only_a_name(words[0]) and words[1] in _SURNAMES_TOO:
        return True
    if free and re.search(r"\d{2}", local) and not _ROLE_PARTS.search(local):
        return True  # people put a year behind their name
    return not role
