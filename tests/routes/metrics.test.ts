import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { aCallback, anAgent, tick } from "#tests/factories/desk";
import { aProvider, aText, drainMessages, failedWith } from "#tests/factories/messages";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";
import { execute, sql } from "#lib/database/sql";
import { redriveDeadLetters } from "#modules/messages";
import { METRICS_TOKEN } from "../setup/secrets.ts";
import { api } from "./api.ts";

const scrape = async (headers = { authorization: `Bearer ${METRICS_TOKEN}` }) => {
  const { status, text, headers: sent } = await api("GET /metrics", undefined, { headers, as: "none" });
  return { status, text, type: sent.get("content-type") };
};
/** Name, kind and help of everything that is exposed. */
const exposed = (text: string) =>
  [...text.matchAll(/^# HELP (\S+) (.+)\n# TYPE \S+ (\S+)$/gm)].map(([, name = "", help = "", kind = ""]) => ({
    name,
    help,
    kind,
  }));

test("the table in docs/metrics.md is what is exposed, and HELP says which figures may be summed", async () => {
  const { text } = await scrape();
  const rows = [...readFileSync("docs/metrics.md", "utf8").matchAll(/^\| `(\w+)` +\| (\w+) +\| (\w+) +\|/gm)];
  const written = rows.map(([, name, kind, from]) => `${name} ${kind} ${from}`);
  const from = (help: string) => (help.includes("take the max, never the sum") ? "database" : "process");
  expect(
    exposed(text)
      .map(({ name, kind, help }) => `${name} ${kind} ${from(help)}`)
      .sort(),
  ).toEqual(written.sort());
});

test("the metrics equal the waiting work of the desk, in the format of Prometheus", async () => {
  await aCallback({ inMinutes: -20 });
  await tick();
  const { status, text, type } = await scrape();
  expect([status, type]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  expect(text).toMatch(/^ringback_callbacks_overdue 1$/m);
  expect(text).toMatch(/^ringback_callbacks_unassigned 1$/m);
  expect(text).toMatch(/^ringback_tick_age_seconds 0$/m);
  await anAgent();
  await tick();
  expect((await scrape()).text).toMatch(/^ringback_callbacks_unassigned 0$/m);
});

test("the state of messages is read from the database, and the work of this process is counted", async () => {
  const figure = async (name: string) => {
    const { text } = await scrape();
    const lines = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))];
    return lines.reduce((sum, [, value]) => sum + Number(value), 0);
  };
  const counters = ["enqueue", "dequeue", "processed", "failed", "retry", "dlq"].map(
    (one) => `messaging_queue_${one}_total`,
  );
  const read = () => Promise.all([...counters, "messaging_processing_latency_seconds_count"].map(figure));
  const before = await read();
  await aText();
  await aText({ customerId: 1002 });
  await advance({ seconds: 7 });
  expect([await figure("messaging_queue_depth"), await figure("messaging_queue_oldest_age_seconds")]).toEqual([2, 7]);
  const provider = aProvider(failedWith("transient"), failedWith("permanent"), { outcome: "sent", providerId: "SM1" });
  await drainMessages(provider.transports, { messageConcurrency: 1 });
  expect([await figure("messaging_queue_depth"), await figure("messaging_messages_waiting")]).toEqual([0, 1]);
  expect(await figure("messaging_dead_letters")).toBe(1);
  await advance({ minutes: 1 });
  await drainMessages(provider.transports);
  const after = await read();
  expect(after.map((value, n) => value - before[n]!)).toEqual([2, 2, 3, 2, 1, 1, 1]);
  expect(await figure("messaging_messages_waiting")).toBe(0);
});

test("the figure of dead letters is the number that somebody could redrive, those that failed at their recipient and those that cannot be read among them", async () => {
  for (const customerId of [1001, 1002, 1003]) await aText({ customerId, to: `+44207946${customerId}` });
  const provider = aProvider(failedWith("recipient"), failedWith("permanent"), { outcome: "sent", providerId: "SM1" });
  await drainMessages(provider.transports, { messageConcurrency: 1 });
  await aText({ customerId: 1004 });
  await execute(db, sql`UPDATE message_queue SET event = event || '{"schema_version": 2}'`);
  await drainMessages(provider.transports);
  const ctx = await aCtx();
  const { matching } = await redriveDeadLetters(ctx, { all: true, preview: true });
  expect(matching).toBe(3);
  expect((await scrape()).text).toMatch(/^messaging_dead_letters 3$/m);
});

test("no name is there twice, and every line is a comment or a figure", async () => {
  const { text } = await scrape();
  const names = exposed(text).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const line of text.split("\n").filter((one) => one !== "" && !one.startsWith("# "))) {
    expect(line).toMatch(/^[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.e+-]+$/);
  }
});

test("the token of a monitoring system opens the metrics and nothing else", async () => {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  expect((await api("GET /callbacks", undefined, { headers, as: "none" })).status).toBe(403);
  expect((await scrape({ authorization: "Bearer another-token-of-nobody" })).status).toBe(401);
});
