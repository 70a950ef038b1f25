import { env } from "#lib/base/env";
import { log } from "#lib/base/log";
import { type Attributes, type StepOf, traceBy, type Tracing } from "#lib/base/trace";
import { outbound } from "#lib/outbound";
import { below } from "#lib/outbound/address";

/** In milliseconds, for one batch of spans. */
const SEND_MS = 3_000;

/**
 * Traces the steps of this process to the collector of OTEL_EXPORTER_OTLP_ENDPOINT, by OTLP over HTTP in JSON; when it is not
 * set, nothing is loaded and the result is null. Returns a function that sends the rest and stops. A collector that does not
 * answer holds nothing up: its spans are lost.
 */
export async function openTraces(): Promise<(() => Promise<void>) | null> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = env();
  if (!endpoint) return null;
  const [api, sdk, { JsonTraceSerializer }, { resourceFromAttributes }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/otlp-transformer"),
    import("@opentelemetry/resources"),
  ]);
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, isSpanContextValid, trace } = api;
  const send = collectorAt(endpoint, headers);
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ "service.name": "ringback" }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: {
          export: (spans, done) => {
            const body = JsonTraceSerializer.serializeRequest(spans);
            void send(body ?? new Uint8Array()).then((isSent) => done({ code: isSent ? 0 : 1 }));
          },
          shutdown: async () => undefined,
        },
      }),
    ],
  });
  // Only for the steps of Ringback. Registered for the process, it would make the framework trace every request, with its address
  // and contents.
  const tracer = provider.getTracer("ringback");
  const kinds = {
    producer: SpanKind.PRODUCER,
    consumer: SpanKind.CONSUMER,
    client: SpanKind.CLIENT,
    server: SpanKind.SERVER,
  };
  const after = (parent: StepOf["parent"]) => {
    const [, traceId = "", spanId = "", flags = "0"] =
      /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(parent ?? "") ?? [];
    const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
    return isSpanContextValid(context) ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT;
  };
  const tracing: Tracing = {
    begin({ name, kind, parent, attributes }) {
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes: { ...attributes } }, after(parent));
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}`,
        end(more: Attributes = {}, fault) {
          span.setAttributes({ ...more });
          if (fault !== undefined) span.setAttribute("error.type", fault).setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    flush: () => provider.forceFlush().catch(() => undefined),
  };
  traceBy(tracing);
  return async () => {
    traceBy(undefined);
    await provider.shutdown().catch(() => undefined);
  };
}

/**
 * Sends one batch; the result is whether the collector accepted it. The collector is the operator's, so it may be in a private
 * network, without TLS.
 */
function collectorAt(
  endpoint: string,
  headers: Readonly<Record<string, string>>,
): (body: Uint8Array) => Promise<boolean> {
  const url = below(new URL(endpoint), "/v1/traces");
  const request = {
    url: url.href,
    allow: [url.host],
    insecure: [`${url.hostname}:${url.port}`],
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    timeoutMs: SEND_MS,
  } as const;
  let isAway = false;
  return async (body) => {
    try {
      const { status } = await outbound({ ...request, body });
      if (status >= 300) throw new Error(`it answered ${status}`);
      isAway = false;
      return true;
    } catch (error) {
      // No retry: the next batch follows in seconds.
      if (!isAway) log.warn({ reason: String(error) }, "traces cannot be exported; those of this time are lost");
      isAway = true;
      return false;
    }
  };
}
