import type { Rule } from "./rule.ts";

/** Signs that the customer may leave, complain or come to harm. */
export const RISKS: Rule[] = [
  {
    id: "suffering",
    kind: "risk",
    confidence: 0.85,
    match: [
      /\b(?:suicid\w+|end it all|no money|self-harm|vulnerable|bailiffs (?!case)|in (?:\w+ ){0,3}pain|had it up to here|double dose|overdose|evict\w+|homeless|domestic abuse|can not (?:pay|cope)|behind with|lost (?:his|her|their) job|bankrupt\w*|without (?:heating|power|water|electricity|medication|food))\b/,
      /\b(?:struggling (?:to|with)|in arrears|in debt|debts|food bank|heating (?:and|or) eating|bereave\w*|passed away|frail|dementia|very confused|confused and|oxygen|dialysis|terminal\w*|seriously ill|not eaten|in tears|tearful|crying|cried|sobbing|distress\w*|made redundant|low mood|depress(?:ed|ion)|suicid\w*|can not (?:go on|pay anything)|has nobody|newborn|no (?:hot water|heating|food|electricity|gas|water)|making (?:\w+ ){1,3}(?:ill|sick)|bankruptcy|payday loans?|see a way out|frightened|terrified|(?:two|three|several|a) (?:bad )?falls?\b)\b/,
    ],
  },
  {
    id: "leaving",
    kind: "risk",
    confidence: 0.9,
    match: [
      /\b(?:(?<!we |i )will|wants to|would like to|(?<!we are )going to|threatens? to|threatened to|considering|thinking (?:of|about)|thinks of|talks? of|talking (?:of|about)|looking (?:at|into)) (?:\w+ )?(?:cancel\w*|leav(?:e|ing)(?! (?:it|this|that|the|a|work|home|at|on|her|his|for)\b)|leav(?:e|ing) (?:for (?:another|a)|the company)|clos(?:e|ing)(?! (?:automatically|on|at|in|by))|switch\w*(?! (?:it|them|the \w+|this|that)? ?(?:on|off)\b)|terminat\w+|end(?:ing)? (?:the|her|his)|moving to|going (?:to (?:another|a different|the)|elsewhere))\b/,
      /\b(?:verge of (?:leaving|cancelling)|done with (?:us|this company))\b|\b(?:husband|wife|partner|mother|father|son|daughter) (?:has )?(?:just |recently )?(?:died|passed)\b/,
      /\b(?:close|closing) (?:the|her|his|their|all|all her|all his) accounts?\b|\blast (?:month|year|week|order) with us\b|\bwill (?:not|never) (?:be renewing|renew|deal with us|use us|come back)\b(?=.*\bus\b)|\b(?:matter|business|custom|it) elsewhere\b|\btempted\b|\bapproached by another\b|\bwish(?:es)? to (?:end|leave|close|cancel)\b/,
      /\bwants (?:out\b|to get out)|\bget out of (?:the|her|his|their)\b|\bhow (?:to|she can|he can|they can) (?:cancel|leave|close|terminate|complain)\b|\b(?:cancellation (?:fee|terms|form|charge)|exit fee|notice period)s?\b/,
    ],
  },
  {
    id: "complaint",
    kind: "risk",
    confidence: 0.9,
    match: [
      /\b(?:(?<!\b(?:neighbour|neighbours|wife|husband|nobody) )complain\w*(?! (?:team|department|form|procedure|handler|closed|resolved|upheld|withdrawn|dealt)s?\b)|ombudsman(?!'s)|(?:solicitor|lawyer) is involved|(?:speaking|spoken|talking|talked|going|gone) to (?:her|his|their|a|the) (?:solicitor|lawyer)|legal (?:action|steps|advice|proceedings)|sue|(?:take|taking|see) us (?:to|in) court|go(?:ing|es)? to (?:court|(?:a |the |her |his )?lawyer|the press)|court (?:action|proceedings)|breach of contract|chargeback|social media|trading standards|regulator|ofgem|ofcom|newspapers?|press|media|to the papers|bad reviews?|report us|threat\w*)\b/,
      /\bend of (?:her|his|their) tether\b|\bfeels? (?:cheated|let down|ignored|conned|ripped off|robbed)\b|\b(?:warning|telling) (?:friends|people|everyone)\b|\bnever (?:again|deal with us)\b/,
      /\b(?:furious|angry|very cross|final bill|(?:tell|warn) (?:everybody|everyone)|livid|upset|outraged|disgusted|unhappy|extremely disappointed|very disappointed|fed up|sick of|had enough|losing patience|last straw|lost (?:all |any )?(?:trust|faith|patience|confidence)|no (?:trust|faith|confidence) in|shout\w*|swore|swear\w*|abusive|aggressive|yell\w*|(?<!\b(?:kids|baby|children|child) )scream\w*|money back)\b/,
      /\bthird time\b/,
    ],
  },
];
