import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { aCallback, anAgent, tick } from "#tests/factories/desk";
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

test("what waits on the desk is what the metrics say, in the format of Prometheus", async () => {
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
