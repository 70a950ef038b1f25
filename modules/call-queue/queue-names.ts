/** The first display names of the queues; a supervisor can change them. The API has fixed names of its own. */
const NAMES: Readonly<Record<string, string>> = {
  unsigned_users: "Signature due",
  outstanding_requests: "Documents due",
};

/** "Signature due" of `unsigned_users`, unless supervisors have given it another name; a queue without a name by its words. */
export function queueName(type: string, given: Readonly<Record<string, string>>): string {
  return given[type] ?? NAMES[type] ?? type.replaceAll("_", " ");
}
