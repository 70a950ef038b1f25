/** The memory of this browser, for screens. The rules are loaded when they are first needed, not with the page. */
export type { Settlement } from "./proposals.ts";
export { type Dormant, exportNotes, useDormant, useForget, useKnown, useSettle } from "./client/known.ts";
export { learnFrom } from "./client/learn.ts";
export { loadReader } from "./client/open.ts";
export { type Proposal, useDecide, useProposals, useRuleRecords } from "./client/proposals.ts";
export { type Sourced, useReports } from "./client/reports.ts";
