import type { Listed, Section } from "./reference";

/** `order`: the operations in the order of work, with those of other tags that belong here. The rest of its tags follow. */
type Described = { name: string; tags: readonly string[]; about: string; order: readonly string[] };

/** The sections of the API in the order of work: operations by the first part of their address, with an introduction. */
const SECTIONS: readonly Described[] = [
  {
    name: "Promises",
    tags: ["users", "callbacks"],
    about: "A customer is imported, a callback is promised, and changed until the call settles it.",
    order: [
      "POST /users",
      "GET /users",
      "GET /users/{userId}/story",
      "POST /users/lookup",
      "POST /callbacks/when",
      "POST /callbacks",
      "GET /callbacks",
      "GET /callbacks/counts",
      "GET /callbacks/calendar",
      "GET /callbacks/{id}",
      "GET /callbacks/overdue",
      "POST /callbacks/accept",
      "POST /callbacks/snooze",
      "POST /callbacks/snooze/undo",
      "POST /callbacks/release",
      "POST /callbacks/reschedule",
      "POST /callbacks/reassign",
      "POST /callbacks/move/undo",
      "POST /callbacks/cancel",
      "POST /users/{userId}/callable",
    ],
  },
  {
    name: "Queue and calls",
    tags: ["queue", "calls"],
    about: "An agent takes the next entry, which opens its call, and records what came of it.",
    order: [
      "GET /queue",
      "POST /queue/next",
      "POST /queue/skip",
      "POST /calls/{callSessionId}/outcome",
      "POST /calls/{callSessionId}/outcome/undo",
      "POST /calls",
    ],
  },
  {
    name: "Agents",
    tags: ["agents", "calendar"],
    about: "Who takes work, whether they are here, and when the desk is open.",
    order: [
      "POST /agents",
      "GET /agents",
      "PATCH /agents/{agentId}",
      "PUT /agents/{agentId}/session",
      "GET /agents/{agentId}/desk",
      "GET /agents/{agentId}/pending-callbacks",
      "DELETE /agents/{agentId}/session",
      "POST /agents/{agentId}/move-callbacks",
      "PUT /agents/{agentId}/unsent",
      "POST /agents/{agentId}/unsent/explain",
    ],
  },
  {
    name: "Messages",
    tags: ["messages"],
    about: "A text or an e-mail is accepted with 202 and sent once, or shown with the reason why it was not.",
    order: [
      "POST /messages/sms",
      "POST /messages/email",
      "GET /messages",
      "GET /messages/{id}",
      "GET /messages/conversations",
      "GET /conversations/{conversationId}/messages",
      "POST /messages/{id}/release",
      "POST /messages/{id}/settle",
      "GET /messages/dead-letters",
      "PATCH /messages/dead-letters/{id}",
      "POST /messages/dead-letters/redrive",
      "GET /messages/suppressions",
      "POST /messages/suppressions",
      "POST /messages/suppressions/{id}/remove",
      "GET /messages/providers",
      "POST /messages/providers/{transport}/pause",
      "POST /messages/providers/{transport}/resume",
      "POST /messages/providers/{transport}/settle",
    ],
  },
  {
    name: "Tasks",
    tags: ["cursor-tasks", "conversations"],
    about: "Work of an outside agent, and the way of its result back to the conversation it belongs to.",
    order: [
      "POST /cursor-tasks",
      "POST /cursor-tasks/{taskId}/launch",
      "GET /cursor-tasks",
      "GET /cursor-tasks/{taskId}",
      "POST /conversations/{conversationId}/token",
      "POST /conversations/{conversationId}/stream-token",
      "GET /conversations/{conversationId}/events",
      "POST /conversations/{conversationId}/events/{id}/ack",
      "POST /conversations/{conversationId}/over",
      "POST /cursor-tasks/{taskId}/redeliver",
      "POST /cursor-tasks/{taskId}/callback",
    ],
  },
  {
    name: "Runs, by GraphQL",
    tags: ["graphql"],
    about:
      "One address for evaluation runs: send a document, ask for the fields you want. The schema answers introspection, so every GraphQL client can show it.",
    order: ["POST /graphql", "GET /graphql"],
  },
  {
    name: "Webhooks",
    tags: ["webhooks"],
    about:
      "What others send here. Each is signed: a body whose signature does not fit is refused with 401 and changes nothing, and one that comes twice is taken once.",
    order: [
      "POST /webhooks/cursor",
      "POST /webhooks/cursor-task",
      "POST /webhooks/twilio/message-status",
      "POST /webhooks/twilio/inbound",
    ],
  },
  {
    name: "Access",
    tags: ["sign-in", "sign-out", "me", "welcome", "staff", "keys", "audit"],
    about: "People sign in with a password, services come with a key; both are in the audit.",
    order: [
      "POST /staff",
      "POST /welcome/invitation",
      "POST /welcome",
      "POST /sign-in",
      "POST /sign-in/second-factor",
      "GET /me",
      "PUT /me/password",
      "POST /me/second-factor",
      "POST /me/second-factor/confirm",
      "POST /me/second-factor/disable",
      "GET /me/sessions",
      "POST /me/sessions/end-others",
      "DELETE /me/sessions/{sessionId}",
      "POST /sign-out",
      "GET /staff",
      "PATCH /staff/{accountId}",
      "POST /staff/{accountId}/invitation",
      "POST /keys",
      "GET /keys",
      "DELETE /keys/{keyId}",
      "GET /audit",
      "GET /audit/csv",
    ],
  },
  {
    name: "Personal data",
    tags: ["personal-data"],
    about:
      "What is stored about one person is handed out and erased by a supervisor, for users and for customers of other systems.",
    order: ["POST /personal-data/export", "POST /personal-data/erase"],
  },
  {
    name: "Operation",
    tags: ["health", "metrics", "wallboard", "debug", "settings", "queue-names", "cron", "demo", "openapi.json"],
    about: "Whether everything works, what is wrong with one callback, the limits, and what runs every minute.",
    order: [
      "GET /health",
      "GET /wallboard",
      "GET /debug/callback-investigation",
      "GET /debug/callbacks",
      "GET /debug/callback-monitoring",
    ],
  },
];

/** Every operation that has a place of its own in the order. */
export const ORDERED: readonly string[] = SECTIONS.flatMap(({ order }) => order);

const OTHERS = { name: "Others", about: "Operations of modules that have no section of their own here." };

/** The operations by section; those that no section names come last, so that a new module is listed without a change here. */
export function sectionsOf(operations: readonly { tag: string; shown: Listed }[]): Section[] {
  const addressOf = ({ method, path }: Listed) => `${method.toUpperCase()} ${path.replace("/api", "")}`;
  const placed = new Map(SECTIONS.flatMap(({ name, order }) => order.map((address) => [address, name] as const)));
  const sections = SECTIONS.map(({ name, about, tags, order }) => {
    const isHere = ({ tag, shown }: { tag: string; shown: Listed }) =>
      (placed.get(addressOf(shown)) ?? (tags.includes(tag) && name)) === name;
    const rank = ({ tag, shown }: { tag: string; shown: Listed }) => {
      const place = order.indexOf(addressOf(shown));
      return place === -1 ? order.length + tags.indexOf(tag) : place;
    };
    const here = operations.filter(isHere).toSorted((one, other) => rank(one) - rank(other));
    return { name, about, operations: here.map(({ shown }) => shown) };
  });
  const listed = new Set(sections.flatMap((section) => section.operations));
  const others = operations.map(({ shown }) => shown).filter((one) => !listed.has(one));
  return others.length === 0 ? sections : [...sections, { ...OTHERS, operations: others }];
}
