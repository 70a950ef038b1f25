import type { Match } from "./match.ts";
import { DOING, OURS_OR_THEIRS, OUTSIDER } from "./words.ts";

/**
 * The reasons why a clause is no promise, each with the name that a test shows. Patterns in the language of
 * compromise match tags; expressions match the full English of the clause.
 */
export const NO_PROMISE: Record<string, Match[]> = {
  negated: [
    // "No agreement on a call", "sending it before Wednesday is out of the question".
    /\bno (?:more |further |real )?(?:agreement|chance|way|reason|cause|opportunity|possibility|decision|plans?|need|question|intention|prospect)\b|\b(?:out of the question|not an option|ruled out|impossible|no go)\b/,
    // Not "find out why it never came".
    /(?<!\bwhy (?:[a-z']+ ){0,6})\b(?:not(?! (?:the |on |her |his )?(?:landline|mobile|work|home|office|email|text|before|until|convenient|\d))|never|nothing|without (?:(?:a|any|further) )?(?:[a-z]+ing|call|call back|reply|answer|date|promise|commitment)|no need|no (?:promise|commitment|arrangement|firm date)|(?:no|little) (?:use|point|sense)|no longer|no (?!(?:answer|reply|response|joy|luck|voicemail|one|access|contact|show|signal) )(?:\w+ ){0,2}(?:calls?|call backs?|letters?|visits?|appointments?|attempts?)|no further|refuse[sd]?|declined?|unable|nobody|no one|none|neither|nor|under no circumstances|by no means|on no account|in no way)\b/,
    /\bno (?:\w+ ){1,3}(?:will|can|would|is to|are to) be\b/,
    /\b(?:stop(?:ped)?|avoid|instead of) (?:calling|ringing|phoning|texting|emailing|sending)\b/,
    /\b(?:forgot|failed|neglected|omitted|reluctant|too busy) to\b/,
    /\b(?:agreed|asked for|requested|wants?) (?:on )?no (?:further |more )?(?:contact|calls?|visits?)\b/,
  ],
  conditional: [
    /\bonly (?:against|upon)\b/,
    /\b(?:dependent|conditional|contingent) (?:up)?on\b|^should (?:her|his|their|our|my|an?|it|any\w*|this|that|nothing|payment|customer)\b/,
    // "I will let him know when we get stock": the day on which it happens is nobody's.
    /\bknow (?:if|when|once) (?:i|we|it|they) (?:gets?|have|has|receives?|hears?|can|comes?|arrives?|(?:am|are|is) (?:able|back|in)|knows?)\b/,
    /\b(?:(?<!\b(?:see|seeing|check|checking|find out|finding out|know|confirm|ask|asks|asked|asking|sure) )(?:(?<!\bknow (?:\w+ ){0,2})if(?! not (?:sooner|earlier|before)\b)|(?<!(?:know|that is|that's|day|tomorrow|today|tonight|evening|morning|afternoon|\d|\d ?[ap]m|day is) )when)|unless|provided|providing|depend(?:s|ing)?|in (?:the )?case(?! of| handler)|as long as|assuming|(?<!\b(?:at|this|just|only) )once(?! more)|as soon as(?! possible)|subject to|(?:up)?on (?:receipt|return|completion) of|otherwise|whenever|pending(?! call)|(?:weather|time) permitting|all being well|in the event|or else|until she|until he|until they|the (?:minute|moment|second) (?:the|that|she|he|they|it|we|i))\b/,
    /(?:^|\b(?:we|i|colleague) .*|^will .*)\bafter (?:she|he|they|customer|it|(?:the|her|his|their) \w+) (?:has|have) (?:been )?(?!finished|landed|arrived|moved)(?:[a-z]+ed|paid|sent)\b|(?:^|\b(?:we|i|colleague) .*|^will .*)\bafter (?:she|he|they|customer) (?:pays|signs|sends|returns|confirms|decides)\b/,
    /^should (?:she|he|they|we|i|the)\b|\bshould (?:any\w*|there|you|things|the (?:need|situation))\b/,
  ],
  possible: [
    /\b(?:she|he|they|customer) (?:will|is going to|to) (?:see (?:if|whether|what) (?:she|he|they) can|do (?:what|all|everything) (?:she|he|they) can|(?:do|try) (?:her|his|their) best)\b/,
    /\blikely\b|\b(?:an?|some|every|any) (?:\w+ )?(?:chance|possibility|likelihood)\b|\bposs$(?<!\b(?:if|as|where|when|wherever|soon as) poss)/,
    /\b(?:might|(?<!\d )(?<!\d(?:st|nd|rd|th) (?:of )?)may(?! \d)|could(?<!\bwhat (?:we|i) could)|would(?! (?:like|love|appreciate|welcome|prefer|rather|sooner|be (?:grateful|glad|pleased)))(?<!\b(?:said|say|told|assured|promised|agreed|confirmed|advised|informed|guaranteed|undertook|know|knows|left it|word|assurance)\b.*would)|(?:has|have|must|needs?|ought)(?: to)? be (?:paid|settled|signed|cleared|filled)|(?<=\b(?:she|he|they|customer) (?:will|is going to|is|are|would|to) )try(?:ing)? to|maybe|perhaps|possibly|probably|hopes?|hoping|hopefully|wish(?:es)?|thinking of|considering|tentative(?:ly)?|provisional(?:ly)?|tbc|to be confirmed|fingers crossed|with (?:any )?luck|not sure|unsure|ideally|suppose[sd]?|doubts?|doubtful|unlikely|apparently|supposedly)\b/,
  ],
  cancelled: [
    /^(?:is )?(?:not|no longer) (?:needed|wanted|required) (?:any ?more|now)\b/,
    // "Reminder for Friday deleted".
    /\b(?:deleted|removed|wiped|binned|scrapped)$/,
    // "Take out the call back for Tuesday", "delete call back Friday".
    /^(?:please )?(?:take (?:out|off)|remove|delete|strike|clear|wipe|bin|scrap|kill|pull|cross out|close) (?:(?:the|her|his|this|that|my|our|(?:\w+day|tomorrow|today)(?:'s)?) )*(?:call|call back|appointment|visit|slot|booking|meeting|reminder|task)\b/,
    /^(?:the |our |her |his )?(?:appointment|call|call back|visit|meeting|slot|viewing|survey|fitting)\b.* (?:is|are) (?:now )?off\b/,
    /\b(?:cancel(?:led|ed|s)?|withdr[ae]wn?|withdraws|call(?:ed)? off|ignore|disregard|scrap(?:ped)?|already|in error|by mistake|now removed)\b/,
  ],
  past: [
    // "He had planned to pay Tuesday", "had asked for a call back and got it".
    /\bhad (?:planned|wanted|hoped|intended|meant|asked|requested|needed|expected|thought)\b/,
    // "Appointment Thursday happened", "confirmed the visit was on Thursday".
    /\b(?:happened|occurred|took place)\b|\b(?:visit|appointment|call|meeting|delivery) was (?:on|at)\b/,
    /^(?:the )?(?:call|call back|visit|appointment) (?:at|on|of|from) \S+ (?:was (?!booked|re-?booked|agreed|arranged|scheduled|promised|moved|set|confirmed|fixed)|lasted|took)\b/,
    // "Let her know that the shop is shut": what she heard in the call.
    /^let (?:her|him|them|customer) know (?:that )?(?:the|our|we|there) (?:\w+ ){0,2}(?:is|are|was|were|opens?|closes?)\b(?! (?:ready|going|to)\b)(?!.*\b(?:will|would)\b)/,
    /\bcall back (?:list|queue|log) (?:is |was )?(?:cleared|closed|empty|done|worked)\b/,
    // "Return call made at 11", "Tuesday's call back finished".
    /\b(?:return|first|second|third|welcome|courtesy|outbound) calls? (?:(?:was|is|has been) )?made\b(?! for\b)|\bcall(?: back)? (?:(?:was|is|has been) )?(?:finished|ended|over|carried out)\b/,
    // "Call Wednesday 3pm went to voicemail", "we sent a reminder on the 1st".
    /^(?:the |our |my )?(?:call|call back|visit|appointment|slot|delivery) .*\b(?:went|rang out|dropped|cut off|failed|missed|shown|shows)\b/,
    /^(?:i|we) (?:have |had )?(?:already |just |also )?(?:sent|posted|texted|rang|called|phoned|issued|returned)\b(?!.*\b(?:will|again|tomorrow)\b)/,
    // "Moved the call from Thursday": the day that it is no longer on.
    /^(?:moved|rescheduled|re-?arranged|re-?booked|postponed|changed|brought forward|put back)\b(?!.* (?:to|for|until|on)\b).*\bfrom (?:(?:the|last|this) )?(?:today|tomorrow|\w+day|\d)/,
    /^(?:return(?:ing|ed)?|answer(?:ing|ed)|re) (?:(?:our|my|a|missed) )?(?:call|message|voicemail|letter|email) (?:from|of|on)\b/,
    /\b(?:yesterday|last (?:week|month|year|night|\w+day)|ago|(?<!\b(?:an|any) )earlier|previously|this morning|was due|were due|(?:was|were) to|was supposed|were supposed|should have (?!the\b|an?\b|it\b|her\b|his\b)|had (?:promised|agreed|offered|undertaken)|was promised|were promised|had been (?:told|promised|assured|advised)|was told|meant to)\b/,
    /\b(?:says?|said|claims?|insists?|complains?|thinks?) (?:that )?(?:(?:we|i|was|were|had been|been|she was|he was|they were) )?(?:had )?promised(?= (?:an? |the )?(?:call|refund|letter|visit|email|discount|answer|engineer|colleague))|\b(?:says?|said|claims?|insists?|complains?|thinks?) (?:that )?(?:we|i) (?:had )?promised\b|\b(?:call|call back|refund|letter|visit|email|discount|answer) (?:that |which )?(?:we|i|she was|he was) promised\b/,
    /^(?:[a-z]+ (?:has |have )?)?(?:called|rang|phoned) back\b/,
    /\b(?:gave|given|giving) up (?:waiting|trying|holding|on)\b|\b(?:ringing|line|number|phone) (?:is |was )?(?:engaged|busy)\b/,
    /\bfollow[- ]?up (?:was |is |has been )?(?:done|made|completed|closed)\b|\b(?:agent|advis[eo]r|colleague|person|one) before me\b/,
    /\b(?:moved|changed|rearranged|rebooked|rescheduled|cancelled|missed) (?:twice|again|three times|\d times)\b/,
    /^(?:[a-z]+ )?had (?:an?|the|his|her|their) (?:\w+ )?(?:booked|arranged|planned|scheduled|slot|appointment|meeting|visit|call)\b|^(?:it|there) was (?:an? |the )/,
    /\bsince (?:yesterday|\w+day|the|last|\d)/,
    // "She had said she would pay", "I did say I would": what was promised before the call.
    /\b(?:had|did) (?:said|say|told|tell|promise|agree)\b/,
    /^(?:(?:next|first|follow up|review|phone) )*(?:appointment|call|call back|visit|slot|meeting) (?:was|were)\b(?! (?:booked|re-?booked|agreed|arranged|scheduled|promised|moved|put|set|confirmed)\b)/,
    // "The call back of 26 February is closed": an entry that is dealt with.
    /^(?:the |old )?call back (?:from|of|for|dated|due) (?:\S+ ){1,3}(?:(?:was|is|now|already) )*(?:closed|cleared|removed|done|kept|missed|expired|overdue)\b|\bdone (?:today|now|already|yesterday|instead)\b/,
    /^(?:the )?call back (?:was |is )?(?:pulled|stood down|removed|deleted|stopped|binned|checked|dropped|parked|closed|moved)\b/,
    /\bpromise to pay (?:(?:for|of|on|due|dated) )?(?:\S*\d\S* )?(?:[a-z]{3} )?(?:was |is )?(?:kept|broken|missed|declined|refused|not|failed)|\b(?:broken|kept|missed|failed|old|previous|broke) promise\b|\b(?:call|promise|appointment|visit)s? kept\b|\bnotes? (?:of|from|dated) (?:the )?(?:\d|\w+day|yesterday|last)/,
    /\bcall back (?:number|no|list (?:checked|shows?|has|says|is)|ref|log|queue|form|option)\b/,
    /\bcall back:? \d+ of \d+\b/,
    /\b(?:call|call back|visit|appointment|slot|meeting)\b.*\b(?:removed|deleted|pulled|taken (?:out|off)|crossed (?:out|off)|struck|released|freed|given (?:up|away)|lapsed)\b/,
    /\b(?:call|visit|letter|email|message|note|conversation) of (?:\w+day|the \d|\d)/,
    /^last (?:contact|chat|conversation)\b|^last call\b(?!.*\b(?:tomorrow|to be)\b)/,
    /^call (?:no|number|ref|id)\b|^(?:the |this )?(?:call|line) (?:(?:was|is|has been) )?(?!(?:booked|re-?booked|agreed|arranged|re-?arranged|scheduled|re-?scheduled|needed|requested|required|promised|planned|wanted|moved|diari[sz]ed|expected|owed|logged|confirmed|offered|set|pencilled)\b)[a-z]{3,}ed\b/,
    /\bcall back:? (?:was |is )?(?:done|successful|made|completed|not needed|offered|refused|declined|attempted|failed|unsuccessful|verified|noted)\b/,
    /\bcall back .*\b(?:done|made|completed)$/,
    /\b(?:promised|agreed|booked|arranged|scheduled) (?:call|call back|visit|appointment|meeting) (?:came|was|took|happened|went|did|never|arrived|had)\b/,
    /\b(?:done|completed|actioned)$|^(?:see|per|as per|old|duplicate|copy|ref(?:erence)?) (?!me\b|us\b|him\b|her\b)(?:\w+ )*(?:notes?|call|email|entry|record|ticket)\b/,
    /^(?!(?:need|agreed|arranged|re-?arranged|re-?booked|booked|re-?scheduled|scheduled|promised|confirmed|requested|wanted|asked|planned|expected|diari[sz]ed|diaried|slotted|fitted|squeezed|pencill?ed|offered|moved|reserved|added|owed|invited|wed)\b)[a-z]{3,}ed (?:on |at )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)/,
    // "Customer returned our call": the call that is noted, not one to come.
    /\breturned (?:our|my|the|her|his|an?) (?:\w+ )?call\b|\breturning (?:our|my|an?) (?:\w+ )?call\b|^returning missed call\b/,
    /\bringing (?:tone|out)\b|\bwent (?:ahead|well|fine|ok)\b|\bcalls? made$|^following (?:up )?(?:from|on from)\b|^will (?!be\b)[a-z]+ (?:called|rang|emailed|phoned|came|paid)\b|^will writing\b/,
    /^(?:duplicate|copy|repeat) of\b(?!.*\b(?:(?:to|will) be|going)\b)/,
    /\b(?:has|have|had) been (?:waiting|chasing|trying|asking)\b|\b(?:previous|former|other) (?:agent|advis[eo]r|colleague|operator)\b/,
    /\b(?:was|were) (?:going|hoping|planning|about|meaning|intending|expecting|waiting)\b/,
    /\b(?:tried|trying|attempted|intended|needed|wanted|used|managed)(?: and failed)? to (?:call|ring|phone|contact|reach|speak|get|send|email|text)\b(?! (?:back|again)?.*\b(?:tomorrow|\w+day next)\b)/,
    /\b(?:would|could|should|might|must) have (?:\w+ly )?\w+(?:ed|ung|ent|oken|one|aid)\b/,
  ],
  claimed: [
    /\b(?:under the impression|convinced|adamant|of the (?:opinion|view|belief)) (?:that )?(?:i|we)\b/,
    /\b(?:according to|in the (?:eyes|opinion|view) of) (?:her|him|them|customer)\b|\bin (?:her|his|their) (?:opinion|view|eyes|words)\b/,
    /\b(?:says?|said|claims?|insists?) (?:that )?(?:we|i|you|somebody|someone|colleague) (?:said|told|had|have|owed?|would have)\b(?! (?:to |better |best ))/,
    // "Said then he would pay", "at the time": what was said in an earlier call.
    /\b(?:said|promised|agreed|told (?:us|me|her|him|them)) (?:then|at the time|last time|on the last call|before|back then)\b/,
    /\b(?:thinks|thought|assumed|understood|claims|alleges|alleged|alleging|maintains|swears|believes|insists|reckons|complains) (?:that )?(?:we|i) (?:had |have )?(?:said|told|promised|were|agreed)\b/,
    /\b(?:thinks?|expects?|reckons?|believes?|adamant|swears?|assumes?|imagines?|guess(?:es)?|supposes?|convinced|under the impression) (?:that )?(?:i|we|she|he|they|it|someone|somebody|customer|colleague|(?:the|an?|her|his|their) \w+|(?!(?:about|over|and|so|it|that)\b)\w+) (?:(?:will|would|had|have|has|said|was|were|promised|told|is going|are going|is|are) |called|rang)/,
    /\b(?:last|previous|former|old) (?:lot|person|one|agent|company|time|caller|tenants?|owners?|occup\w+|landlord|broker|dealer|firm|colleague|rep|guy|supplier) (?:said|agreed|told|promised)\b|^(?!i |we |they |you |customer |colleague )[a-z]+ have (?:said|promised|agreed|told)\b/,
    /\b(?:last|previous|former|other|first) (?:fella|fellow|bloke|lad|lass|girl|chap|man|woman|lady|colleague|agent|advis[eo]r|person|one) (?:would|was going to|was to)\b/,
    /\b(?:thought|assumed|understood|believed|reckoned|expected|figured) (?:that )?(?:i|we|someone|somebody|colleague|it|the \w+) (?:would|will|were|was)\b/,
    /\b(?:told|advised|informed) by (?!customer\b|her\b|him\b|them\b)/,
    /\b(?:shop|store|branch|voicemail|machine|answerphone|message|chat|bot|chatbot|rep|receptionist|neighbour|salesman|friend|forum|google) (?:told|tells|says?|said|promised)\b(?! (?:best |better )?to (?:call|ring|phone|try) (?:back |again )?(?:her|him|them)\b)|\b(?:has|have|had) read (?:that )?/,
  ],
  "taken back": [
    // An offer that the other side ended the call on.
    /\boffered\b.*,(?: (?:but|and|then|she|he|they|customer))* (?:hung up|rang off|cut (?:me|us) off|put the phone down|walked (?:out|off))$/,
    // At the end: what was promised, and then did not happen.
    /, (?:but |and )?(?:it |he |she |they |nobody |no one )?(?:never (?:came|happened|arrived|rang|called|showed|turned up)|did not (?:come|happen|arrive|show|turn up))$/,
    /\band (?:(?:has|have) done so|(?:i|we|she|he|they) did(?: so)?|did so)$/,
    /\bbut (?:has|have) since\b|\bbut (?:the )?(?:number|line|mobile|landline|email|address)\b|\b(?:she|he|they|customer) said no\b|\bnot the case\b|\bwe do not do (?:that|this|those)\b|\bkept saying\b|, no$|(?:,| -|:) (?:all )?(?:now )?done$|\bcall back\b.* (?:was|is) (?:done|made|kept|completed)\b|\bbut (?:it is |is |now |all )?(?:sorted|resolved|fixed|fine|ok)\b|\b(?:which|but) (?:she|he|they|customer) (?:did not|refused|turned|declined|has not|would not)\b|\bbut (?:she |he |they )?(?:refuse[sd]?|declin\w+)\b|, (?:she|he|they|customer) (?:claims|claimed|alleges|reckons|reckoned)$|\bno record of\b|\bbut (?:i |we |she |he |they |customer )?(?:forgot|never|did not|missed)\b|, (?:none|nothing|not) (?:logged|booked|noted|recorded|found|on system)\b|\bnot any ?more\b|, (?:but |and )?(?:she |he |they |customer )?(?:did not|has not|never did|never has)$|\bhas not said\b|\bunclear\b|\bbut (?:she|he|they|customer) (?:do|does|did|is|was) not\b|\bchanged (?:her|his|their) mind\b/,
  ],
  quoted: [
    /\baccording to (?:the|our|her|his|their|an?) (?!plan\b)/,
    // "Notes say ring on Monday", "the letter tells her to expect a call".
    /^(?:the |old |account |previous |last )*(?:notes?|system|file|records?|log|screen) (?:says?|said|shows?|reads?|states?)\b/,
    /\b(?:letter|text|email|leaflet|website|app|notice) (?:tells|told|asks|asked|advises|advised|instructs|instructed) (?:her|him|them|customer)\b/,
    /^(?:recorded|automated) (?:voice|announcement|greeting|call|text)\b/,
    // A text that a machine or a file says: "auto reply: ...", "call him before you visit, notes say".
    /^(?:(?:her|his|their|customer's|an?|the) )?(?:auto(?:mat(?:ed|ic))?[- ]?(?:text|reply|message|email|sms|response)|out[- ]of[- ]office(?: reply| message)?|recorded message|voicemail greeting)\b[^,:]*:/,
    /, (?:the |old |previous |account )?(?:notes?|system|screen|records?|file) (?:says?|shows?|reads?)$/,
    /, (?:says?|said|states?|according to) (?:the|her|his|their|our|an?) (?:\w+ )?(?:letter|text|email|reminder|bill|website|app|notice|contract|advert|leaflet|notes?|system)$/,
    /["“”«»]|(?:^|[ :])'[a-z][^']{6,}'(?=$|[ ,.])/,
    /^(?:advert|script|sign|poster|banner|website|recording|ivr|template|greeting|flyer|leaflet|slogan) ?:|\b(?:the|our) script (?:says|has|tells|reads|makes|is to)\b/,
    /^(?:let me|i (?:will|am|would|have)|if i)\b.*, (?:she|he|they|customer) (?:said|says|shouted|joked|replied|insists)$/,
    /\b(?:letter|text|email|message|call|voicemail|leaflet) from (?:\w+ ){1,4}(?:saying|to say|stating)\b/,
    /\b(?:letter|website|site|advert|leaflet|text|email|recording|contract|bill|message|app|script|poster|brochure|t&cs?|terms|small print|policy|page|form|notice) (?:says?|said|states?|stated|mentions?|mentioned|promises?|promised|reads?)\b/,
  ],
  asked: [
    /^(?:is|are|do|does|did|can|could|will|would|has|have|shall) (?:she|he|they|we|i|you|it|the|anyone|anybody|somebody|someone|customer|there)\b/,
    /\b(?:(?<!\blet (?:us|me|her|him|them|customer) )know|asked|asks|asking|wonder\w*|enquir\w*|inquir\w*|quer(?:y|ied|ying)) (?:about )?(?:when|whether|if|who|why|how|what time|where)\b/,
  ],
  standing: [
    // "Next free appointment is Thursday": what could be had.
    /\b(?:next|first|earliest) (?:free|available|possible) (?:appointment|slot|date|day|visit|engineer|colleague)\b(?!.*\b(?:booked|taken|reserved|agreed|given)\b)|\boption (?:expires|ends|lapses|runs out)\b/,
    /\b(?:test|training|dummy|practice) (?:call|call back|booking|entry|appointment)\b/,
    // "Our standard call back slot is 9 to 12", "agents call between 9 and 6": how the desk works.
    /\b(?:our|standard|usual|normal|typical|default) (?:\w+ )?(?:call|call back|call out|calling|office|phone) (?:\w+ )?(?:times?|hours?|slots?|windows?|days?) (?:is|are|runs?)\b/,
    /\b(?:standard|usual|normal|typical) (?:\w+ ){0,3}(?:call backs?|quotes?|replies|refunds?|visits?|deliver(?:y|ies)) (?:is|are|takes?|in|within|\d)/,
    /^(?:our |all |the )?(?:agents|colleagues|advis[eo]rs|staff|lines) (?:call|ring|phone|work) (?:between|from|only|until|\d)/,
    /\b(?:may be recorded|are recorded|for training|standard (?:reply|text|answer)|(?:reply|replied|answered|issued|takes?|allow|aim|within|normally) .*(?:working|business) days(?<!will be .*days)|thank you for|opening hours|terms and conditions|policy is|our policy|automated)\b/,
  ],
  "somebody else's": [
    // "Dental appointment Wednesday at 4": a day in the customer's life.
    /^(?:(?:has|her|his|their|an?|the|she has|he has|customer has) )*(?:dental|dentist|optician|hospital|chemo|job|court|tribunal|school|nursery|hair|hairdresser|wedding|funeral|exam|driving|passport|embassy|visa) (?:appointment|interview|visit|date|hearing|meeting|consultation|review|test|check ?up|run|slot)\b/,
    // "Deal with her son rather than her": who is to be spoken to from now on.
    /\b(?:call|ring|phone|contact|speak (?:to|with)|talk (?:to|with)|deal with|write to|email) (?:her|his|their) (?!today|tomorrow|\w+day\b|back\b)\w+ (?:instead|rather than (?:her|him|them|customer)|not (?:her|him|them)\b)/,
    // Acts of a seller, which a customer owes nobody.
    /^(?:she|he|they) (?:will|are going to|is going to) (?:refund|reimburse|restock|re-?issue)\b/,
    /^(?:bt|dpd|evri|royal mail|amazon|british gas|hmrc|dvla|dwp|nhs|openreach|paypal) (?:will|to|is|are)\b/,
    /\b(?<!(?:with|when|while) )(?:her|his|their|the|a|customer's|son|daughter|says her|says his) ?(?:son|daughter|husband|wife|partner|mother|father|mum|dad|sister|brother|friend|neighbou?r|solicitor|lawyer|accountant|bank|landlord|boss|employer|insurer|doctor|school|council|agency|carer)(?: of \w+)? (?:will|shall|to|is going|is|wants|promised|agreed|would|can|has|said|says)\b/,
    /^(?:the |our )?(?:husband|wife|son|daughter|partner|solicitor|bank|landlord|mother|father|neighbou?r) (?:will|to|is)\b/,
    /\b(?:her|his|their|the|customer's|^)(?: old| other| previous| new)? ?(?:grandson|granddaughter|niece|nephew|uncle|aunt|cousin|flatmate|housemate|secretary|pa|broker|letting agent|estate agent|builder|plumber|garage|gp|hospital|courier|executor|social worker|support worker|financial advis[eo]r|supplier|insurer|provider|mortgage company|court|police|housing association|mum|dad|carer)(?: \w+)? (?!will be with (?:her|him|them)\b)(?:will|shall|to|is going|is|wants|promised|agreed|would|can|has|said|says)\b/,
    /^(?:and )?(?:the|an?) (?!(?:\w+ )?(?:engineer|manager|supervisor|colleague|team|billing|accounts|support|office|warehouse|agent|technician|department|depot|specialist|advis[eo]r|customer|caller|tenant|patient|client|guest|member)\b)(?:\w+ )?\w+ (?:will|shall|is to|are to|is going to|are going to|has agreed to|promised to) (?!be\b|follow\b|go\b|come\b|arrive\b|hear\b|reach\b)/,
    /\b(?:son|daughter|husband|wife|partner|mother|father|sister|brother|mum|dad|friend) [a-z]+ (?:will|to|is going to|promised to|agreed to)\b/,
    new RegExp(
      `(?:^|\\b(?<!\\b(?:get|getting|ask|asking|have|having|tell|chase|with) )(?:the|her|his|their|customer's|an?|says|said|and|but|to|by|own|with) |^(?:(?:mr|mrs|ms|miss) )?[a-z]+'s )(?:[a-z]+ )?${OUTSIDER} (?:(?:in|at|from|near) (?!the\\b)[a-z]+ )?(?:(?:who|which|that|direct|himself|herself) )?(?:(?:will|shall) (?!be with (?:her|him|them)\\b)|(?:is|are) going to |(?:(?:is|are) )?to (?!(?:the|her|his|their|an?|us|me|see|be)\\b)|(?:is|are) [a-z]+ing\\b|(?:has |have )?(?:promised|agreed|offered|undertaken|undertook|committed) |(?:says?|said|reckons?|told (?:her|him|them|customer|us|me)) (?!(?:to|no|yes|call|ring|phone|try|please)\\b)|(?!\\w*thing)[a-z]+ing (?:(?:from|for|to|at) )?(?:it|the|an?|her|him|them|customer)\\b)`,
    ),
    // "Expects somebody to call from the council": a call that is not ours.
    new RegExp(
      `\\b(?:expect(?:s|ing)?|await(?:s|ing)|waiting (?:for|on)|due|gets|getting) (?:an? |the |another )?(?:call(?: back)?|visit|letter|email|reply|answer|somebody|someone|payment|money|funds|report|card|documents?|forms?|decision|confirmation|date)\\b.*\\bfrom (?:the |her |his |their )?(?:[a-z]+ )?${OUTSIDER}\\b`,
    ),
    new RegExp(`^(?:someone|somebody) from (?:the |her |his |their )?${OUTSIDER}\\b`),
    new RegExp(
      `\\b(?:to|will) be [a-z]+ (?:[\\w:.]+ ){0,4}by (?:the |her |his |their |an? )?(?:[a-z]+ )?(?:${OUTSIDER}|network)\\b`,
    ),
    // "Expects a call from her doctor".
    /\b(?:expect(?:s|ing)?|await(?:s|ing)?|waiting (?:for|on)) (?:an? |the |another )?(?:call(?: back)?|visit|letter|email|reply|answer) from (?:her|his|their) (?!(?:manager|colleague|agent|advis[eo]r)\b)\w+/,
    /\b(?:refund|pay|call|ring|contact|write to|email) (?:her|him|them|customer) direct(?:ly)?$(?<!\b(?:colleague|i|we)\b.*)/,
    /\b(?:colleague|friend|relative|neighbour|mate) of (?:his|hers|theirs)\b|\bwith (?:(?:someone|somebody) else|another)\b/,
    /^(?!(?:they|we|you|i|customer|colleague|both|all|accounts|billing)\b)[a-z]+ are (?:going to|to|[a-z]+ing)\b/,
    new RegExp(
      `^(?:(?!(?:${OURS_OR_THEIRS})s?\\b)[a-z&'-]+ ){2,4}(?:(?:will|shall|(?:is|are) going to) (?!be\\b|follow\\b|go\\b|come\\b|arrive\\b|hear\\b|reach\\b)|(?:promised|agreed|undertook) (?!by\\b|on\\b|for\\b)|(?:is|are) ${DOING}\\b)`,
    ),
  ],
  threatened: [
    /\bthreat(?:ens|ened|ening)\b|\b(?:post|leave|write|give) (?:us )?(?:an? )?(?:bad|negative|terrible|poor|awful|one[- ]star|1[- ]star) review\b/,
    /\b(?:will|to) tell (?:every\w+|the (?:papers?|press|news|world|neighbours|newspapers?)|(?:her|his|their|all) friends)\b/,
    /\b(?:on|to) (?:social media|facebook|trustpilot|the (?:papers|press|news))\b/,
    /\b(?:she|he|they|customer) (?:will|shall|is going to|are going to) (?:(?:call|ring|phone|contact|email|see|instruct|speak (?:to|with)|talk to|write to|go to|complain to|report (?:it|this|us) to|take (?:it|this|us) to) )(?:an?|the|her|his|their) (?:ombudsman|regulator|police|press|papers?|solicitors?|lawyers?|courts?|council|mp|union|trading standards|citizens advice)\b/,
    /\b(?:withhold|(?:call|ring|phone|contact|report (?:it|this|us) to) (?:environmental health|trading standards|ofcom|ofgem|watchdog))\b/,
    /\b(?:try|use|join|go (?:with|to)|switch to|move to|look at|look for|find) (?:another|an other|a different|a new|a cheaper) (?:company|supplier|provider|firm|bank|shop|dealer|insurer|lender|agency|garage|network|broker)\b|\bshop(?:ping)? around\b/,
  ],
  // "Out for delivery today, slot 2 to 4": what a carrier does.
  "a carrier's": [
    /\bout for delivery\b|\b(?:courier|carrier|driver|dpd|evri|royal mail|ups|fedex|yodel|hermes)(?:'s)? (?:slot|window|eta)\b/,
  ],
  "turned down": [
    /\boffered\b.*\bbut (?:she|he|they|customer) (?:prefers?|preferred|would rather|would prefer|wants?|wanted|likes?)\b/,
    /\b(?:asked|asks|wanted|wants|requested)\b.*\b(?:said|told (?:her|him|them|customer)|explained|answered|replied) (?:that )?(?:we|i) (?:are|were|am|was|will be) (?:closed|not|full|unable|off|away|fully)\b/,
    // "Asked for a call at noon, we do not do timed ones": the wish, and why not.
    /\b(?:asked|asks|asking|wanted|wants|requested|requests)\b.*(?:,|\bbut\b|-) (?:but )?(?:(?:i|we) (?:do not|can not|could not|never|are not able)|(?:said |there (?:are|is) |we have )?no (?:slots?|appointments?|availability|capacity|space|diary)\b|not (?:possible|available)|none (?:left|free|available))/,
    // "Call requested on the 20th, the manager called on the 21st": a wish that was met.
    /\b(?:call|call back|quote|copy|update|answer) (?:was |is )?(?:requested|asked for|wanted|needed)\b(?!.*\b(?:will|again|tomorrow|later)\b).*, (?:i|we|colleague) (?:have |has )?(?:called|rang|phoned|sent|emailed|spoke|answered)\b/,
    // "Asked for a call, rang her straight back", "requested a copy, sent".
    /\b(?:asked for|asks for|wanted|wants|requested|requests|needed)\b.*, (?:(?:i|we|so|and|have|just) )*(?:rang|phoned|called|reached|spoke to|sent|emailed|posted|gave|given|issued|resent)\b(?: (?!(?:to|for|on|by|in)\b)[a-z\d/]+){0,3}$(?<!\b(?:message|voicemail|answer|reply|ticket|manager|colleague|team|back office))/,
    /\b(?:wanted|wants|asked for|requested)\b.*, (?:i |we )(?:have )?(?:said|told (?:her|him|them|customer)|explained) (?:that )?(?:we|i) (?:do not|can not|could not|never|are not able)\b/,
    /\b(?:asked|asks|wanted|wants|requested)\b.*, (?:i |we )?(?:told|advised|informed) (?:her|him|them|customer) (?:no|not|we do not|we can not|that is not)\b/,
    // An offer that nobody has taken yet.
    /\boffered\b.*(?:,|\b(?:but|and)\b) (?:she |he |they |customer )?(?:(?:is |are |will )?(?:still )?(?:thinking|undecided|considering|not sure|unsure|think (?:about|on|it over)|consider|let us know|mulling)|no (?:reply|answer|response|decision)|not replied|awaiting (?:her|his|their) (?:answer|reply|decision))\b/,
    /\b(?:wanted|requested|asked|offered|proposed|suggested)\b.*\b(?:did not (?:answer|reply|respond|take it)|refused|declined|rejected|explained why|no need|said no|no thank\w*|no thanx|prefer(?:red|s) to (?:hold|wait|stay|ring|call)|not possible|none available|nothing (?:free|available)|not (?:interested|wanted|needed|required|keen)|did not want|can not|could not|unable)\b/,
  ],
  "done in the call": [
    /\b(?:applying|processing|sorting|doing|updating|logging|issuing|entering|checking|adding|changing|correcting|cancelling)(?: (?:it|this|that|them))? (?:right )?now$/,
    /\b(?:right now|just now|as we speak|there and then)\b|\bwhile (?:she|he|they|customer|i|we) (?:is |are |was |were )?(?:on (?:the line|hold)|held|holds?|waits?|waited|waiting)\b/,
  ],
  // "He'll take it", "she will hear from the bank": what somebody gets is nothing that they do.
  // "Calling about her bill": what the call is about.
  "the subject": [
    /^(?:(?:she|he|they|customer) (?:is )?)?(?:calling|ringing|phoning|writing|emailing) (?:about|to (?!(?:her|him|them|customer|us|me)\b)[a-z]+|from|on behalf|regarding|because)\b/,
    /^(?:she|he|they|customer) (?:is |are )?(?:calling|ringing|phoning)(?: back| in| again){0,2} (?:re|about|regarding|following|because|after (?:our|my|the|an?) (?:\w+ )?(?:voicemail|message|call|text|email|letter))\b(?!.*\b(?:today|tomorrow|tonight|later|\w+day)\b)/,
  ],
  // What a customer does without us is owed to nobody here.
  "theirs alone": [
    /\b(?:collect|pick up|fetch|drop off|look after|take) (?:her|his|their|the) (?:\w+ )?(?:kids?|child|children|son|daughter|grand(?:son|daughter|children)|dog|mum|mother|dad|father|wife|husband|partner)\b/,
    // "He will order it online", "she will read the contract first", "he will look at other offers".
    /\b(?:will|shall|going to|to) (?:\w+ly )?(?:(?:order|buy|get|book|find) (?:it|one|that|them|this) (?:online|elsewhere|from (?:another|a different))|read (?:it|(?:the|our|this|through) (?!.*\bmeter))|(?:look at|compare|consider|get|try) (?:other|another|different)|check (?:the|our|your) (?:web ?site|site|app|page|faqs?)|watch how)\b(?!.*\b(?:us|me|back|let|report)\b)/,
    /\b(?:she|he|they|customer) (?:will|shall|is going to|is to|are going to) (?:have|undergo) (?:an?|the|her|his|their) (?:operation|surgery|baby|scan|treatment|exam|interview|chemo|op)\b|\bgoing to (?:hospital|court|work|school|college|university|church|bed|town|prison)\b/,
    /\bwill (?:monitor|check|try|handle|manage)\b.*\b(?:himself|herself|themselves)\b/,
    /\b(?:hours|pay|wages|pension|benefits?|salary|budget) (?:to|will) be [a-z]+\b/,
    /\b(?:she|he|they|customer) (?:will|shall|is going to|are going to|to) (?:\w+ly )?(?:use|find|google|browse|search|compare|watch|buy|switch|restart|reboot)\b(?!.*\b(?:us|me|back|let|send|report|out)\b)/,
    /\b(?:will|shall|going to|to) (?:\w+ly )?(?:(?:look|check|ask|enquire|try|search|buy|order|do it) (?:on|online|at|around|elsewhere)(?! (?:her|his|our)\b) ?(?:(?:the|our|an?) )?(?:\w+ )?(?:website|app|internet|post office|shop|branch|bank|library|$)|read (?:the |our )?(?:leaflet|manual|instructions|terms|small print|brochure|letter|email|guide|faq))(?!.*\b(?:us|me|back|let|report)\b)/,
  ],
  // "Hoping for her wages on Friday and then to pay": the hope holds for both.
  "hoped for": [/\b(?:hopes?|hoping|would like|would love|wants?)\b[^,]* and then to [a-z]+(?!.*\b(?:us|me)\b)/],
  "kept to themselves": [
    /^(?:will|going to) (?:(?:speak|talk|chat) (?:to|with)|ask|consult|check with) (?:(?:her|his|their|the) )?(?:husband|wife|partner|son|daughter|family|mum|dad|boss|accountant|solicitor|bank|landlord)\b(?!.*\b(?:us|me|ring|call|phone|email|text|let|come|get|send|back|her|him|customer)\b)[^,]*$/,
    /^(?:says? |said )?(?:she|he|they|customer) (?:will|is going to|are going to|to) (?:ask|check with|consult|see) (?:her|his|their|the) (?:\w+ )?(?:bank|husband|wife|partner|son|daughter|mum|dad|mother|father|brother|sister|accountant|solicitor|boss|employer|landlord|doctor|gp|friend|family|insurer|board)\b(?!.*\b(?:us|me|ring|call|phone|email|text|let|come|get|send|back)\b)[^,]*$/,
    /^(?:(?:says? |said )?(?:she|he|they|customer) )?(?:will|going to|is going to|to) try [a-z]+ing (?!(?:her|him|them|customer)\b)(?!.*\b(?:us|me|ring|call|phone|email|text|let|back)\b)[^,]*$/,
    /^(?:says? |said )?(?:she|he|they|customer) (?:will|is going to|are going to|to) (?:speak|talk|chat|discuss (?:it|this|that)|go over (?:it|this|that)) (?:it over |over |about it )?(?:to|with|at) (?!(?:us|me|our|colleague)\b)(?!.*\b(?:us|me|ring|call|phone|email|text|let|come|get|send|back)\b)[^,]*$/,
  ],
  received: [
    /\b(?:that|this|it) will do\b|\b(?:sort|fix|resolve|right) itself\b|\bsee what (?:happens|comes)\b|\bsee how (?:it|things|that)\b/,
    /\b(?:she|he|they|customer) will (?:get|receive) (?:it|this|that|the message|my message|our message)\b|\bcall to be (?:transferred|connected|answered|put through)\b/,
    /^customer (?:to|will) check[- ]?(?:in|out)\b(?! with\b)/,
    /\bcollecting\b.*\b(?:herself|himself|themselves)\b|\boffered to let (?:her|him|them|customer)\b/,
    /\b(?:she|he|they|customer) will (?:\w+ly )?(?:get|receive|have) (?:an? |the )?(?:call(?: back)?|letter|email|text|reply|answer|visit|refund|cheque|parcel) from (?!(?:us|me|our|colleague|the (?:office|branch|shop))\b)/,
    /\b(?:she|he|they|customer) will (?:\w+ly )?(?:get|receive) (?:her|his|their) (?:refund|money|deposit|statement|pension|wages)\b/,
    /\b(?:she|he|they|customer) will (?:\w+ly )?hear (?:back )?from (?!us\b|me\b|colleague\b)/,
    /\b(?:she|he|they|customer) will (?:take|accept|go (?:for|with)) (?:it|that|this|one|(?:the|our) (?:offer|deal|discount|upgrade|cheaper|smaller|larger|bigger|middle|basic|second|first)\b)/,
    /\bwill (?:\w+ly )?(?:qualify|benefit|lose|miss out|be (?:charged|eligible|covered|liable|entitled|overdrawn|out of|away|abroad|off|at work|in (?:hospital|a meeting)))\b/,
  ],
  thinking: [
    // "She is speaking to her bank on Thursday", "he is sending it back to the maker": dealings with others.
    /^(?:she|he|they|customer) (?:is |are |will be )?(?:speaking|talking|chatting) (?:to|with) (?!(?:us|me|our|my|colleague|someone|somebody)\b)/,
    /^(?:she|he|they|customer) (?:is|are|will|is going to) (?:be )?(?:send|return|tak|take|post)(?:ing)? (?:it|them|this|that|both) (?:back )?to (?!(?:us|me|our|my|colleague|the (?:shop|store|branch|depot|office|showroom|warehouse|desk|address)|you)\b)/,
    /\b(?:speak|talk|chat) (?:it over )?(?:to|with) (?:\w+ ){1,3}and (?:decide|see|think|consider)\b(?!.*\b(?:us|me)\b)/,
    /\b(?:will|to|going to) (?:have a )?(?:discuss|talk|speak|chat|go over)(?: (?:it|this|that|things))? (?:over |through |past )?(?:with )?(?:her|his|their|the) (?:husband|wife|partner|son|daughter|family|mum|dad|mother|father|boss|accountant|solicitor)\b(?!.*\b(?:call|ring|phone|get|come|email|text|let|back)\b)/,
    /\bto discuss (?:it )?with partner\b|\bput(?:ting)? (?:it|this|that) down to\b/,
    // "She is going to ring her bank": a call to somebody else.
    new RegExp(
      `\\b(?:she|he|they|customer) (?:(?:will|is going to|are going to|to|is to|are to|wants to|needs to) (?:ring|call|phone|contact|email|visit|write to|complain to|go to)|(?:is |are )?(?:ringing|calling|phoning|contacting|emailing|visiting)) (?:the |her |his |their )?(?:own |new |old )?${OUTSIDER}(?=$| (?:about|re|on|over|today|tomorrow|\\w+day|first|to|for|and|direct)\\b)(?!.*\\b(?:us|me)\\b)`,
    ),
    /\b(?:will|would|to) (?:think|decide|consider|mull|sleep on|have a think|see how(?! (?:she|he|they) (?:is|are|gets?|got)\b)|do for now)\b(?!.*\b(?:us|me)\b)/,
  ],
  "asked of them": [
    // "Recommended that he ring his bank", "said he should phone again", "let her know she needs to ring".
    /\b(?:recommended|suggested|proposed|advised|urged|insisted) (?:that )?(?:she|he|they|customer)\b(?! (?:will|would)\b)|\b(?:said|told (?:her|him|them|customer)|explained|let (?:her|him|them|customer) know|made (?:it )?clear) (?:that )?(?:she|he|they|customer) (?:should|must|ought to|needs? to|needed to|has to|had to|have to|is to|was to|would (?:need|have) to)\b/,
    /^(?:i |we )?said to (?:her|him|them|customer)(?: that (?:she|he|they) (?:should|must|needs?|had|has)\b| to\b)/,
    /\b(?:gave|given|sent|issued|served) (?:her|him|them|customer) (?:an? |the |another |final |\w+ )*(?:reminder|notice|warning|prompt|deadline|ultimatum|instructions?|advice)\b/,
    /\b(?:asked|advised|told|reminded|requested|instructed|begged|urged|invited|asking|telling) (?:that )?(?:her|him|them|customer|he|she|they|mr \w+|mrs \w+|ms \w+|for the)\b(?! (?:will|would) (?:get|have|receive|hear)\b)(?! (?:that )?(?:i|we|someone|somebody|to (?:expect|look out for)|(?:an?|the|our) \w+ (?:will|would)|(?!(?:she|he|they|it|if|nobody)\b)[a-z]+ would (?:ring|call|phone|email|write|visit|contact|text|be in touch|get in touch)|(?:she|he|they) (?:will|would|should) (?:get|have|receive|hear)|(?!(?:she|he|they|it|i|we|you)\b)[a-z]+ (?:will|would) be (?:with|sent|posted|emailed|ready|refunded|credited)\b|(?:it|the|her|his|their|this|that|an?)(?: \w+){0,3} (?:will|would))\b)/,
    /\b(?:advised|told|reminded) to\b(?! expect\b)/,
    /\b(?:asked|requested) (?:for )?the (?!call back|\w+ to (?:call|ring|phone|contact) (?:her|him|them)\b)/,
    /\b(?:left|leave) (?:a )?(?:message|voicemail)\b/,
    // "Text sent asking for a call back": what we asked of the customer.
    /^(?!.*\b(?:customer|she|he|they|from|received|us|me)\b)(?=.*\b(?:left|sent|posted|dropped|emailed|texted)\b)(?:left|sent|posted|dropped|emailed|texted|.*\b(?:voicemail|message|text|sms|email|letter|card|note)\b).*\b(?:asking|requesting|asks|requests|to ask|to request) (?:for )?(?:an? |urgent )?(?:call|contact|reply|response)\b/,
  ],
  habit: [
    // "They deliver on Wednesdays", "we call all new customers after a week".
    /^(?:they|we|i|she|he|customer) (?!will\b|to\b|asked\b|wants?\b)(?:[a-z]+ ){1,4}on (?:mon|tues|wednes|thurs|fri|satur|sun)days\b(?!.*\b(?:will|to)\b)|^(?:we|i) [a-z]+ (?:all|every|most|each) /,
    // "We send reminders on the 1st", "ring at 8 for on the day appointments": how it always is.
    /^(?:i|we|they) (?:send|issue|post|email|text|call|ring|charge|bill|collect|pay)(?: out)? (?!(?:her|his|us|this|details|documents|docs|forms|papers|keys|photos|pictures|samples)\b)[a-z]+s (?:out )?(?:on|every|by|at|in) /,
    /^(?:please )?(?:ring|call|phone)\b.* for (?:an? )?(?:on the day|same[- ]day|urgent|emergency|routine) appointments?\b/,
    /\b(?:direct debit|dd|standing order|instal?ment|premium|subscription) (?:will|to|is to) be (?:taken|collected|debited|claimed|charged)\b/,
    /\b(?:text|ring|call|phone|email|message) (?:her |him |them |customer )?(?:first )?before (?:\w+ing|they come|we come|any)\b|\b(?:while|whilst) (?:abroad|away|travelling)\b/,
    /\bor be charged\b|\bring (?:the |her |his )?(?:door ?)?(?:bell|buzzer|intercom)\b|\bonly (?:ever )?(?:wants?|likes?)\b/,
    /\bin (?:large print|braille|big letters)\b|^(?:please )?(?:send|write|use) (?:letters|emails|texts|everything|all)\b/,
    /^(?:please )?(?:ring|call|text|phone|knock) (?:her |him |them |customer )?(?:up)?on (?:arrival|arriving|site)\b/,
    /\b(?:call|ring|phone|text|contact|email) (?:\w+ ){0,5}only\b|\b(?:number|best|easiest) to (?:call|ring|reach|contact|phone|catch|get|speak to)\b(?!.*(?<!\b(?:an?|any|every) )\b(?:today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b)/,
    /\b(?:usually|always|often|generally|normally|every \w+|each|from now on|going forward|in future|as a rule|as usual|routinely|weekly|monthly|quarterly|annually|automatically)\b/,
  ],
};
