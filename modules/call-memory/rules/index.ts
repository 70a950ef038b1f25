import { FACTS } from "./facts.ts";
import { OBJECTIONS } from "./objections.ts";
import { PREFERENCES } from "./preferences.ts";
import { PROMISES } from "./promises.ts";
import { RISKS } from "./risks.ts";
import type { Rule } from "./rule.ts";

export { NO_PROMISE } from "./held-back.ts";
export { matches, type Parsed, parse } from "./match.ts";
export { isCall, namedIn, subjectOf } from "./subject.ts";

/** All rules in their order, a room for each kind: the first that matches a kind counts. */
export const RULES: Rule[] = [...PROMISES, ...PREFERENCES, ...RISKS, ...OBJECTIONS, ...FACTS];
