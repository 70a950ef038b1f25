import type { AuditFilter } from "#client/access";
import { changeAt } from "../_ui/address.ts";

/** The parameters of the address, by the part of the filter that each holds. */
const NAMES = { from: "from", to: "to", actor: "who", action: "action", subject: "object" } as const;
type Part = keyof typeof NAMES;
const PARTS = Object.keys(NAMES) as Part[];

/** The filter in the address: two people at the same address see the same. Times that are none are ignored. */
export function filterOf(address: URLSearchParams): AuditFilter {
  const filter: AuditFilter = {};
  for (const part of PARTS) {
    const value = address.get(NAMES[part])?.trim();
    const isTime = part === "from" || part === "to";
    if (value && !(isTime && Number.isNaN(Date.parse(value)))) filter[part] = value;
  }
  return filter;
}

/** Goes to the address of a filter; Back returns. */
export function goToFilter(filter: AuditFilter): void {
  changeAt("/audit", Object.fromEntries(PARTS.map((part) => [NAMES[part], filter[part]])));
}
