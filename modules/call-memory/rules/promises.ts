import { ASKED_FOR } from "./promises-asked-for.ts";
import { AWAITED } from "./promises-awaited.ts";
import { NOTED } from "./promises-noted.ts";
import { SAID } from "./promises-said.ts";
import type { Rule } from "./rule.ts";

/** The rules for promises in their order: the first that matches counts. */
export const PROMISES: Rule[] = [...ASKED_FOR, ...AWAITED, ...SAID, ...NOTED];
