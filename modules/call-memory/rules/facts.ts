import type { Rule } from "./rule.ts";

/** Facts that stay true of the customer after the call. */
export const FACTS: Rule[] = [
  {
    id: "circumstance",
    kind: "fact",
    confidence: 0.8,
    match: [
      /\b(?:moved to (?!\w+day|\d|tomorrow|next|noon|the \d)|(?<!\b(?:debit|date|payment|appointment) )moving (?:to(?! the \d)|house|home|in|out)|lives|living|retir(?:ed|ing|es)|widow\w*|divorced|separated|married|pregnant|registered|executor|power of attorney|works? (?:nights?|night|shifts?|away|from|as|at|for (?!her\b|him\b|them\b|us\b|me\b)|in)\b|broke (?:her|his)|(?:grand)?(?:son|daughter) handles|self-employed|(?<!\b(?:let us have|send us|give us|tell us|let us know) (?:her|his|their|the) )new (?:(?:mobile|home|work|phone|postal|bank) )?(?:address|email|number|surname|name|employer|job|baby)|born in|shift worker|sole trader|freelance\w*|moved in with|single (?:mum|mother|dad|father|parent)|two (?:properties|houses|addresses)|solar panels|heat pump|wheelchair|walking frame|guide dog|wears|first time buyer|renting|single occupier|separating|opening a (?:second|new|third)|carer for (?:her|his|their)|allergic to|diabetic|coeliac|ccj|employs|pacemaker|caring for (?:her|his|their)|(?:gets? )?paid (?:monthly|weekly|fortnightly))\b/,
      /\b(?:has|have|got|having) (?:a|an|one|two|three|four|five|\d+) (?:\w+ )?(?:child|children|kids|dogs?|cats?|cars?|sons?|daughters?|houses?|shops?|tenants|employees|staff|baby|twins|grandchildren)\b/,
      /^(?:a|an|one|two|three|four|five|\d) (?:\w+ )?(?:children|kids|dogs?|cats?|tenants|grandchildren|child)\b/,
      /\b(?:owns?|runs(?! out)|rents|lets|drives|studies|teaches) (?:a|an|the|two|three|\d|out|his|her|at|in)\b/,
      /\b(?:account|policy|customer|contract|reference|meter) (?:number|no) (?:is|changed)/,
      /\b(?:contract|policy|lease|tariff|renewal|warranty|subscription|membership) (?:is |was )?(?:ends?|starts?|expires?|runs?|due|renews?|valid)\b/,
      /\b(?:english is not (?:her|his|their) first language|customer since|prepayment meter|uses? an? \w+ meter|(?:has|have) been (?:with us|a customer|a member)|birthday|years old|aged \d+)\b/,
      /^(?:she|he|customer|they)?(?: is| are)? ?\d{2,3}$|\b(?:she|he|customer) is \d{2}\b(?! ?(?:%|pounds|days|minutes))/,
      /\b(?:is|now|also) (?:a |an )(?:\w+ )?(?:pensioner|student|carer|nurse|teacher|doctor|driver|landlord|tenant|widower|farmer|builder|lawyer|plumber|electrician|chef|hairdresser|childminder|accountant|engineer|manager|vet)\b|^(?:student|pensioner|carer|landlord|tenant) (?:in|at|of|with)\b/,
      /\b(?:wife|husband|partner|son|daughter|mother|father|sister|brother|carer|dog) is (?:called|named|also|now|a|an|the)\b|\blate (?:husband|wife|mother|father|partner)\b/,
      /\bon (?:an? )?(?:\w+ )?(?:tariff|plan|deal|benefits|pension|maternity leave|sick leave|universal credit)\b/,
      /\b(?:account|policy|contract|bill|lease|meter) (?:is )?in (?:her|his|their|the) .*\bname\b|\bchanged (?:her|his|their) (?:name|surname|address|bank|number|email|job)\b/,
      /\b(?:has|employs|with) \d+ (?:staff|employees|people|branches|sites|cars|vans|rooms|tenants)\b|\bhad a baby\b/,
    ],
  },
];
