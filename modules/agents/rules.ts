/** All queues. An agent works some of them; a user belongs to at most one. */
export const QUEUE_TYPES = ["unsigned_users", "outstanding_requests"] as const;
