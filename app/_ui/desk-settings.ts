import { type Me, useMe } from "#client/session";

/** Those of a new installation, until the page has heard of others. */
const USUAL: Me["desk"] = { decentHoursFrom: 8, decentHoursTo: 21, agentGraceSeconds: 120 };

/** The settings of the desk that screens name, as supervisors have set them. */
export function useDeskSettings(): Me["desk"] {
  return useMe(true).data?.desk ?? USUAL;
}
