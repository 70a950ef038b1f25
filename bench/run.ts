/** `npm run bench -- <name>`: one measurement, on a throw-away PostgreSQL with its durability on. */
const BENCHES: Record<string, () => Promise<{ default: () => Promise<void> }>> = {
  abuse: () => import("./abuse.ts"),
  auth: () => import("./auth.ts"),
  claim: () => import("./claim.ts"),
  "cursor-tasks": () => import("./cursor-tasks.ts"),
  desk: () => import("./desk.ts"),
  "durable-queue": () => import("./durable-queue.ts"),
  messages: () => import("./messages.ts"),
  runs: () => import("./runs.ts"),
  streams: () => import("./streams.ts"),
  tick: () => import("./tick.ts"),
  wallboard: () => import("./wallboard.ts"),
};

const wanted = process.argv[2] ?? "";
const load = BENCHES[wanted];
if (!load) {
  console.error(`Say which: npm run bench -- ${Object.keys(BENCHES).join(" | ")}`);
  process.exit(2);
}
await (await load()).default();
process.exit(0);
export {};
