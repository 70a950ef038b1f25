import { call } from "./call.ts";
import { readFileSync } from "node:fs";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { z } from "zod";
import { CODES } from "#lib/base/errors";
import { apiDocument } from "../../app/api/document";
import { explain } from "../../app/api/meanings";
import { curlOf, requestOf } from "../../app/docs/curl";
import { exampleOf } from "../../app/docs/example";
import { Operation } from "../../app/docs/operation";
import Docs from "../../app/docs/page";
import { ORDERED, sectionsOf } from "../../app/docs/sections";
import { walk } from "../../app/docs/walk";

const { paths } = await apiDocument();
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test("the page lists every operation and every code, and loads nothing from outside", async () => {
  const page = renderToStaticMarkup(createElement(QueryClientProvider, { client: new QueryClient() }, await Docs()));
  for (const { path, operation } of operations) {
    expect(page).toContain(path);
    expect(page).toContain(`id="${operation.operationId}"`);
    expect(page).toContain(operation.summary.replaceAll("'", "&#x27;"));
  }
  for (const code of Object.keys(CODES)) expect(page).toContain(`id="${code}"`);
  expect(page).not.toMatch(/<(script|link|img|iframe)/);
  expect(page).not.toContain("undefined");
});

test("an operation whose address no section names is listed among the others", () => {
  const shown = { id: "getOpals", method: "get", path: "/opals", summary: "The opals." };
  const sections = sectionsOf([{ tag: "opals", shown }]);
  expect(sections.filter(({ operations }) => operations.includes(shown)).map(({ name }) => name)).toEqual(["Others"]);
  expect(sectionsOf([]).map(({ name }) => name)).not.toContain("Others");
});

test("operations stand in the order of work: an agent takes a call before its outcome is recorded, and what is written exists", () => {
  const listed = operations.map(({ path, method, operation }) => ({
    tag: operation.tags[0] ?? "",
    shown: { id: operation.operationId, method, path, summary: operation.summary },
  }));
  const inOrder = sectionsOf(listed).map(({ operations }) => operations.map(({ method, path }) => `${method} ${path}`));
  expect(inOrder.flat().toSorted()).toEqual(operations.map(({ path, method }) => `${method} ${path}`).toSorted());
  const calls = inOrder.find((section) => section.includes("post /api/queue/next"))!;
  const places = ["post /api/queue/next", "post /api/calls/{callSessionId}/outcome", "post /api/calls"];
  expect(calls.filter((one) => places.includes(one))).toEqual(places);
  expect(inOrder[0]!.slice(0, 2)).toEqual(["post /api/users", "get /api/users"]);
  expect(inOrder[0]!.indexOf("post /api/callbacks")).toBeLessThan(inOrder[0]!.indexOf("post /api/callbacks/accept"));
  const known = new Set(inOrder.flat());
  expect(
    ORDERED.filter((address) => !known.has(address.replace(/^(\w+) /, (all) => `${all.toLowerCase()}/api`))),
  ).toEqual([]);
});

test("every field of the API has a meaning: a schema's own description, or its name in app/api/meanings.ts", () => {
  expect([...new Set(operations.flatMap(({ path, operation }) => explain(path, operation)))]).toEqual([]);
});

test("an operation shows its fields with their meaning and an example with the reader's own origin", () => {
  const origin = "https://calls.example";
  for (const one of operations) {
    const shown = renderToStaticMarkup(createElement(Operation, { ...one, origin }));
    expect(shown).toContain(`${origin}/api/`);
    expect(shown).not.toContain("undefined");
  }
  const promised = operations.find(({ operation }) => operation.operationId === "postCallbacks")!;
  const shown = renderToStaticMarkup(createElement(Operation, { ...promised, origin }));
  expect(shown).toContain("When to call: ISO 8601");
  expect(curlOf(origin, promised.path, promised.method, promised.operation)).toContain("https://calls.example/api/");
});

test("an example answer is one that the operation could give", () => {
  const wrong = operations.flatMap(({ path, method, operation }) =>
    Object.values(operation.responses).flatMap(({ content }) => {
      const schema = content?.["application/json"]?.schema;
      if (!schema) return [];
      const { success, error } = z.fromJSONSchema(schema as never).safeParse(exampleOf(schema));
      return success
        ? []
        : [`${method} ${path}: ${error.issues.map((one) => `${one.path.join(".")} ${one.message}`).join("; ")}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test("no example request is refused as invalid", async () => {
  type Route = Record<string, Parameters<typeof call>[0]>;
  const files = Object.values(import.meta.glob<Route>("../../app/api/**/route.ts", { eager: true }));
  const routes = new Map(files.map((route) => [`/api${route.GET?.path?.replaceAll(/:(\w+)/g, "{$1}")}`, route]));
  const invalid: string[] = [];
  for (const { path, method, operation } of operations) {
    const { params, query, body } = requestOf(path, method, operation);
    const name = method.toUpperCase();
    const handler = routes.get(path)![name]!;
    const { input } = handler.operations![name as "GET"]!;
    const parsed = input?.safeParse({ ...params, ...Object.fromEntries(new URLSearchParams(query)), ...body });
    if (parsed?.error) invalid.push(`${name} ${path}: ${parsed.error.message}`);
    // Some rules are not those of the schema but of the operation.
    if (!operation.security.some((one) => "service" in one)) continue;
    const { status, text } = await call(handler, name, { params, body, query: query && `?${query}` });
    if (status === 400) invalid.push(`${name} ${path}: ${text}`);
  }
  expect(invalid).toEqual([]);
});

test("the ten minutes of the page are the walk of the README", () => {
  const [, written] = readFileSync("README.md", "utf8").match(/```sh\n(.*?)\n```/s)!;
  expect(walk("http://localhost:3000")).toBe(written);
});
