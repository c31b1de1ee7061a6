"""Owns the words that have a plainer one, and the words about people that have a kinder one. Never looks at a text.

A list of our own, kept short: what staff of mental health services really write. It is for hints; nobody has to follow.
"""

from typing import Final

# Each line: words, then what to write instead, form by form. One suggestion may stand for all forms.
_PLAINER: Final = """
accordingly > so
additional > more
additionally > also
a large number of, a significant number of, a multitude of > many
alleviate, alleviates, alleviated, alleviating > ease, eases, eased, easing
ameliorate, ameliorates, ameliorated > improve, improves, improved
a range of > several
ascertain, ascertains, ascertained > find out, finds out, found out
as a consequence of, as a result of the fact that > because of
as and when > when
assist, assists, assisted > help, helps, helped
at the present time, at this point in time, at this moment in time > now
at which time > when
attain, attains, attained > reach, reaches, reached
cascade, cascaded, cascading > pass on, passed on, passing on
cease, ceases, ceased > stop, stops, stopped
cognisant of > aware of
collaborative working, partnership working > working together
commence, commences, commenced, commencing, commencement > begin, begins, began, beginning, start
comprehensive overview > overview
conduct an evaluation of > evaluate
consequently > so
deep dive, deep dives > close look, close looks
deliverables > results
demonstrate, demonstrates, demonstrated > show, shows, showed
despite the fact that > although
disseminate, disseminates, disseminated, disseminating, dissemination > share, shares, shared, sharing, sharing
due to the fact that > because
during the course of > during
effectuate, effectuated > bring about, brought about
embed, embeds, embedded, embedding > make usual, makes usual, made usual, making usual
endeavour, endeavours, endeavoured > try, tries, tried
enhance, enhances, enhanced, enhancing > improve, improves, improved, improving
expedite, expedites, expedited > speed up, speeds up, sped up
facilitate, facilitates, facilitated, facilitating > help, helps, helped, helping
for the duration of > during
for the purpose of, for the purposes of > for
forthwith > at once
going forward, moving forward > from now on
have a conversation around > talk about
holistic approach > looking at the whole person
horizon scanning > looking ahead
impact on, impacts on, impacted on, impacting on > affect, affects, affected, affecting
implement, implements, implemented, implementing > put in place, puts in place, put in place, putting in place
in accordance with > by
in close proximity to > near
in conjunction with > with
in excess of > more than
in light of the fact that > because
in order to > to
in receipt of > getting
in regard to, in relation to, with regard to, with regards to, with respect to, with reference to > about
in terms of > for
in the absence of > without
in the event that, in the event of > if
in the majority of cases > mostly
in the vicinity of > near
in view of the fact that > because
inaugurate, inaugurated > start, started
incentivise, incentivises, incentivised > encourage, encourages, encouraged
initiate, initiates, initiated, initiating > start, starts, started, starting
irrespective of > whatever
is able to, are able to, was able to, were able to > can, can, could, could
it was found that, it was noted that, it was felt that > we found that
key stakeholders, relevant stakeholders, stakeholders > the people it concerns
leverage, leverages, leveraged, leveraging > use, uses, used, using
liaise, liaises, liaised, liaising > work, works, worked, working
low-hanging fruit > easy gains
methodology, methodologies > method, methods
mitigate, mitigates, mitigated, mitigating > reduce, reduces, reduced, reducing
modality, modalities > way, ways
multifaceted > with many sides
multiplicity of > many
myriad of > many
necessitate, necessitates, necessitated > need, needs, needed
notwithstanding > despite
numerous > many
on a daily basis, on a weekly basis, on a monthly basis, on an annual basis > daily, weekly, monthly, yearly
on a regular basis > regularly
operationalise, operationalises, operationalised > put to use, puts to use, put to use
optimise, optimises, optimised, optimising, optimisation > improve, improves, improved, improving, improvement
optimum > best
outcome focused, outcomes-focused > that looks at results
paradigm shift, step change > big change
pathway optimisation > a better pathway
per annum > a year
place-based > local
predominantly > mostly
prior to > before
proactively > before it was needed
quick win, quick wins > early gain, early gains
reach out to, reached out to > contact, contacted
realise the benefits of > gain from
reconfigure, reconfigured, reconfiguration > change, changed, change
regarding > about
remunerate, remunerated, remuneration > pay, paid, pay
robust > thorough
roll out, rolled out, rolling out > bring in, brought in, bringing in
scoping exercise > first look
seamless > joined up
service redesign > changing the service
service user journey, patient journey > what happens to a person
service user pathway optimisation > making the pathway better for people
signpost to, signposted to, signposting to > direct to, directed to, directing to
socialise the idea > tell people about it
streamline, streamlines, streamlined, streamlining > simplify, simplifies, simplified, simplifying
subsequent to > after
subsequently > later
sub-optimal, suboptimal > poor
sufficient > enough
synergy, synergies > working together
take into consideration, took into consideration, taking into consideration > consider, considered, considering
terminate, terminates, terminated > end, ends, ended
thematic analysis was undertaken > we looked for themes
the majority of > most
touch base > talk
transformational > that changed much
transformation programme > programme of change
undertake, undertakes, undertook, undertaking > do, does, did, doing
upskill, upskills, upskilled, upskilling > train, trains, trained, training
until such time as > until
utilise, utilises, utilised, utilising, utilisation > use, uses, used, using, use
utilize, utilizes, utilized, utilizing, utilization > use, uses, used, using, use
was carried out, were carried out, was undertaken, were undertaken, was conducted, were conducted > we did
was introduced, were introduced > we introduced
whilst > while
whole system approach, whole-system approach > working across services
with immediate effect > at once
with the exception of > except
workstream, workstreams > piece of work, pieces of work
"""

# About people. Sources: the NHS digital service manual, "Inclusive content: disabilities and conditions" (suffering from,
# afflicted by, victim of, confined to a wheelchair, handicapped, diabetic, mentally ill); the Samaritans' media guidelines
# (suicide); Time to Change and Mind, "Mind your language" (schizophrenics, the mentally ill); the National Autistic
# Society, "How to talk about autism" (autistic people, functioning); the Government's "Writing about ethnicity" (BAME);
# NHS England, "Language matters" on diabetes (non-compliant, refuse). Each line: words > instead > why.
_ABOUT_PEOPLE: Final = """
commit suicide, commits suicide, committed suicide, committing suicide > die by suicide, dies by suicide, died by suicide, dying by suicide > Suicide has not been a crime since 1961.
successful suicide, completed suicide > death by suicide > A death is no success.
failed suicide, failed suicide attempt, unsuccessful suicide attempt, unsuccessful suicide > suicide attempt > To live is no failure.
suicide victim, suicide victims > person who died by suicide, people who died by suicide > It says what happened.
suffer from, suffers from, suffered from, suffering from > have, has, had, with > People have a condition; whether they suffer is for them to say.
sufferer, sufferers > person with it, people with it > People have a condition; whether they suffer is for them to say.
afflicted by, afflicted with, stricken with, victim of, victims of > with > It makes a person sound helpless.
the mentally ill, mentally ill patients, mentally ill people, mentally ill > people with mental health problems > A condition is something a person has, not what they are.
mental patient, mental patients > person with a mental health problem, people with mental health problems > A condition is something a person has, not what they are.
schizophrenic, schizophrenics > person with schizophrenia, people with schizophrenia > A condition is something a person has, not what they are.
anorexic, anorexics > person with anorexia, people with anorexia > A condition is something a person has, not what they are.
psychotics, psychopaths > people with psychosis, people > A condition is something a person has, not what they are.
epileptics, diabetic patients, diabetics > people with epilepsy, people with diabetes, people with diabetes > A condition is something a person has, not what they are.
personality disordered, PD patients > with a diagnosis of personality disorder > Many people dispute the words; say that it is a diagnosis.
self-harmer, self-harmers > person who self-harms, people who self-harm > It is something a person does, not what they are.
addict, addicts, drug addict, drug addicts > person with a drug problem, people with a drug problem, person with a drug problem, people with a drug problem > A condition is something a person has, not what they are.
alcoholics > people with an alcohol problem > A condition is something a person has, not what they are.
drug abuse, substance abuse, substance misuse, alcohol abuse > drug use, substance use, substance use, harmful drinking > "Abuse" and "misuse" blame.
drug abusers, drug abuser, substance misusers, substance misuser > people who use drugs, person who uses drugs, people who use drugs, person who uses drugs > It blames the person.
the elderly, elderly patients, elderly people, elderly > older people > It is what older people ask for.
geriatric patients, geriatrics > older people > It is what older people ask for.
the disabled, handicapped, cripple, crippled > disabled people > It is what disabled people ask for.
wheelchair-bound, wheelchair bound, confined to a wheelchair > wheelchair user > A wheelchair frees rather than binds.
mentally handicapped, mentally retarded, retarded, mental handicap > people with a learning disability > It is what people with a learning disability ask for.
mental age of > needs support with > It compares an adult with a child: say what support is needed.
autism sufferer, autism sufferers, person with autism, people with autism, patients with autism, children with autism > autistic person, autistic people, autistic person, autistic people, autistic people, autistic children > Most autistic people prefer it. Where you know the person, use their own words.
high-functioning, high functioning, low-functioning, low functioning > say what support the person needs > It hides what a person needs help with.
challenging behaviour, challenging behaviours > behaviour that challenges, behaviours that challenge > Better still, say what happened and what the person may have needed. Keep it where it is the name of a service.
attention-seeking, attention seeking, manipulative > say what the person did > It judges why: say what was seen.
non-compliant, noncompliant, non-compliance, poor compliance > did not take it, did not take it, not taking it, not taking it > It blames the person: say what happened, and why if you know.
failed to attend, fail to attend, failing to attend > did not attend, do not attend, not attending > Whose failure it was is not known.
failed to engage, failure to engage, refused to engage, poor engagement > did not take part, not taking part, did not take part, little part taken > The service may have made it hard: say what happened.
hard to reach, hard-to-reach > people we have not reached > It is the service that has not reached them.
frequent flyer, frequent flyers, frequent attender, frequent attenders > person who comes often, people who come often, person who comes often, people who come often > It blames people for needing help.
bed blocker, bed blockers, bed blocking > person waiting to leave hospital, people waiting to leave hospital, waiting to leave hospital > It blames people for waiting.
absconded, absconding, absconder, absconders > left without leave, leaving without leave, person who left without leave, people who left without leave > It is a word for prisoners.
sectioned > detained under the Mental Health Act > Say what happened by its name.
released from hospital > discharged from hospital > It is a word for prisoners.
the homeless > people who are homeless > It is something that happens to people, not what they are.
BAME, BME > name the groups > Say which groups you mean; "ethnic minority" only where all are meant.
non-white > name the groups > It describes people by what they are not.
learning difficulties > learning disability, if that is meant > A learning difficulty, such as dyslexia, is something else.
chairman, manpower, man hours, manned > chair, staff, hours of work, staffed > It leaves out half of the people.
"""


def plainer() -> dict[str, str]:
    """Each word in lower case with the plainer one."""
    return {word: instead for word, instead, _ in _entries(_PLAINER)}


def about_people() -> dict[str, tuple[str, str]]:
    """Each word in lower case with what to write instead, and why."""
    return {word: (instead, why) for word, instead, why in _entries(_ABOUT_PEOPLE)}


def _entries(lines: str) -> list[tuple[str, str, str]]:
    found = []
    for line in lines.strip().splitlines():
        words, instead, *why = (part.strip() for part in line.split(" > "))
        listed, given = words.split(", "), instead.split(", ")
        # As many as the forms: one for each. Else all of it is said for each form.
        pairs = zip(listed, given if len(given) == len(listed) else [instead] * len(listed), strict=True)
        found += [(word.lower(), better, why[0] if why else "") for word, better in pairs]
    return found
