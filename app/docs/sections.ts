import type { Listed, Section } from "./reference";

/** The sections of the API in the order of work: operations by the first part of their address, with an introduction. */
const SECTIONS: readonly { name: string; tags: readonly string[]; about: string }[] = [
  {
    name: "Promises",
    tags: ["users", "callbacks"],
    about: "A customer is imported, a callback is promised, and changed until the call settles it.",
  },
  {
    name: "Queue and calls",
    tags: ["queue", "calls"],
    about: "An agent takes the next entry, which opens its call, and records what came of it.",
  },
  {
    name: "Agents",
    tags: ["agents", "calendar"],
    about: "Who takes work, whether they are here, and when the desk is open.",
  },
  {
    name: "Messages",
    tags: ["messages"],
    about: "A text or an e-mail is accepted with 202 and sent once, or shown with the reason why it was not.",
  },
  {
    name: "Tasks",
    tags: ["cursor-tasks", "conversations"],
    about: "Work of an outside agent, and the way of its result back to the conversation it belongs to.",
  },
  {
    name: "Runs, by GraphQL",
    tags: ["graphql"],
    about:
      "One address for evaluation runs: send a document, ask for the fields you want. The schema answers introspection, so every GraphQL client can show it.",
  },
  {
    name: "Webhooks",
    tags: ["webhooks"],
    about:
      "What others send here. Each is signed: a body whose signature does not fit is refused with 401 and changes nothing, and one that comes twice is taken once.",
  },
  {
    name: "Access",
    tags: ["sign-in", "sign-out", "me", "welcome", "staff", "keys", "audit"],
    about: "People sign in with a password, services come with a key; both are in the audit.",
  },
  {
    name: "Personal data",
    tags: ["personal-data"],
    about:
      "What is stored about one person is handed out and erased by a supervisor, for users and for customers of other systems.",
  },
  {
    name: "Operation",
    tags: ["health", "metrics", "wallboard", "debug", "settings", "queue-names", "cron", "demo", "openapi.json"],
    about: "Whether everything works, what is wrong with one callback, the limits, and what runs every minute.",
  },
];

const OTHERS = { name: "Others", about: "Operations of modules that have no section of their own here." };

/** The operations by section; those that no section names come last, so that a new module is listed without a change here. */
export function sectionsOf(operations: readonly { tag: string; shown: Listed }[]): Section[] {
  const withTag = (tag: string) => operations.filter((one) => one.tag === tag).map(({ shown }) => shown);
  const sections = SECTIONS.map(({ tags, ...section }) => ({ ...section, operations: tags.flatMap(withTag) }));
  const named = SECTIONS.flatMap(({ tags }) => tags);
  const others = operations.filter(({ tag }) => !named.includes(tag)).map(({ shown }) => shown);
  return others.length === 0 ? sections : [...sections, { ...OTHERS, operations: others }];
}
