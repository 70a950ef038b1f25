import { pause } from "#lib/time/clock";
import type { ServerEvent } from "#lib/base/context";
import { renderJson } from "#lib/base/json";

/** Proxies drop a stream that is silent for a minute. */
const HEARTBEAT_MS = 15_000;
/** For how long a reader waits before it opens an ended stream again. */
const RETRY_MS = 1_000;

/** Whether the reader accepts a stream rather than one answer. */
export function wantsStream(headers: Headers): boolean {
  return (headers.get("accept") ?? "").split(",").some((type) => type.trim().startsWith("text/event-stream"));
}

/**
 * Server-sent events, as the HTML standard defines them. The stream ends with `events`, or when the reader leaves; the next event
 * is requested when the reader has taken the one before. A refusal before the first event is thrown. The stream keeps a reference
 * to the request: a `Request` that is garbage-collected no longer reports that its reader has left.
 */
export function streamOf(
  events: (signal: AbortSignal) => AsyncGenerator<ServerEvent>,
  request: Pick<Request, "signal">,
  onFault: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const left = new AbortController();
  const leave = () => left.abort();
  const iterator = events(left.signal);
  request.signal.addEventListener("abort", leave, { once: true });
  if (request.signal.aborted) leave();
  let isCancelled = false;
  const encoder = new TextEncoder();

  function end(controller: ReadableStreamDefaultController): void {
    request.signal.removeEventListener("abort", leave);
    leave();
    // A stream that the reader cancelled is closed already.
    if (!isCancelled) controller.close();
  }

  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
      // A reader that has unread events needs no heartbeat.
      const beat = () => void ((controller.desiredSize ?? 0) > 0 && controller.enqueue(encoder.encode(":\n\n")));
      void heartbeat(beat, left.signal);
    },
    async pull(controller) {
      try {
        const { value, done } = await iterator.next();
        if (done || left.signal.aborted) return end(controller);
        controller.enqueue(encoder.encode(textOf(value)));
      } catch (error) {
        // The headers are sent; a reader whose stream ends opens it again, and gets a status then.
        onFault(error);
        end(controller);
      }
    },
    cancel() {
      isCancelled = true;
      request.signal.removeEventListener("abort", leave);
      leave();
    },
  });
}

function textOf(event: ServerEvent): string {
  if ("retryMs" in event) return `retry: ${event.retryMs}\n\n`;
  return `id: ${event.id}\nevent: ${event.event}\ndata: ${renderJson(event.data)}\n\n`;
}

async function heartbeat(beat: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(HEARTBEAT_MS, signal).catch(() => undefined);
    if (!signal.aborted) beat();
  }
}
