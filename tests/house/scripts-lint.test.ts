import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const IMPORTS = "lint/style/noRestrictedImports";
const GLOBALS = "lint/style/noRestrictedGlobals";

/** One line of code in a file of that name, and the rule it breaks; null for none. */
const LINES: [file: string, code: string, rule: string | null][] = [
  ["modules/callbacks/a1.ts", 'import { x } from "#prisma/client"; export const a = x;', IMPORTS],
  ["modules/callbacks/a2.ts", 'import { x } from "#lib/base/env"; export const a = x;', IMPORTS],
  ["modules/callbacks/a3.ts", 'import { x } from "../calls/store.ts"; export const a = x;', IMPORTS],
  ["modules/callbacks/a4.ts", 'import { x } from "../../lib/base/env.ts"; export const a = x;', IMPORTS],
  ["modules/callbacks/a5.ts", 'import { x } from "next/server"; export const a = x;', IMPORTS],
  ["modules/callbacks/sql/a6.ts", 'import { x } from "../store.ts"; export const a = x;', null],
  ["modules/callbacks/sql/a7.ts", 'import { x } from "../../calls/store.ts"; export const a = x;', IMPORTS],
  ["modules/callbacks/a8.ts", 'import { x } from "#modules/agents"; export const a = x;', null],
  ["modules/calls/schema.ts", 'import { x } from "#lib/database/sql"; export const a = x;', IMPORTS],
  [
    "modules/agents/schema.ts",
    'import { z } from "zod"; import { x } from "#lib/base/ids"; export const a = [x, z];',
    null,
  ],
  ["lib/b1.ts", 'import { x } from "#modules/calls"; export const a = x;', IMPORTS],
  ["lib/b2.ts", "export const a = () => new Date();", "plugin"],
  ["lib/b3.ts", "export const a = () => new Date(5);", null],
  ["lib/b4.ts", "export const a = () => Math.floor(Date.now() / 5);", "plugin"],
  ["lib/b5.ts", "export const a = () => Math.floor(Math.random() * 5);", "plugin"],
  ["lib/b6.ts", "export const a = (b: any) => b;", "lint/suspicious/noExplicitAny"],
  ["lib/b7.ts", 'export const a = () => console.log("b");', "lint/suspicious/noConsole"],
  ["lib/b8.ts", "async function b() {} export function a() { b(); }", "lint/nursery/noFloatingPromises"],
  ["lib/b9.ts", "export default 1;", "lint/style/noDefaultExport"],
  ["lib/d1.ts", 'export const a = () => fetch("https://a.test");', GLOBALS],
  ["lib/d2.ts", 'export const a = () => new WebSocket("wss://a.test");', GLOBALS],
  ["lib/d3.ts", 'import { request } from "node:https"; export const a = request;', IMPORTS],
  ["lib/d4.ts", 'import * as http from "node:http"; export const a = http;', IMPORTS],
  ["lib/d5.ts", 'import { connect } from "node:net"; export const a = connect;', IMPORTS],
  ["lib/d6.ts", 'import { Agent } from "undici"; export const a = Agent;', IMPORTS],
  ["lib/d7.ts", 'import type { IncomingMessage } from "node:http"; export type A = IncomingMessage;', null],
  ["lib/d8.ts", 'export const a = () => globalThis.fetch("https://a.test");', "plugin"],
  ["lib/d9.ts", 'export const a = () => import("node:https");', IMPORTS],
  ["lib/outbound/d.ts", 'import { request } from "node:https"; export const a = request;', null],
  ["lib/outbound/d2.ts", 'import { WebSocket } from "ws"; export const a = WebSocket;', null],
  ["lib/d10.ts", 'import { WebSocket } from "ws"; export const a = WebSocket;', IMPORTS],
  ["lib/d11.ts", 'export const a = () => import("ws");', IMPORTS],
  ["lib/d12.ts", 'export const a = () => new globalThis.WebSocket("wss://a.test");', "plugin"],
  ["modules/calls/d4.ts", 'import { WebSocket } from "ws"; export const a = WebSocket;', IMPORTS],
  ["modules/calls/sql/d5.ts", 'import WebSocket from "ws"; export const a = WebSocket;', IMPORTS],
  ["app/api/g/route.ts", 'import { WebSocket } from "ws"; export const a = WebSocket;', IMPORTS],
  ["app/desk/socket.client.tsx", 'import { WebSocket } from "ws"; export const a = WebSocket;', IMPORTS],
  ["instrumentation.ts", 'import { WebSocket } from "ws"; export const a = WebSocket;', IMPORTS],
  ["proxy.ts", 'import { WebSocket } from "ws"; export const a = WebSocket;', IMPORTS],
  ["scripts/d.ts", 'import { WebSocket } from "ws"; export const a = WebSocket;', IMPORTS],
  ["lib/d.test.ts", 'export const a = () => fetch("https://a.test");', null],
  ["modules/calls/d1.ts", 'export const a = () => fetch("https://a.test");', GLOBALS],
  ["modules/calls/d2.ts", 'import { request } from "node:http"; export const a = request;', IMPORTS],
  ["modules/calls/sql/d3.ts", 'import { request } from "undici"; export const a = request;', IMPORTS],
  ["app/api/e/route.ts", 'export const a = () => fetch("https://a.test");', GLOBALS],
  ["app/api/f/route.ts", 'import { request } from "node:https"; export const a = request;', IMPORTS],
  ["app/desk/page.tsx", 'import { request } from "node:https"; export const a = request;', IMPORTS],
  ["app/desk/queue.client.tsx", 'export const a = () => fetch("/api/queue");', null],
  ["app/api/a/route.ts", 'import { x } from "#lib/database/db"; export const a = x;', IMPORTS],
  ["app/api/b/route.ts", 'import { x } from "../../../modules/calls/store.ts"; export const a = x;', IMPORTS],
  ["app/api/c/route.ts", "export const a = process.env.X;", "lint/style/noProcessEnv"],
  ["app/api/d/route.ts", 'import { x } from "#lib/http/route"; export const a = x;', null],
  ["tests/races/c1.test.ts", "export const a = () => new Date();", null],
];

type Report = { diagnostics: { category: string; location: { path: string | { file: string } } }[] };
let folder: string;
let report: Report;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ringback-lint-"));
  await cp("biome.jsonc", join(folder, "biome.jsonc"));
  await cp(".gitignore", join(folder, ".gitignore"));
  await cp("tests/config", join(folder, "tests/config"), { recursive: true });
  for (const [file, code] of LINES) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${code}\n`);
  }
  report = await lint(["lint", "--reporter=json", "--max-diagnostics=1000"]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(LINES)("lint: %s: %s", (file, _code, rule) => {
  const found = report.diagnostics.filter(({ location }) => pathOf(location) === file).map(({ category }) => category);
  expect(found).toEqual(rule === null ? [] : [rule]);
});

function pathOf({ path }: Report["diagnostics"][number]["location"]): string {
  return typeof path === "string" ? path : path.file;
}

/** Biome exits with 1 when it finds something, and writes its findings to standard output all the same. */
function lint(args: string[]): Promise<Report> {
  const biome = join(process.cwd(), "node_modules/@biomejs/biome/bin/biome");
  return new Promise((resolve) => {
    execFile(process.execPath, [biome, ...args], { cwd: folder }, (_error, stdout) => resolve(JSON.parse(stdout)));
  });
}
