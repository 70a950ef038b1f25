import type { Kind } from "../schema.ts";
import type { Match } from "./match.ts";

/** A rule reads one clause. `owedBy` is "subject" where the subject of the clause decides; rules are tried in order, the first that matches a kind counts. */
export type Rule = {
  id: string;
  kind: Kind;
  confidence: number;
  match: Match[];
  /** Counts only where the clause names a time. */
  needsTime?: true;
  owedBy?: "us" | "them" | "subject";
};
