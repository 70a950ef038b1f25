/** The spans of a message that a collector of OpenTelemetry gets, over real HTTP. */
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTraces } from "#lib/outbound/traces";
import { flushSteps } from "#lib/base/trace";
import { aProvider, drainMessages, failedWith } from "../factories/messages.ts";
import { api } from "./api.ts";
import { advance } from "../setup/database.ts";
import { aCtx } from "../setup/ctx.ts";
import { takeStatusReport } from "#modules/messages";

type Span = {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
};

const got: { path: string; authorization: string | undefined; body: string }[] = [];
const collector = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  got.push({ path: request.url ?? "", authorization: request.headers.authorization, body });
  response.writeHead(200, { "content-type": "application/json" }).end("{}");
});
let close: (() => Promise<void>) | null;

beforeAll(async () => {
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  const { port } = collector.address() as AddressInfo;
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}/`;
  process.env.OTEL_EXPORTER_OTLP_HEADERS = "authorization=Bearer%20of-the-collector";
  close = await openTraces();
});
afterAll(async () => {
  await close?.();
  collector.close();
});

const spans = (): Span[] =>
  got.flatMap(({ body }) =>
    (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans.flatMap(
      ({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans),
    ),
  );
const said = ({ attributes }: Span, key: string): unknown =>
  Object.values(attributes.find((one) => one.key === key)?.value ?? {})[0];

test("a message is one trace, begun by its caller: its POST, its storing, each attempt and the reports of its provider; nothing in it is of a person", async () => {
  const callers = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const text = {
    customerId: 1001,
    from: "+14155550100",
    to: "+442079460001",
    body: "A canary of a text.",
    idempotencyKey: "canary-key",
  };
  const { body } = await api("POST /messages/sms", text, { headers: { traceparent: callers } });
  const id = body.id as string;
  const provider = aProvider(failedWith("transient", "503"), {
    outcome: "sent",
    providerId: "SM-1",
    said: "A canary of an answer.",
  });
  await drainMessages(provider.transports);
  await advance({ minutes: 1 });
  await drainMessages(provider.transports);
  const report = { named: null, providerId: "SM-1", status: "delivered", errorCode: null };
  expect(await takeStatusReport(await aCtx({ actor: { kind: "twilio" } }), report)).toEqual({ applied: true });
  await flushSteps();
  const ours = spans();
  expect(ours.map((span) => [span.name, said(span, "attempt"), said(span, "outcome")])).toEqual([
    ["message accept", undefined, "accepted"],
    ["message store", 1, undefined],
    ["message send", 1, "failed"],
    ["message send", 2, "sent"],
    ["message report", undefined, "applied"],
  ]);
  expect(new Set(ours.map(({ traceId }) => traceId))).toEqual(new Set(["0af7651916cd43dd8448eb211c80319c"]));
  expect(ours.map(({ parentSpanId }) => parentSpanId)).toEqual(["b7ad6b7169203331", ...Array(4).fill(ours[0]!.spanId)]);
  expect(new Set(ours.map((span) => said(span, "messaging.message.id")))).toEqual(new Set([id]));
  expect(got.map(({ path, authorization }) => `${path} ${authorization}`)).toContain(
    "/v1/traces Bearer of-the-collector",
  );
  expect(got.map((one) => one.body).join()).not.toMatch(/canary|2079460001|4155550100|SM-1|"1001"/);
});

test("a trace that nobody could have begun is begun anew, and a caller that traces nothing has this message not traced", async () => {
  const text = { customerId: 1001, from: "+14155550100", to: "+442079460001", body: "Hello." };
  const before = spans().length;
  for (const traceparent of ["nonsense", "00-00000000000000000000000000000000-b7ad6b7169203331-01"])
    expect((await api("POST /messages/sms", text, { headers: { traceparent } })).status).toBe(202);
  const silent = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
  await api("POST /messages/sms", text, { headers: { traceparent: silent } });
  await drainMessages();
  await flushSteps();
  const accepted = spans()
    .slice(before)
    .filter(({ name }) => name === "message accept");
  expect(accepted.map(({ parentSpanId }) => parentSpanId ?? "")).toEqual(["", ""]);
  expect(spans().map(({ traceId }) => traceId)).not.toContain("1af7651916cd43dd8448eb211c80319c");
});
