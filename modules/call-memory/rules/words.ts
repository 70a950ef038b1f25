/** The words that the rules are made of, each as the inside of an expression on full English. */

/** The act that keeps a promise: a call, or another action. */
export const CALL_VERB =
  "(?:call|ring|phone|telephone|dial|contact|speak|chat|buzz|be (?:back )?in (?:touch|contact)|chase|follow up|catch up|touch base|circle back|loop back|reconnect|re-?contact|redial|check in|get back|come back|try again|retry)";
const DONE_VERB =
  "(?:send|resend|scan|do|make|see (?:what|if|whether)|pop|drop|bring|have an? [\\w ]+? (?:with|to|for) (?:her|him|them|customer|us|me)|have (?:an?|another) (?:think|look|word|rummage|dig|hunt)|have (?:it|them|this|that|one|the \\w+)|email|text|post|forward|mail|sms|fax|book|arrange|order|raise|check|confirm|look|find|ask|escalate|refund|credit|process|update|pay|return|sign|provide|upload|bring|complete|fill|transfer|review|decide|let|prepare|quote|sort|fix|replace|deliver|collect|pass|issue|give|reply|drop|settle|submit|share|tell (?!every)|think|discuss|visit|waive|reissue|measure|redeliver|rebook|requote|redial|match|honour|read|set|get|put|talk|write|answer(?! the)|respond|revert|report back|update|notify|inform|keep (?:her|him|them|customer)|go (?:through|over)|run through|see to|liaise|investigate|amend|requote|resubmit|apply (?:for|to))";
export const VERB = `(?:${CALL_VERB.slice(3, -1)}|${DONE_VERB.slice(3, -1)})`;
export const DOING =
  "(?:getting (?:her|him|them|customer)|coming back to|getting back to|speaking again|talking again|reporting back|sending|resending|emailing|posting|calling(?! cards?\\b)|ringing(?! (?:a?round|out)\\b)|phoning(?! a?round\\b)|paying(?! (?:too|over|more|twice|for|by (?:card|cash|cheque|dd|direct debit)$))|texting|returning|booking(?! (?:ref|reference|number|line|system|office|fees?|form|confirmation))|ordering|arranging|forwarding|processing|raising|chasing(?! us| me)|bringing|dropping|popping(?= (?:\\w+ ){1,3}in (?:the )?post\\b)|collecting|delivering|scanning|uploading|checking|transferring|putting|looking into|sorting|fixing|replacing|issuing|refunding|escalating|updating)";
export const THEM_ROLE =
  "caller|tenant|patient|client|guest|member|owner|resident|applicant|candidate|buyer|seller|borrower|policyholder|donor|subscriber";
export const THEM = `(?:she|he|they|customer|${THEM_ROLE}|(?:mr|mrs|ms|miss|dr)\\.? \\w+)`;
export const US =
  "(?:me|us|i|we|agent|colleague|manager|supervisor|team leader|team|billing|accounts|support|engineer|technician|office|warehouse)";
export const SOON =
  "(?:sometime|some time|early|first thing|later|either|within|back|again|then|tonight|on|at|by|in|after|before|between|tomorrow|today|soon|as soon|\\w+day|the|next|later|#|$)";

export const FOR_A_CALL =
  "(?:for |to have |to get )?(?:an? |another |our )?(?:(?!to )\\w+ |follow up )?(?:call back|phone call|call|ring)";
export const MEETING =
  "(?:call back|call|visit|service|check ?up|valuation|assessment|appointment|meeting|slot|follow up|engineer|technician|colleague|survey|inspection|installation|delivery|collection|repair|fitting|consultation|consult|bloods|blood test|viewing|demo)";
export const ARRANGED =
  "(?:booked|rebooked|scheduled|rescheduled|arranged|rearranged|agreed|set|made|moved|confirmed|promised|diarised|planned|fixed(?= (?:for|on|up)\\b))(?: up| in)?";
/** Entries of a diary. */
export const DIARY =
  "(?:meeting(?= with)|(?:telephone |phone |video )?consult(?:ation)?|jab|blood test|smear|dressing|inspection|survey|valuation|site visit|handover|check-(?:out|in)|review|check ?up|check|session|tour|test drive|prep call|mot|gas check|boiler service|home visit|welfare check|viewing|demo|zoom|teams|video call|callback|appointment|slot|visit)";
/** Verbs for things that are sent. */
export const SENT =
  "(?:sent|emailed|posted|issued|refunded|paid|fixed|processed|credited|replaced|delivered|mailed|forwarded|called|rung|contacted)";
/** Participles of actions that we do to a thing, without those of mere events and of the customer's actions. */
export const BE_DONE =
  "(?:to|will) be (?:\\w+ly )?(?!(?:charged|closed|affected|increased|reduced|delayed|disappointed|interested|moved|retired|married|terminated|billed|disconnected|required|needed|recorded|renewed|signed|returned|completed|filled|uploaded|pleased|annoyed|followed|continued|advised|agreed|decided|confirmed|discussed|used|kept|worn|switched|sold|dismissed|evicted|looked|fined|eaten|stored|displayed|observed)\\b)(?:[a-z]{2,}ed|sent|paid|made|done|written|given|brought|cut|put|taken|drawn)";
/** A subject with one of these words is ours or the customer's, or is no subject at all; two other words mean somebody else. */
export const OURS_OR_THEIRS = `${US.slice(3, -1)}|call|she|he|they|customer|${THEM_ROLE}|mr|mrs|ms|miss|dr|you|it|this|that|said|says|say|told|tell|assured|agreed|agrees|promised|advised|advises|explained|confirmed|confirms|informed|know|knows|aware|sure|then|also|now|not|no|and|or|to|who|what|which|tomorrow|today|\\w+day|morning|afternoon|evening|left|spoke|apologised|apologized|asked|apparently|our|my|credit|somebody|someone|will|shall|is|are|as`;
/** People of neither side: their actions are their own. */
export const OUTSIDER =
  "(?:competitors?|competition|rivals?|other (?:firm|company|supplier|provider|shop|bank|insurer|agent)|airline|airport|merchant|retailer|lender|guarantor|referee|hotel|council|bank|building society|insurers?|insurance(?: company)?|third party|manufacturer|maker|supplier|garage|dealer(?:ship)?|hospital|courts?|school|university|college|police|landlord|freeholder|(?:letting|estate|managing) agents?|solicitors?|lawyers?|accountants?|brokers?|employers?|embassy|dvla|hmrc|dwp|jobcentre|ombudsman|other side|couriers?|royal mail|post office|shop|builders?|developer|neighbours?|friends?|relatives?|nan|grand(?:ma|dad|mother|father|parents)|mum|dad|mother|father|husband|wife|partner|son|daughter|brother|sister|uncle|aunt|carer|bailiffs?|vendor|surgery|dentist|charity|union|agency|(?:water|energy|gas|electric|phone|mortgage|finance) company|network provider|nurse|social (?:services|worker)|assistant|secretary|boss|chief|flatmate|housemate|ex|church|club|dealer|recruiter|consulate|amazon|paypal|ebay|evri|hermes|dhl|dpd|ups|fedex|yodel|parcelforce|visa|mastercard|klarna|british gas|virgin|vodafone|sky|openreach|ofsted|ofcom|ofgem|hb|housing benefit|universal credit|nhs|(?:it )?people|last lot|fos|fca|ico)";

/** Verbs after "will" that express no action, or no promise. */
export const HAPPENS =
  "(?:be|do for now|see(?! to)|recommend|keep(?! (?:her|him|them|customer|me|us|up))|carry on|continue|enjoy|rather|sooner|remember|pray|cope|manage|die|use(?! (?:the|our|this) (?:form|link))|wait|have|need|want|like|prefer|know|become|remain|stay|live|leave(?! (?:(?:us|the|her|his|their|an?) )*(?:keys?|cheque|forms?|parcel|documents|review|feedback)\\b)|cancel|close|switch|terminate|end|expire|renew|start|run|cost|rise|increase|happen|take(?! (?:some|(?:a |the )?(?:photos?|pictures?|readings?|look)|(?:her|him|them|it) off))|move|turn|retire|lose|miss|only|probably|never|not|sue|complain|tell every\\w+|go|report (?!it|this|that|back)|report$|think|consider|disagree|differ|love|hate|try (?:the|it|a|an|this|that|and see)|call it a day)";
/** A named actor: the customer or one of us. */
export const NAMED = `(?:${THEM}|${US})`;
/** Words after "to" that express no task. */
export const NO_ACTION = `(?:${HAPPENS.slice(3, -1)}|the|an?|her|his|him|them|their|us|me|my|our|no|date|honest|fair|whom|which|that|this|these|those|\\w+day|\\d+|contact colleague|noon|avail|speak of|follow$)`;
/** Words in -ing that describe a state or a feeling, or that are no verbs: the person named with them does not take on a task. */
const STATE =
  "(?:arriving|cooling|chasing (?:us|me)|having|being|waiting|thinking|wondering|hoping|wanting|struggling|living|working|moving|feeling|asking|saying|claiming|considering|reading|driving|expecting|awaiting|disputing|refusing|complaining|moaning|shouting|crying|laughing|looking|seeking|trying|requesting|querying|enquiring|inquiring|following|regarding|during|morning|evening|nothing|something|anything|everything|building|meeting|hearing|pricing|parking|wedding|spring|string|billing|nursing|booking|training|opening|closing|heading|starting|missing|pending|ongoing|outstanding|using|losing|leaving|switching|cancelling|going|getting|needing|owing|according|including|depending|assuming|providing|barring|caring|travelling|flying|renting|sharing|eating|sleeping|drinking|smoking|growing|coping|managing|doing|showing|ringing in|calling in|calling about|ringing about|phoning about|calling from|ringing from|calling to|ringing to|calling for|staying|sitting|standing|holding|keeping|making|taking|paying|happening|running|coming|king|bring|thing|ring|housing|ceiling|landing|lettings?|clothing|banking|shipping|planning|marketing|gardening|flooring|heating|plumbing|lighting|wiring|roofing|dentistry|testing|interesting|boring|annoying|confusing|frustrating|willing|unwilling|charming|pleasing|existing|remaining|recurring|incoming|upcoming|ending|reporting that|stating|suggesting|insisting|demanding|threatening|blaming|preferring|knowing|believing|mentioning|understanding)";
/** Actions of a desk for a customer, before -ing or -ed. */
export const SERVICE =
  "re-?book|re-?arrang|re-?order|re-?issu|re-?deliver|re-?send|order|send|email|mail|post|text|forward|pop|put|cut|appl|apply|add|remov|correct|chang|credit|waiv|revers|refund|process|escalat|rais|arrang|dispatch|deliver|prepar|draft|print|issu|replac|fix|sort|chas|chase|check|investigat|review|updat|amend|log|pass|refer|transfer|copy|scan|ring|call|phone|phon|fil|set up|look|advis|confirm|quot|requot|repl|reply|answer|speak|report|get|book(?!ing (?:ref|reference|number|line|system|office))";
/** Actions of a customer for us, before -ing. */
export const THEIR_SERVICE =
  "pay|hand|fund|deposit|settl|clear|submit|supply|send|email|forward|post|return|bring|sign|drop|ring|upload|transferr|complet|fill|scan|provid|fax|courier";
/** Actions done to the customer: "her" is no person where a thing of hers follows. */
export const TO_CUSTOMER =
  "(?:back |up |out )?(?:her|him|them|customer)(?= (?:on|at|by|in|for|with|about|re|back|off|out|over|in|to|the|an?|today|tomorrow|tonight|[a-z]+day|then|later|again|and|\\d)|$)";
export const A_THING = "(?:(?:back|over|off|out|up|in) )?(?:it|the|an?|this|that|new|one|another|both|all)";
export const DOING_NOW = `(?!${STATE}\\b)[a-z]{2,}ing`;

/** Words for something that is over. */
export const DONE =
  "(?:called|rang|phoned|spoke|tried|missed|left|sent|came|went|dropped|received|paid|emailed|arrived|failed|ended|checked|reviewed|was|were|had|did|has been|have been|noted|recorded|recording|took|spent|trying|answered|got|closed|lasted|cut|fell|collapsed|lapsed|bounced|withdrew|triggered|selected|unsuccessful|discussed|transferred)";

export const LANGUAGES =
  "english|polish|urdu|french|german|spanish|italian|portuguese|romanian|arabic|turkish|hindi|punjabi|bengali|gujarati|welsh|chinese|mandarin|cantonese|russian|ukrainian|somali|greek|dutch|tamil|persian|farsi|lithuanian";
