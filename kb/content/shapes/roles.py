"""Owns the words for what staff, authors and officials do: nurse, director, porter. Never says who holds a role."""

from typing import Final

# Part of a pattern that ignores capitals; work that patients have done as well, such as driving, is not in it.
ROLE: Final = (
    r"(?:nurses?|matrons?|(?:ward |deputy |general |project |programme |service |team |area |clinical |operational |case |care |bed |data |quality |improvement |practice |unit |home |office |line )?managers?|managing"
    r"|consultants?|psychiatrists?|psychologists?|psychotherapists?|directors?|(?:chief|executive|clinical|medical|quality|information|nursing|improvement|project|research|police|welfare|finance|operating|engagement|involvement|training|governance|data|commissioning|communications?|press|trust|borough) officers?"
    r"|leads?|leaders?|head of|heads of|deputy head|doctors?|gps?|professors?|pharmacists?|(?:occupational |physio|speech |art |music |drama |family |talking |wellbeing |play )?therapists?|physiotherapists?|dietitians?|podiatrists?"
    r"|(?:support|social|peer|peer support|care|key|link|youth|outreach|recovery|project|wellbeing|case|community|mental health|family|housing|employment|education|crisis) workers?|practitioners?|(?:qi |health |improvement |quality |performance |life )?coach(?:es)?|facilitators?"
    r"|chair(?:man|woman|person|s)?|co-?chair|authors?|co-?authors?|editors?|researchers?|research fellow|commissioners?|ministers?|co-?ordinators?|advis[eo]rs?|sponsors?|trainees?|registrars?|clinicians?|midwi(?:fe|ves)|health visitors?"
    r"|administrators?|executives?|trainers?|analysts?|fellows?|scientists?|statisticians?|economists?|coroners?|mps?|councillor|governors?|non-executive|trustees?|presidents?|vice[- ]president|founders?|co-?founders?|secretary|specialists?"
    r"|improvement advisor|educators?|tutors?|lecturers?|headteacher|head teacher|librarians?|photographers?|illustrators?|paramedics?|healthcare assistants?|assistant psychologists?|hca|sho|ct[123]|st[1-8]|rmn"
    r"|porters?|(?:ward |medical |clinic |audit |admin )?clerks?|receptionists?|(?:pharmacy |theatre |laboratory |medical |it )?technicians?|phlebotomists?|housekeepers?|radiographers?|sonographers?"
    r"|surgeons?|an(?:a)?esthetists?|physicians?|(?:paed|ger)iatricians?|intensivists?|obstetricians?|prescribers?|(?:health|foundation|locum|student|care) (?:assistants?|doctors?|nurses?|navigators?)|[a-z]{4,}ologists?|physios?"
    r"|officers?|assistants?|deput(?:y|ies)|(?:ward|charge|theatre|night|clinic|nursing|deputy|senior|junior) sisters?|sencos?|safeguarding|chaplains?|caldicott guardian|guardian|champions?|ambassadors?|representatives?|experts? by experience|interpreters?|supervisors?|minister|inspectors?|investigators?|presenters?|speakers?|members? of staff"
    r"|ceo|coo|cfo|cno|cmo|ccio|cio|pmo|of the university|of \w+ university|university of|nhs england|rcpsych)"
)
