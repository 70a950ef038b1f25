import type { Rule } from "./rule.ts";

/** Reasons why the customer rejects an offer. */
export const OBJECTIONS: Rule[] = [
  {
    id: "price",
    kind: "objection",
    confidence: 0.9,
    match: [
      /\b(?:too expensive|expensive|too (?:dear|high|costly|much|pricey|steep)|overpriced|pricey|rip-?off|can not (?:afford(?! (?:to (?:eat|live|heat|pay)|food|the rent|heating|her rent|his rent))|justify)|cheaper (?:elsewhere|at|with|from|than|deal|quote|offer)|found it cheaper|no budget|budget (?:is )?(?:spent|gone|used|tight|cut)|out of (?:her|his|their)? ?budget|price (?:put|puts)|costs? too|unfair|poor value|not worth|(?:double|twice) (?:what|the price|as much)|costs? more|high side|to dear|not happy with (?:the )?\d|elsewhere for|more than (?:she|he|they) pays?|bigger discount|larger discount|same for)\b/,
      /\b(?:found|got|has|had|been offered|getting|gets) (?:a |an )?(?:much )?better (?:price|deal|offer|rate|quote)\b/,
      /\b(?:offers? more for less|less (?:at|with|elsewhere|from|than)|(?:\d+|percent|pounds) less|undercut\w*)\b/,
      /\b(?:put off by|worried about|concerned about|objects to|balks at|baulks at|not keen on) (?:the |a |any |paying |hidden |extra |direct |having )/,
    ],
  },
  {
    id: "no-need",
    kind: "objection",
    confidence: 0.85,
    match: [
      /\b(?:not interested|no interest|already (?:has|have|with (?!her|him|them|customer|us|(?:the |our )(?:\w+ ){0,2}(?:team|department|manager|office|depot|courier|engineer|colleague)\b)|uses?)|happy (?:with (?:her|his|their|the (?:current|present|old|one)|current|present|existing|what|who)|where|as (?:she|he|they|it))|satisfied with|(?:does|do) not (?:see|fancy|want|need|trust|like|believe|think (?:she|he|they|it))(?! (?:being (?:rung|called|phoned|contacted|texted|emailed|disturbed|bothered)|(?:a |any )?(?:call|to be)|us to|me to|any(?:one|body) to|anything (?:else|further|more)|to (?:say|give|talk|speak|discuss)|(?:\w+ )?(?:voicemails?|texts?|emails?|letters?|post|messages|whatsapp)))|not convinced|bad experience|scared of|afraid of|nervous about|long time|sceptical|no time for|no (?:need for|use for|point(?! (?:calling|ringing))|benefit))\b/,
      /\b(?:needs? to think|wants to (?:wait|think|shop|compare|look|ask (?:her|his|their))|shop(?:ping)? around|compar(?:e|ing) (?:prices|quotes|offers)|think (?:about it|it over)|too long|not ready|not (?:the )?right time|bad timing|too much (?:hassle|trouble|bother|work)|not keen)\b(?!.*\blet us know\b)/,
      /\bwill not (?:sign|commit|switch|upgrade|buy)\b|\bcan not see (?:what|why|the (?:point|benefit|need))\b|\bput(?:s)? (?:her|him|them) off\b|\balready gets?\b/,
      /\b(?:renewed|signed(?: up)?|gone) (?:elsewhere|with (?:another|a different|somebody|someone))\b|\b(?:tied in(?:to)?|locked into|(?:is|are|still) locked in)\b|\bunder contract\b/,
      /\bcompetitor\b/,
    ],
  },
];
