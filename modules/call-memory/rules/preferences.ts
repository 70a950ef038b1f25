import type { Rule } from "./rule.ts";
import { LANGUAGES } from "./words.ts";

/** The customer's wishes about contact and treatment. */
export const PREFERENCES: Rule[] = [
  {
    id: "manner",
    kind: "preference",
    confidence: 0.9,
    match: [
      /\b(?:prefers?|preferred|would rather|would sooner|rather than|best (?:time|reached|to (?:call|reach|ring|catch|get))|are best|is best)\b/,
      /\b(?:wants|likes) to be (?:called|addressed|known)(?! (?:back|again|on|at|in|by))\b/,
      new RegExp(
        `\\b(?:speaks? )?(?:${LANGUAGES})(?: only| speaker|-speaking)\\b|\\bspeaks? (?:only |little |no )?(?:${LANGUAGES})\\b`,
      ),
      /\b(?:hard of hearing|hearing aid|speak (?:slowly|up|clearly|louder)|deaf|interpreter|translator|sign language|large print|braille|(?:everything|all|only|it|things|prefers?|wants?|likes?|asks?|please) (?:\w+ ){0,3}in writing|hard copy|paper (?:bills?|statements?|cop(?:y|ies)|letters?))\b/,
      /\b(?:wants|asks for) (?:a )?(?:post|letters?|emails?|texts?)\b(?:, not|$)/,
      /\b(?:addressed as|known as|goes by|pronounced)\b/,
      /\b(?:does|do) not (?:like|want|use|answer|check|do|read|listen to) (?:\w+ )?(?:voicemails?|texts?|emails?|letters?|post|phone calls?|calls from|unknown numbers|withheld numbers|whatsapp|video|messages)\b/,
      /\b(?:does|do) not (?:like|want) being (?:rung|called|phoned|contacted|texted|emailed|disturbed|bothered)\b|\brather have\b|\bby (?:email|post|text|phone|letter) (?:only|please|instead|from now on)\b|\b(?:suits?|works? for) (?:her|him|them) (?:best|better)\b/,
      /\b(?:call|ring|phone|text|contact|email) (?:\w+ ){0,5}only\b/,
      /\b(?:please )?(?:use|try) (?:only )?(?:her|his|their|the) (?:mobile|landline|work|home|email|e-?mail|number|office)\b/,
      /\bcontact (?:her |him |them |customer )?(?:via \w+|(?:by|through) (?:email|phone|post|text|letter|whatsapp|mobile))/,
      /\b(?:happy|happier|fine|ok|comfortable) (?:to be|with|by) (?:texts?|texted|emails?|emailed|called|rung|whatsapp|letters?|post)\b/,
      /\b(?:hates|dislikes|likes|loves|can not stand) (?:being |to be |to deal |dealing |everything |things |it )/,
    ],
  },
  {
    id: "when",
    kind: "preference",
    confidence: 0.85,
    match: [
      /\b(?:only (?:call(?! us)|ring(?! us)|phone|after|before|in|on)|(?:mobiles?|landlines?|emails?|texts?|post|letters?|whatsapp|mornings?|afternoons?|evenings?|weekends?|weekdays) (?:only|best|better|easiest|preferred)|(?:mobile|landline|emails?|texts?|letters?|mornings|afternoons|evenings|weekends) please)\b/,
      /\b(?:mobile|landline|email|text|post|phone|whatsapp|letter|mornings?|afternoons?|evenings?|weekends?|weekdays?|(?:mon|tues|wednes|thurs|fri|satur|sun)days|lunchtimes?) (?:is|are|suits?|works?) (?:the )?(?:best|easiest|better|easier|fine|good|ok|her|him|them)\b/,
      /\bask for \w+ when\b|^avoid \w+ing\b|\buse (?:emails?|texts?|whatsapp)\b|\bwould like (?:letters?|emails?|texts?)\b/,
      /\bbest (?:number|contact|day|address)\b|\b(?:mornings?|afternoons?|evenings?|weekends?|mondays?|fridays?) (?:are |is )?(?:no good|bad|difficult|awkward|out)\b/,
      /\b(?:text|email|message|ring|call) (?:her |him |them |me )?(?:first(?! thing)|before (?:calling|ringing|visiting|coming))\b|\b(?:only |just )?(?:reachable|contactable) (?:after|before|on|in|by|at)\b|\bonly (?:available|free|in) (?:after|before|on|in|at)\b/,
      /\b(?:easier|easiest|better) (?:to (?:reach|get|call|catch|ring|phone|contact)|by (?:email|phone|text|post|mobile|letter)|on|in the|after|before)\b/,
      /\b(?:do not|never|not) (?:call|ring|phone|contact)(?: (?:her|him|them|me))? (?:before|after|at|on|during)\b/,
      /^(?:please )?(?:do not|never) (?:leave|ring|call|text|email|phone|contact|knock|write|send|use)\b/,
      /\b(?:not|never) (?:before|after|earlier than|later than) (?:\d(?!\d{3})|noon|one|two|three|four|five|six|seven|eight|nine|ten)/,
      /\bno (?:morning|afternoon|evening|weekend) calls?\b|\bno (?:work )?calls? (?:at|after|before|on|during|in)\b|\bnot (?:at|on|during) (?:weekends?|work|mornings?|lunch)/,
      /\b(?:emails?|letters?|texts?|phone|post|whatsapp) only\b|\bopted out\b|\b(?:asks?|asked) not to be (?:rung|called|phoned|contacted|disturbed)\b|\bannoyed when\b|\bhates (?:the|being|it)\b/,
      /\b(?:text|ring|call|email|phone) (?:her |him |them |customer )?(?:first )?before (?:turning|coming|visiting|calling|delivering)\b|\b(?:stop|no more) (?:all )?(?:letters|calls|emails|texts|post)\b|\bcontact \w+ first\b|\b(?:ring|call|phone) \w+ only (?:in|by|after|before|on)\b/,
      /\balways (?:call|ring|use|email|text|try)\b/,
      /\bbest after\b|\btext rather\b/,
    ],
  },
];
