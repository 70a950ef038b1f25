/**
 * The people in a note. Every trade has its own words for the person who is served and for those who serve: they become "customer"
 * and "colleague" before any rule reads them, so that one place decides which side owes the act. A person who belongs to the
 * customer, or to neither side, stays as written: the acts of that person are promises of neither side. So do roles that a
 * customer's business has as well, such as a director: a promise under the wrong name is worse than none.
 */

const SERVED =
  "pts?|patients?|ph|policy ?holders?|tenants?|leaseholders?|callers?|guests?|pax|passengers?|travellers?|users?|owners?|residents?|applicants?|candidates?|claimants?|buyers?|sellers?|borrowers?|debtors?|donors?|supporters?|subscribers?|consignees?|members?(?! of)|prospects?|parents?|learners?|delegates?|employees?|(?<=\\bthe )(?:gentleman|lady|man|woman|couple|family)|home ?owners?|householders?|insured|ins(?= (?:to|will|has|is|says?|said|called|rang|promised|agreed)\\b)|account ?holders?|card ?holders?|end users?|customers";

const SERVING =
  "(?:project|site|works|store|general|regional|area) (?:manager|lead|leader)s?|(?:night|day|late|early|evening|weekend) (?:shift|team)|(?:team|ward|branch|duty|shift|account|case|claims|service|depot) (?:lead|leader|manager|handler|supervisor)|managers?|supervisors?|(?:mortgage |financial |tax |debt |housing |benefits )?advis[eo]rs?|(?:loss )?adjusters?|assessors?|valuers?|surveyors?|engineers?|technicians?|techs?|fitters?|installers?|plumbers?|electricians?|roofers?|joiners?|carpenters?|decorators?|locksmiths?|crew|gang|contractors?|drivers?|nurses?|midwi(?:fe|ves)|physios?|pharmacists?|vets?|consultants?|specialists?|housing officers?|ho|case ?workers?|handlers?|fee earners?|inspectors?|(?:second|2nd|first|third) line|(?:fraud|claims|billing|retention|retentions|network|rent|sales|support|finance|accounts|service|technical|legal|returns|complaints|collections|admissions|customer care|hardship) (?:team|dept|department|desk)|team|(?:events?|finance|relationship|trace|legacy|installs?|installations?|bereavement|path|payroll|onboarding|kyc|compliance|credit|lending|mortgage|parts|workshop|warranty|delivery|payments?|treasury|security|quality|community|membership|tenancy|repairs|maintenance|property|transfers?|disputes?|chargebacks?|fraud|pensions?|policy|renewals?|lettings|inventory|volunteer|scheduling|planning|facilities|back office|customer services?|supporter care) (?:team|ops|operations|dept|department|desk|lab|clerk|officer|co-?ordinator|staff)|supporter care|customer (?:care|services?)|(?:reception|admin|disputes|hr|payroll|ops|head office|back office)(?= (?:will|to|is|are)\\b)|(?:inventory|accounts) clerk|(?:volunteer )?co-?ordinator(?= (?:will|to|is|meets|sees|rings|calls|visits)\\b)|(?:duty|on-?call|locum) (?:doctor|dr|gp)|boiler man|painters|(?:gas|heating|boiler|lift|field|on-call|electrical|broadband|senior) (?:engineer|technician|fitter|manager|nurse)s?|underwriters?|underwriting|uw|dispatch|logistics|it dept|gp(?= (?:will|to|is|calling|ringing)\\b)|(?:dr|doctor)(?: [a-z]+)?(?= (?:(?:will|to|is) (?:call|ring|phone|see|write|do|review|speak|look)|(?:calling|ringing|phoning|writing|seeing)) ?(?:(?:back )?(?:her|him|them|pt|patient|with|re|about|to|it|one|at)\\b|$))";

/** Words that mark a person as one of the customer's people, or as of neither side. */
const NOT_OURS =
  "her|his|their|customer's|own|district|community|school|court|private|another|previous|former|other|insurance|recruitment|bank";

const SERVED_WORD = new RegExp(
  `\\b(?<!\\b(?:${NOT_OURS}|an?|joint|pet|dog|home|car|new|shop|sitting) )(?:${SERVED})\\b(?!['-])`,
  "g",
);
const SERVING_WORD = new RegExp(
  `\\b(?<!\\b(?:${NOT_OURS}|(?:is|as|was|now) an?) (?:[a-z]+ )?)(?:${SERVING})\\b(?!['-])`,
  "g",
);

/** The clause with "customer" for every word for a customer, and "colleague" for every word for staff. */
export function castOf(clause: string): string {
  return clause
    .replace(/\b(her|his|their|customer's|another) colleagues?\b/g, "$1 boss")
    .replace(SERVING_WORD, "colleague")
    .replace(SERVED_WORD, "customer")
    .replace(/\bthe customer\b/g, "customer");
}
