"""Owns the words for people who may be patients, and those that only look like it. Never counts them."""

import re
from typing import Final

PEOPLE: Final = (
    r"(?:patients?|pts?|res(?= )|friends|in-?patients?|residents?|service[ \-]users?|sus?|clients?|people|persons?|individuals?|adults?|children|child|kids?|pupils?|students?|young people|young person|teenagers?|teens?|adolescents?"
    r"|men|man|women|woman|boys?|girls?|mothers?|fathers?|mums?|dads?|parents?|carers?|famil(?:y|ies)|households?|couples?|siblings?|brothers?|sisters?|sons?|daughters?|babies|baby|detainees?|prisoners?|tenants?|veterans?|travellers?|refugees?"
    r"|asylum seekers?|deaths?|stillbirths?|suicides?|attempted suicides?|suicide attempts?|lads?|lasses|ladies|lady|gents?|chaps?|blokes?|gentlem[ae]n|males?|females?|villagers?|islanders?|inhabitants?|users?|(?:of )?(?:them|whom|us)|twins|toddlers?|infants?"
    r"|widows?|widowers?|pensioners?|pregnanc(?:y|ies)|cases|case(?= (?:of|in|on|at|from)\b)|\d{1,2}-year-olds?|(?:under|over)-?\d\ds|nonagenarians?|centenarians?|wheelchair users?|learners?|boarders?|speakers?|muslims?|sikhs?|hindus?|jews?|smokers?|diabetics?|amputees?|yps?|cyp|(?:youngest|oldest|eldest)(?! (?:of|in)\b)|ones?(?= (?:who|with|in|on|at|there)\b)|under-\d\ds)"
)
# After such a word it is about something else: patient safety, user groups, a carer's leaflet.
NOT_A_HEAD: Final = (
    r"(?!['\-](?!s\b)|'s\b| (?:representatives?|reps?|leads?|leaders?|safety|advocates?|experience|groups?|story|stories|surveys?|feedback|records?|journey|panel|governors?|council|rooms?|beds?|areas?|information|forum|network|days?"
    r"|meetings?|champions?|consultants?|volunteers?|ambassadors?|leaflets?|flow|notes|files|workers?|educators?|researchers?|partners?|interviews|posters|centres?|hubs?|therapists?|friendly|led|support|nurses?|nurse|doctors?|social|peer"
    r"|teams?|services?|projects?|placements?|studies|series|managers?|staff|coordinators?|wards?|units?|homes?|schools?|practices?|bathrooms?|bays?|corridors?|dormitor(?:y|ies)|toilets?|showers?|lounges?|gardens?)\b)"
)
# Between a count and its people none of these stands: two nurses and a patient, three weeks of people.
NO_QUALITY: Final = (
    r"(?!(?:nurses?|doctors?|staff|managers?|consultants?|beds?|wards?|teams?|bedrooms?|of|for|and|to|with|per|in|on|from|at|groups?|months?|weeks?|years?|days?|hours?|trusts?|services?|units?|times?|cycles?|schools?"
    r"|homes?|practices?|projects?|steps?|ways|sessions?|visits|more|other than|things|types|kinds|reasons|hundred|thousand|million|percent|per cent|points|by|the|a|an|that|which|were|was|is|are|had|have|has|or|who|did|as|than"
    r"|hospitals?|sites?|peer|student|psychologists?|matrons?|workers?|members?|questions?|changes?|ideas?|rooms?|bathrooms?|lounges?|meals?|phases?|waves?|villages?|towns?|counties|boroughs?)\b)"
)
# Nor is it another plural: two minibuses took patients. Serious, homeless and women's are none.
NO_PLURAL: Final = r"(?!(?!trans|overseas|diabetes)\w*(?:[^uis']s|[^o]us)\b)"
SINGULAR: Final = frozenset(
    """
    patient pt inpatient resident client person individual adult child kid pupil student teenager man woman boy girl
    mother father mum dad parent carer family household sibling brother sister son daughter baby user death suicide
    lady gent
    """.split()
) | {"service user", "young person"}
# With such a word in the sentence its figures are of people.
OF_PEOPLE: Final = re.compile(
    rf"\b(?:{PEOPLE}|restrained|secluded|detained|hiv|self-harm\w*|suicid\w*|ethnicity|diagnos\w+|pregnan\w+|white british|pakistani|bangladeshi|roma|gypsy|black (?:african|caribbean|british)|trans(?:gender)?|non-binary|hepatitis|positive"
    r"|epilepsy|down's syndrome|asian|somali\w*|muslim|jewish|died|male|female|s[23]|sectioned|under section|cto|lithium|clozapine|depot|smi|dementia|autis\w*|psychosis|schizophrenia|bipolar|anorexia|learning disabilit\w*|blind|deaf|mrsa|tb|covid\S*|c\.? diff\w*|dols)\b"
)
