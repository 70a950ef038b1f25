import { asCron, asService, call } from "./call.ts";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Endpoint } from "#lib/http/call";
import type { Operations } from "#lib/http/route";
import { document, everyRow, files, routes } from "./api.ts";
import { signedFor } from "#tests/factories/signing";
import { asSupervisor, ownPage } from "./signed-in.ts";

const operations = routes.flatMap(({ path, operations, exports, folder }) =>
  Object.entries(operations).map(([method, operation]) => ({
    name: `${method} ${path}`,
    path,
    method,
    operation,
    handler: exports[method as keyof Operations],
    folder,
  })),
);
const closed = operations.filter(({ operation }) => !operation.who.includes("anyone"));
/** The headers of a permitted caller. */
const callerOf = async ({ who }: Endpoint): Promise<Record<string, string>> => {
  if (who.includes("anyone")) return ownPage;
  if (who.includes("cron")) return asCron;
  if (who.some((caller) => caller === "cursor" || caller === "runner")) return {};
  return who.includes("service") ? asService : asSupervisor();
};
/** A value for every parameter of the path. */
const paramsOf = (path: string) => Object.fromEntries([...path.matchAll(/:(\w+)/g)].map(([, name]) => [name!, "1"]));
/** The headers of a request, with a signature where the route asks for one. */
const signedAs = (operation: Endpoint, headers: Record<string, string>, body: unknown) => ({
  ...headers,
  ...(body !== undefined && signedFor(operation.who, typeof body === "string" ? body : JSON.stringify(body))),
});
const hasBody = (method: string) => ["POST", "PUT", "PATCH"].includes(method);

/** Webhooks of other systems, which may add fields in a later release. */
const THEIRS = [
  "/api/webhooks/cursor",
  "/api/webhooks/cursor-task",
  "/api/webhooks/twilio/inbound",
  "/api/webhooks/twilio/message-status",
];

describe("route files", () => {
  test("each is in the API document, at the address it lies at", () => {
    expect(files.length).toBe(routes.length + 1);
    for (const { folder, path } of routes) expect(path).toBe(folder.replace(/\[(\w+)\]/g, ":$1"));
    const addresses = routes.map(({ folder }) => `/api${folder.replace(/\[(\w+)\]/g, "{$1}")}`);
    expect(Object.keys(document.paths).sort()).toEqual(addresses.sort());
  });

  test.each(files)("$file has no if and at most 15 lines, and answers every method", async ({ file, exports }) => {
    const text = await readFile(file, "utf8");
    expect(text).not.toMatch(/\bif *\(|\?/);
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(15);
    const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    expect(
      Object.keys(exports)
        .filter((name) => name === name.toUpperCase())
        .sort(),
    ).toEqual(methods.sort());
  });

  test("every object that is taken refuses unknown keys", () => {
    const loose: string[] = [];
    const look = (schema: unknown, where: string): void => {
      if (typeof schema !== "object" || schema === null) return;
      const { type, additionalProperties } = schema as { type?: string; additionalProperties?: unknown };
      // A map says what its values are, under keys of the caller's own.
      const isMap = Object.keys(additionalProperties ?? {}).length > 0;
      if (type === "object" && additionalProperties !== false && !isMap) loose.push(where);
      for (const [key, inner] of Object.entries(schema)) look(inner, `${where}.${key}`);
    };
    const ours = Object.entries(document.paths).filter(([address]) => !THEIRS.includes(address));
    for (const [address, methods] of ours) {
      for (const [method, { requestBody, parameters }] of Object.entries(methods)) {
        look(requestBody?.content["application/json"].schema, `${method} ${address}`);
        look(
          parameters.map(({ schema }) => schema),
          `${method} ${address}`,
        );
      }
    }
    expect(loose).toEqual([]);
  });

  test("the document has an id, a sentence and a tag for each operation, and every parameter of its address", () => {
    const all = Object.entries(document.paths).flatMap(([address, methods]) =>
      Object.values(methods).map((one) => ({ address, ...one })),
    );
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { address, summary, parameters } of all) {
      expect(summary).toMatch(/^[A-Z].*\.$/);
      const inPath = parameters.filter((parameter) => parameter.in === "path");
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(address.match(/\{\w+\}/g) ?? []);
      for (const { schema } of parameters) expect(Object.keys(schema).length, address).toBeGreaterThan(0);
    }
  });
});

describe("who may call", () => {
  test.each(closed)("$name: nobody 401, a wrong secret 401, another caller 403; nothing written", async (one) => {
    const { handler, method, operation, path } = one;
    const before = await everyRow();
    const sent = { params: paramsOf(path), ...(hasBody(method) && { body: {} }) };
    for (const authorization of [undefined, "Bearer undefined", "Bearer wrong-secret-of-somebody"]) {
      const answer = await call(handler, method, { ...sent, headers: authorization ? { authorization } : {} });
      expect([answer.status, answer.body.code]).toEqual([401, "unauthenticated"]);
    }
    const other = operation.who.includes("cron") ? asService : asCron;
    expect((await call(handler, method, { ...sent, headers: other })).status).toBe(403);
    expect(await everyRow()).toEqual(before);
  });

  test("an agent names no desk but their own, and the subscriber of a conversation no other", () => {
    for (const { name, operation } of operations) {
      const { who, input, guard } = operation;
      if (who.includes("agent") && input instanceof z.ZodObject && "agentId" in input.shape)
        expect(() => guard?.({ kind: "agent", agentId: 1, accountId: "a" }, { agentId: 2 }), name).toThrow(
          "use your own",
        );
      if (who.includes("subscriber"))
        expect(() => guard?.({ kind: "subscriber", conversationId: "1" }, { conversationId: "2" }), name).toThrow(
          "another",
        );
    }
  });

  test("only these are open to anyone", () => {
    const open = operations.filter(({ operation }) => operation.who.includes("anyone")).map(({ name }) => name);
    expect(open.sort()).toEqual([
      "GET /health",
      "GET /openapi.json",
      "POST /sign-in",
      "POST /sign-in/second-factor",
      "POST /welcome",
      "POST /welcome/invitation",
    ]);
  });
});

describe("bad input", () => {
  // Twilio sends forms: see tests/routes/twilio-hooks.test.ts.
  test.each(operations.filter(({ operation }) => !operation.who.includes("twilio")))(
    "$name: unknown keys, broken JSON, other types and too much are refused; nothing written",
    async (one) => {
      const { handler, method, operation, path } = one;
      const address = `/api${path.replaceAll(/:(\w+)/g, "{$1}")}`;
      const headers = await callerOf(operation);
      const before = await everyRow();
      const params = paramsOf(path);
      const ask = ({ body, query = "", type = {} }: { body?: unknown; query?: string; type?: object }) =>
        call(handler, method, { headers: { ...signedAs(operation, headers, body), ...type }, params, query, body });
      const body = hasBody(method) ? {} : undefined;
      // A signed webhook may have unknown fields; a part that cannot be used is not refused, and the answer names the reason.
      if (!THEIRS.includes(address)) {
        expect((await ask({ query: "?nonsense=1", body })).body.code).toBe("invalid_input");
        expect((await ask({ query: "?a=1&a=2", body })).body.code).toBe("invalid_input");
        if (!hasBody(method)) return;
        expect((await ask({ body: { nonsense: 1 } })).body.code).toBe("invalid_input");
      }
      expect((await ask({ body: "{" })).body.code).toBe("invalid_input");
      expect((await ask({ body: "{}", type: { "content-type": "text/plain" } })).status).toBe(415);
      expect((await ask({ body: `{"a":"${"x".repeat(1_048_576)}"}` })).status).toBe(413);
      expect(await everyRow()).toEqual(before);
    },
  );

  test.each(operations.filter(({ path }) => path.includes(":")))(
    "$name: an address that is no id is 400",
    async (one) => {
      const { handler, method, operation, path } = one;
      const headers = await callerOf(operation);
      const wrongs = /:(accountId|sessionId|taskId|conversationId)/.test(path)
        ? ["", "a b", "%zz", "x".repeat(201)]
        : ["x", "0", "-1", "1.5", "%zz", "99999999999999999999"];
      for (const wrong of wrongs) {
        const params = Object.fromEntries(Object.keys(paramsOf(path)).map((name) => [name, wrong]));
        expect((await call(handler, method, { headers, params })).status, wrong).toBe(400);
      }
    },
  );
});
