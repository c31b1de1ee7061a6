"""Owns telling staff, authors, wards and tools from patients who are called the same. Never looks for a name."""

import re
from typing import Final

from kb.content.shapes.readable import Readable
from kb.content.shapes.roles import ROLE

_BETWEEN: Final = r"(?!(?:his|her|by|with|to|for|from|had|has|was|were|who|and|said|saw|met|retired|former|ex|under|whose|patient|not|no|saw|told|asked|left|in|on|at|into|onto|slept|sat)\b)[\w/&'\-]+ "
_AFTER: Final = re.compile(
    rf"(?: (?:and|&) [A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?)?(?:,| ?\(| -|:| the| is| was| has been| as| acted as| works as| worked as)? ?(?:(?:who (?:is|was|has been|works as|worked as|acted as)|is|was|both|also|then|now|the|our|a|an|its|their|trust's|one of (?:the|our)|lead|joint) ){{0,4}}(?:{_BETWEEN}){{0,4}}?{ROLE}\b(?!'s)",
    re.IGNORECASE,
)
# Degrees, colleges and registers behind a name: only staff and authors write them.
_LETTERS_AFTER: Final = re.compile(
    r"(?: [A-Z][\w'\-]+)?(?:,? \(?)(?:[FM](?:RC|FPH|FICM|RSM|CEM|BB|BCh)[A-Za-z]*|MRes|Ph\.?D|MD|M\.?Sc|B\.?Sc|MPH|MBA|MEd|BN|DClinPsych?|DPhil|PGCert|PgDip|MBE|OBE|CBE|DBE|R(?:N|MN|GN|NLD|SCN|M|D)|OT|SLT|ANP|ACP|CNS|HCA|QN|ODP|SpR|SHO|ST[1-8]|CT[1-3]|F[YT]?[12]|GP|CSci|MCSP|MPharm|MRPharmS)\b(?!')"
)
_LINKED: Final = re.compile(
    r"(?: (?:and|&) [A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?)?(?:,| ?\(| -|:| the\b| is\b| was\b| has been\b| as\b| acted as\b| works as\b| worked as\b)"
)
_DID_AS_STAFF: Final = re.compile(
    r"(?:,| \()? ?who (?:then |also |now )?(?:leads?|led|chairs?|chaired|manages?|managed|runs?|ran|wrote|writes|designed|trained|trains|coached|coaches|supports? the|supported the|developed|invented|founded|set up|works? (?:for|at|in|on)|worked (?:for|at|in|on) |joined the team|facilitated|presented|analysed|collected|sponsored|championed|edited|taught|teaches|oversaw|oversees|heads)"
    r"| (?:leads?|led|chaired|manages|managed|facilitated|presented (?:the|our|this|a|his|her)|wrote (?!to\b)|co-wrote|designed|developed (?:the|our|this|a)|sponsored|coached|trained|taught|oversaw|approved|analysed|audited|operated|operates|scrubbed|lectured|supervis(?:es|ed)|performed (?:the|all)|collected the|founded|invented|published|edited)\b ?"
    r"|'s? (?:(?:theatre|operating|outpatient|clinic|day-case) (?:lists?|team)|lists?|firm|secretary|registrar|trainees|ward round)\b|(?: and (?:Mr|Mrs|Ms|Miss|Dr) [A-Z][\w'\-]+)? (?:share|shared) (?:a|an|the)\b"
    r"|(?: [A-Z][\w'\-]+)? et al|(?: [A-Z][\w'\-]+)? and (?:colleagues|others|co-workers)|(?: [A-Z][\w'\-]+)? \((?:19|20)\d\d"
)
_BEFORE: Final = re.compile(
    rf"(?:\b{ROLE}(?:(?<=s)(?-i: (?:[A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?(?:,? and |, | & )){{1,4}})$)"
    rf"|\b{ROLE}(?::| -| ?\|)?(?: (?:is|was|were|are|called|named|including|such as))? ?"
    r"|\b(?:dr|prof|professor|doctor|sir|dame|lord|baroness|(?-i:Sister|Nurse)|matron|councillor|cllr|judge|justice|saint|st|rev|reverend|captain|sergeant|inspector|king|queen|prince|princess|chief|pc|dc|admiral|general|colonel|pope|emperor)\b\.? (?:[a-z]\.? ?|[a-z][\w'\-]+ )?"
    r"|\b(?:led|run|written|chaired|facilitated|presented|developed|designed|coached|taught|delivered|sponsored|hosted|edited|authored|created|founded|supervised|approved|invented|proposed|funded|owned|drawn|taken|illustrated|photographed|made|composed|devised|introduced|pioneered|published|adapted|cited|described)(?: and \w+)? (?:by|from|as in) (?:[a-z][\w'\-]+(?: [a-z][\w'\-]+)? (?:and|&) )?"
    r"|\b(?:book|report|review|paper|article|study|model|theory|work|research|poem|song|talk|framework|editorial|blog|poster|video|film|novel|guide|guidance|thesis|method|ideas|teaching|approach|lecture)s? (?:by|of|from) "
    r"|\b(?:photos?|photographs?|pictures?|drawings?|cartoons?|artwork|words|designs?|music|films?|videos?|translations?|posters?) by "
    r"|\b(?:authors?|leads?|sponsors?|chair|speakers?|editors?|credit|words|contacts?|for more information|email|e-mail|presenters?|acknowledge?ments?|with thanks to|team|members|judges|prepared by|reviewed by|approved by|version by)(?:: ?| ?\()(?-i:(?:[A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?(?:,? and |, | & )){0,6})"
    r"|\baccording to (?=))$",
    re.IGNORECASE,
)
_THING: Final = (
    r"(?:[Ww]ards?|[Uu]nits?|House|Centre|Center|[Cc]linics?|Hospitals?|Suites?|Lodge|Court|Building|Rooms?|Wing|Road|Street|Lane|Avenue|Schools?|College|University|Academy|Foundation|Trust|Institute|Awards?|Prize|Medal|[Ss]cales?"
    r"|Inventory|[Ii]ndex|[Tt]ests?|Questionnaire|[Pp]rotocol|[Rr]eview|[Rr]eport|Act|[Ii]nquiry|[Ff]ramework|[Mm]odel|[Mm]ethod|[Ll]aw|[Rr]ule|[Pp]rogramme|[Pp]roject|Fund|Hospice|Surgery|Practice|[Tt]eams?|[Ss]ervices?|Lecture|Library|Park|Green|Infirmary|Dispensary|Maternity|Barracks|Memorial"
    r"|Square|Theatre|Cottage|Villas?|Hall|Gardens|Terrace|Society|Association|Network|Partnership|Collaborative|Council|Church|Mandatory|Training|Health|Healthcare|Community|Group|Day|Week|Month|[Ll]ounges?|[Tt]eaching|[Ss]uites?|[Ss]ites?|[Cc]harity"
    r"|[Cc]harter|[Pp]rinciples?|[Cc]riteria|[Ss]yndromes?|[Dd]iseases?|[Ee]ffect|[Cc]harts?|[Dd]iagrams?|[Cc]ycle|[Ll]evels?|[Cc]orrections?|[Tt]rophy|[Tt]rial|[Ss]tudy|[Cc]afe|Caf\u00e9|[Hh]ub|Tower|Mansion|Estate|Farm|Bridge|Cross|Line|Station|Studio|Theater|Museum|Place|Gallery|Store|Stores"
    # what doctors and engineers named after themselves
    r"|splints?|frames?|tubes?|catheters?|needles?|forceps|bandages?|stockings?|retractors?|pumps?|mattress(?:es)?|hoists?|stretchers?|drains?|masks?|collars?|signs?|reflex|stain|plots?|curves?|formula|equation"
    r"|classification|procedures?|man(?:o)?euvres?|techniques?|staging|fractures?|hernias?|lesions?|bod(?:y|ies)|palsy|phenomenon|lines)"
)
_PLACE_AFTER: Final = re.compile(
    rf"(?:'s?)?(?:(?:,| and| or| &) [A-Z][\w'&\-]*){{0,3}}(?: [A-Z][\w'&\-]*){{0,3}} {_THING}\b"
)
_PLACE_WORD: Final = re.compile(
    r"\b(?:Suite|Lodge|Infirmary|Memorial|Academy|Foundation|Awards?|Scales?|Road|Street|Avenue|Building|Hospice|Surgery|Practice|Cottage|Gardens|Terrace|Society|Association|Ward|Unit|House|Centre|Hospital|Trust|School|College|University|Council|Team|Service|Clinic|Network|Group)\b"
)
_THE_BEFORE: Final = re.compile(r"\b(?:[Tt]he|[Ss]t|[Ss]aint|[Ss]t\.|[Mm]ount) (?:[A-Z][\w'\-]* )?$")

# Institutions, programmes, tests and figures of speech are called after them.
_FAMOUS: Final = re.compile(
    r"(?:Anna Freud|Marie Curie|Sue Ryder|John Lewis|Jo Cox|Samuel Johnson|Ronald McDonald|Elizabeth Garrett|Florence Nightingale|Mary Seacole|Edward Jenner|Rosalind Franklin|Nye Bevan|Aneurin Bevan|Princess Diana|Winston Churchill"
    r"|Nelson Mandela|Oliver McGowan|Stephen Lawrence|Victoria Climbie|Harold Shipman|Connor Sparrowhawk|Don Berwick|Simon Stevens|Donna Ockenden|Robert Francis|Charles Darwin|Albert Einstein|Carl Rogers|Kurt Lewin|John Bowlby|Aaron Beck"
    r"|Judith Beck|Joe Bloggs|Jane Doe|John Doe|Harry Potter|Sally[- ]Ann?e|Tom,? Dick|Big Ben|Uncle Sam|Adam Smith|Thomas Cook|Ben (?:and|&) Jerry|Jack (?:and|&) Jill|Adam and Eve|Walter Shewhart|Edwards Deming|Joseph Juran|Kate Granger"
    r"|Ruth May|Louis Appleby|Carol Black|Norman Lamb|Tim Kendall|Claire Murdoch|Amanda Pritchard|Paul Farmer|David Cameron|Theresa May|Jeremy Hunt|Matt Hancock|Boris Johnson|Tony Blair|Gordon Brown|Margaret Thatcher)"
)
_NOT_HUMAN: Final = re.compile(
    r"\b(?:(?:dogs?|cats?|rabbits?|horse|pony|ponies|hens?|robots?|chatbots?|bots?|apps?|avatars?|characters?|puppets?|dolls?|bears?|storms?|hurricane|boats?|bus|minibus|van|brand|software|tools?|models?|systems?|programmes?|courses?|books?|films?|plays?"
    r"|songs?|novels?|mascots?|persona|case example|virtual|assistant|algorithm|package|platform|fish|parrot|guinea pigs?|donkeys?)\b(?: (?:called|named|known as))?,?|(?:wards?|units?|rooms?|lounges?|gardens?|flats?|bungalows?)\b (?:called|named|known as)) (?:[A-Z][\w']+(?:,| and|,? and) ){0,3}$",
)
_COLLEAGUE_AFTER: Final = re.compile(
    r"(?-i:(?:, [A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?){0,6},? (?:and|&) (?:everyone|all|others|[A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?))?,? (?:from|in|of|at|on) (?:the |our |its )?(?:[\w\-]+ ){0,2}?(?:team|pharmacy|estates|finance|department|dept|directorate|division|comms|communications|hr|i\.?t|quality improvement|qi|university"
    r"|library|admin|administration|(?:[a-z]+ )?office|reception|procurement|catering|facilities|housekeeping|portering|security|payroll|informatics|information|coding|medical records|pathology|microbiology|radiology|physio(?:therapy)?"
    r"|governance|patient safety|pals|research|education|head office|headquarters|nhs england|public health|the icb|switchboard|stores|theatres|(?:mail|post|print|server|control) room|call centre|kitchens?|transport|fleet|sterile services|laundry|linen|contracts|clinical audit|medical illustration|the lab(?:oratory)?)\b",
    re.IGNORECASE,
)
_WITH_THE_TEAM: Final = re.compile(
    r"(?:, [A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?){0,6},? (?:and|&) (?:the rest of |everyone (?:in|on) |all (?:of )?)(?:the|our) (?:\w+ ){0,2}(?:team|staff|group|department|office)\b"
)
# Work that patients have done as well: a role where it stands before the name, and nobody has retired from it.
_AT_WORK_BEFORE: Final = re.compile(
    r"(?<!retired )(?<!former )\b(?:(?:our|the|ward|ward's|unit's|trust's|head|lead|community|hospital|prison|school|class|year \d+) )(?:[a-z]+ )?(?:teachers?|gardeners?|drivers?|cooks?|chefs?|cleaners?|domestics?|caretakers?|handym[ae]n|advocates?|counsellors?|organisers?|instructors?|workers?|volunteers?|imam|priest|vicar|rabbi|hairdressers?|artists?|musicians?|barbers?|carpenters?|electricians?|plumbers?|engineers?|architects?|designers?|solicitors?|deputy|head),? $",
    re.IGNORECASE,
)
_COLLEAGUE_BEFORE: Final = re.compile(
    r"\b(?:colleagues?|volunteers?|teammates?|team member|members? of (?:staff|the team)|our team:|qi team:)(?:,|:)? $",
    re.IGNORECASE,
)


# A poem by Doreen: with no surname it may as well be a patient's.
_BY_A_PATIENT: Final = re.compile(
    r"\b(?:(?:drawn|painted|made|written|taken|composed|knitted|baked|built|sewn)(?: and \w+)?|poem|song|story|painting|drawing|artwork|picture|photo|collage|letter|words) by $",
    re.IGNORECASE,
)
_CREDIT: Final = re.compile(r"\b(?:photos?|pictures?|photographs?|illustrations?|images?)(?:: ?| ?\()$", re.IGNORECASE)
_IN_APPOSITION: Final = re.compile(rf"\b{ROLE}, $", re.IGNORECASE)


def in_a_role(text: Readable, start: int, end: int) -> bool:
    """Whether whoever is named there is named as staff, author or official."""
    ahead, after = text.text[max(0, start - 70) : start], text.text[end : end + 100]
    if (
        len(text.text[start:end].split()[-1].rstrip(".")) == 1 or " " not in text.text[start:end]
    ) and _BY_A_PATIENT.search(ahead):
        return False
    if _BEFORE.search(ahead) or (
        _IN_APPOSITION.search(ahead) and (not after or after[0] in ",.;)" or after.startswith(" and "))
    ):
        return True
    if _AT_WORK_BEFORE.search(ahead):
        return True
    if _CREDIT.search(ahead) and (not after or after[0] in ".,;)/\n") and " " in text.text[start:end]:
        return True  # Photo: Jane Smith
    last = text.text.rfind(" ", start, end)
    if _LETTERS_AFTER.match(after) or (last > 0 and _LETTERS_AFTER.match(text.text, last)):
        return True
    if (
        _DID_AS_STAFF.match(after)
        or _COLLEAGUE_AFTER.match(after)
        or _WITH_THE_TEAM.match(after)
        or _COLLEAGUE_BEFORE.search(ahead)
    ):
        return True
    return bool(
        _LINKED.match(after)
        and _AFTER.match(after)
        and not re.match(r"[^.]{0,60}\b(?:retired|former(?:ly)? an?)\b", after)
    )


def is_a_place_or_thing(text: Readable, start: int, end: int, titled: bool = False) -> bool:
    """Whether the words there are part of the name of a ward, building, award, scale and the like; Mrs House is none."""
    if titled:
        return bool(_PLACE_AFTER.match(text.text, end))
    if _FAMOUS.match(text.text, start) or _NOT_HUMAN.search(text.text[max(0, start - 60) : start]):
        return True
    if _PLACE_WORD.search(text.text[start:end]) or _PLACE_AFTER.match(text.text, end):
        return True
    return bool(_THE_BEFORE.search(text.text[max(0, start - 30) : start]))
