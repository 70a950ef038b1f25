/** The ends of lists: a page that is full and holds the last row says that nothing follows. */
import { expect, test } from "vitest";
import { aCallback, anAgent, tick } from "../factories/desk.ts";
import { aProvider, aText, drainMessages, failedWith } from "../factories/messages.ts";
import { aTask } from "../factories/tasks.ts";
import { advance } from "../setup/database.ts";
import { api } from "./api.ts";
import { asSupervisor } from "./signed-in.ts";

const promises = async () => {
  for (const inMinutes of [0, 1, 2]) await aCallback({ inMinutes });
  await advance({ minutes: 30 });
  await tick();
};
const texts = async () => {
  await aText({ body: "One." });
  await aText({ body: "Two.", customerId: 1002 });
  await drainMessages();
  await aText({ body: "Three." });
};
const dead = async () => {
  for (const body of ["One.", "Two."]) await aText({ body });
  await drainMessages(aProvider(failedWith("permanent")).transports);
};
const suppressions = async () => {
  for (const recipient of ["+442079460001", "+442079460002"])
    await api("POST /messages/suppressions", { channel: "sms", recipient, why: "asked" });
};
const keys = async () => {
  for (const name of ["One", "Two"])
    await api("POST /keys", { name, scopes: ["queue:read"] }, { headers: await asSupervisor() });
};

const LISTS: [path: string, rows: string, fill: () => Promise<unknown>][] = [
  ["/agents?", "agents", async () => [await anAgent(), await anAgent()]],
  ["/staff?", "staff", () => Promise.all([asSupervisor(), asSupervisor()])],
  ["/keys?", "keys", keys],
  ["/audit?", "entries", keys],
  ["/callbacks?", "callbacks", promises],
  ["/callbacks?order=due&", "callbacks", promises],
  ["/callbacks?order=latest&", "callbacks", promises],
  ["/callbacks?order=customer&", "callbacks", promises],
  ["/callbacks/overdue?", "callbacks", promises],
  ["/cursor-tasks?", "tasks", async () => [await aTask("a"), await aTask("b")]],
  ["/messages?", "messages", texts],
  ["/messages/dead-letters?", "letters", dead],
  ["/messages/suppressions?", "suppressions", suppressions],
  ["/messages/conversations?", "conversations", texts],
];

test.each(LISTS)("a full page of %s that holds the last row says that nothing follows", async (path, rows, fill) => {
  await fill();
  const headers = await asSupervisor();
  const page = async (query: string) => {
    const { status, text, body } = await api(`GET ${path}${query}`, undefined, { headers });
    expect(status, text).toBe(200);
    return { count: (body[rows] as unknown[]).length, next: body.nextCursor as string | number | null };
  };
  const { count } = await page("limit=50");
  expect(count).toBeGreaterThan(1);
  expect(await page(`limit=${count}`)).toEqual({ count, next: null });
  const { next } = await page(`limit=${count - 1}`);
  expect(next).not.toBeNull();
  expect(await page(`limit=${count - 1}&cursor=${encodeURIComponent(next!)}`)).toEqual({ count: 1, next: null });
});
