/** Notes that wait in the page's own store until the memory of this browser has them. */
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { ask } from "#lib/browser/api";
import { serverNow } from "#lib/browser/clock";
import { CallMemory } from "#modules/call-memory";
import { DurableQueue, type TaskTypes } from "#modules/durable-queue";
import { keep, keptNames } from "../_ui/kept.ts";
import { learn, readLeft, readLeftWheneverReached } from "./learn.ts";

const DAY_MS = 24 * 60 * 60_000;
const waiting = (agentId: number) => keptNames(`ringback notes to read ${agentId} `);

// A browser lists the stored keys of localStorage as its properties, and not its methods.
beforeEach(() => {
  const methods = {
    getItem(this: Record<string, string>, name: string) {
      return this[name] ?? null;
    },
    setItem(this: Record<string, string>, name: string, value: string) {
      this[name] = value;
    },
    removeItem(this: Record<string, string>, name: string) {
      delete this[name];
    },
  };
  vi.stubGlobal("localStorage", Object.create(methods));
});
afterEach(() => void vi.unstubAllGlobals());

/** Saves the outcome of a call with these notes, at the desk of an agent of this test. */
function save(agentId: number, notes: string, { callSessionId = "call-1", ageMs = 0 } = {}): void {
  const user = { id: "1001", timeZone: "Europe/London", isZoneKnown: true };
  const at = new Date(serverNow() - ageMs).toISOString();
  learn(agentId, { callSessionId, userName: "Asha Hall", user, notes, callback: undefined, at });
}

async function notesInMemory(agentId: number, callSessionId = "call-1"): Promise<string | undefined> {
  const memory = await CallMemory.open(String(agentId));
  const unit = await memory.unit(callSessionId);
  memory.close();
  return unit?.notes;
}

test("notes are kept before they are read, by a browser that cannot read them now too, and the next page reads them", async () => {
  const works = globalThis.indexedDB;
  vi.stubGlobal("indexedDB", undefined);
  save(1, "ring me tomorrow at ten");
  expect(waiting(1)).toEqual(["ringback notes to read 1 call-1"]);
  await readLeft(1);
  expect(waiting(1)).toHaveLength(1);
  vi.stubGlobal("indexedDB", works);
  // Notes that another agent has left on this computer are not read for this agent.
  await readLeft(11);
  expect(waiting(1)).toHaveLength(1);
  await readLeft(1);
  expect(waiting(1)).toEqual([]);
  expect(await notesInMemory(1)).toBe("ring me tomorrow at ten");
});

test("notes that nothing could read for a week are deleted, and so is what is damaged; neither keeps the others waiting", async () => {
  vi.stubGlobal("indexedDB", undefined);
  save(2, "six days old", { callSessionId: "call-2", ageMs: 6 * DAY_MS });
  save(2, "eight days old", { callSessionId: "call-3", ageMs: 8 * DAY_MS });
  keep("ringback notes to read 2 call-4", "{ damaged");
  await readLeft(2);
  expect(waiting(2)).toEqual(["ringback notes to read 2 call-2"]);
});

test("notes that are saved again while the first are being read replace them and are not lost", async () => {
  save(3, "call thursday");
  const reading = readLeft(3);
  save(3, "call friday instead");
  await reading;
  await expect.poll(() => waiting(3)).toEqual([]);
  expect(await notesInMemory(3)).toBe("call friday instead");
});

/** The connection is lost, and then the server answers again. */
async function loseAndReach(): Promise<void> {
  const no = Response.json({ code: "not_found", detail: "There is no such thing." }, { status: 404 });
  for (const isUp of [false, true]) {
    vi.stubGlobal("fetch", () => (isUp ? Promise.resolve(no.clone()) : Promise.reject(new TypeError("lost"))));
    await ask("GET /me").catch(() => undefined);
  }
}

test("notes that could not be read without a connection are read when the server answers again", async () => {
  const works = globalThis.indexedDB;
  vi.stubGlobal("indexedDB", undefined);
  save(4, "ring me tomorrow at ten");
  const stop = readLeftWheneverReached(4);
  onTestFinished(stop);
  await readLeft(4);
  expect(waiting(4)).toHaveLength(1);
  vi.stubGlobal("indexedDB", works);
  await loseAndReach();
  await expect.poll(() => waiting(4)).toEqual([]);
  expect(await notesInMemory(4)).toBe("ring me tomorrow at ten");
});

test("reading that backs off because its code could not be loaded goes on when the server answers again", async () => {
  const name = "ringback-call-memory-tasks:5";
  const end = serverNow();
  let now = end - 20 * 60_000;
  const unreachable = { kind: "unreachable" as const, reason: { code: "not_loaded", sentence: "Not loaded." } };
  const types: TaskTypes = {
    extract_from_unit: {
      lane: "memory",
      version: 1,
      payload: { parse: (input) => input },
      run: () => Promise.resolve(unreachable),
    },
  };
  const offline = new DurableQueue({ name, userId: "5", types, now: () => now });
  const id = await offline.enqueue({ type: "extract_from_unit", payload: { unitId: "call-1" } });
  for (; now <= end; now += 2 * 60_000) await offline.processNext("memory");
  const { status, retryMs = 0 } = (await offline.get(id)) ?? {};
  expect(status).toBe("pending");
  expect(retryMs).toBeGreaterThanOrEqual(30_000);
  save(5, "ring me tomorrow at ten");
  await expect.poll(() => waiting(5)).toEqual([]);
  await loseAndReach();
  await expect.poll(async () => (await offline.get(id))?.status, { timeout: 10_000 }).toBe("completed");
  await offline.close();
});
