/** What people call the queues; the API has names of its own for them. */
const NAMES: Readonly<Record<string, string>> = {
  unsigned_users: "Signature due",
  outstanding_requests: "Documents due",
};

/** "Signature due" of `unsigned_users`; a queue without a name by its words. */
export function queueName(type: string): string {
  return NAMES[type] ?? type.replaceAll("_", " ");
}
