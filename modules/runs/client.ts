/** Runs and their queues, from a browser, over GraphQL. */
export type * from "./client/answers.ts";
export * from "./client/changes.ts";
export * from "./client/queries.ts";
export { reasonSentence } from "./reasons.ts";
export { RUN_STATUSES, type RunStatus } from "./states.ts";
