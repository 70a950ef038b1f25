import { randomUUID } from "node:crypto";

/** One request of an abuser; `isHeld`: the answer is left open. */
export type Abuse = {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  isHeld?: boolean;
};

/** The credentials of a flood: a key of its own, so that no earlier flood has used up its rate, and a supervisor's cookie. */
export type Held = { key: string; cookie: string };
const by = ({ key }: Held) => ({ authorization: `Bearer ${key}` });
const ownPage = { "sec-fetch-site": "same-origin" };
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Abuse => ({
  method: "POST",
  path,
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const get = (path: string, headers: Record<string, string> = {}): Abuse => ({ method: "GET", path, headers });

const MANY_KEYS = `{${Array.from({ length: 45_000 }, (_, n) => `"key number ${n}":${n}`).join(",")}}`;
const LARGE = JSON.stringify({ text: "x".repeat(1_000_000) });

/** A whole import: the largest number of users that one request may carry. */
const MANY_USERS = JSON.stringify({
  users: Array.from({ length: 1_000 }, (_, n) => ({
    id: String(900_000 + n),
    firstName: "Una",
    lastName: `Import ${n}`,
    phone: `+44207946${String(1_000 + n)}`,
    timeZone: "Europe/London",
  })),
});
const MANY_RUNS = "{ runs(first: 100) { runs { id status progress { total completed failed } } } }";
const aText = () => ({ customerId: "1", from: "+14155550100", to: "+14155550123", body: randomUUID() });

/** Requests that an anonymous caller, or the holder of one key, can send. Each is made anew every time. */
export const KINDS: Record<string, (held: Held) => Abuse> = {
  welcome: () => post("/api/welcome", { invitation: randomUUID(), newPassword: "a right new horse" }, ownPage),
  "sign-in": () => post("/api/sign-in", { email: `${randomUUID()}@example.test`, password: "wrong" }, ownPage),
  "second factor": () => post("/api/sign-in/second-factor", { code: "123456" }, ownPage),
  "large bodies": () => post("/api/sign-in", LARGE, ownPage),
  "large bodies, key": (held) => post("/api/users", MANY_KEYS, by(held)),
  "search, callbacks": (held) => get(`/api/callbacks?search=${randomUUID().slice(0, 2)}`, by(held)),
  "search, tasks": (held) => get(`/api/cursor-tasks?search=${randomUUID().slice(0, 3)}`, by(held)),
  "CSV of the audit": ({ cookie }) => get("/api/audit/csv?limit=1000", { cookie }),
  docs: () => get("/docs"),
  "start page": () => get("/"),
  openapi: () => get("/api/openapi.json"),
  "openapi packed": () => get("/api/openapi.json", { "accept-encoding": "gzip" }),
  health: () => get("/api/health"),
  when: (held) =>
    post("/api/callbacks/when", { userId: 1, text: "tomorrow at ten ".repeat(30).slice(0, 100) }, by(held)),
  imports: (held) => post("/api/users", MANY_USERS, by(held)),
  graphql: ({ cookie }) => post("/api/graphql", { query: MANY_RUNS }, { ...ownPage, cookie }),
  messages: (held) => post("/api/messages/sms", aText(), by(held)),
  streams: (held) => ({
    ...get(`/api/conversations/${randomUUID()}/events`, { ...by(held), accept: "text/event-stream" }),
    isHeld: true,
  }),
  "wrong signatures": () =>
    post("/api/webhooks/cursor-task", LARGE, {
      "webhook-id": randomUUID(),
      "webhook-timestamp": String(Math.floor(Date.now() / 1_000)),
      "webhook-signature": `v1,${Buffer.alloc(32).toString("base64")}`,
    }),
  "unknown addresses": () => get(`/api/${randomUUID()}`),
  "made-up keys": () => get("/api/queue", { authorization: `Bearer rbk_${randomUUID()}` }),
};
