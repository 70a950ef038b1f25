import { pause } from "#lib/clock";
import type { ServerEvent } from "#lib/context";
import { renderJson } from "#lib/json";

/** What proxies drop as dead is a stream that says nothing for a minute. */
const HEARTBEAT_MS = 15_000;
/** How long a reader waits before it opens a stream that has ended again. */
const RETRY_MS = 1_000;

/** Whether the reader asks for a stream rather than for one answer. */
export function wantsStream(headers: Headers): boolean {
  return (headers.get("accept") ?? "").split(",").some((type) => type.trim().startsWith("text/event-stream"));
}

/** Server-sent events, as the HTML standard has them. Ends with `events`, or when the reader leaves. */
export function streamOf(
  events: (signal: AbortSignal) => AsyncGenerator<ServerEvent>,
  reader: AbortSignal,
  onFault: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const left = new AbortController();
  const signal = AbortSignal.any([reader, left.signal]);
  const encode = (text: string) => new TextEncoder().encode(text);
  return new ReadableStream({
    async start(controller) {
      const say = (text: string) => void (signal.aborted || controller.enqueue(encode(text)));
      say(`retry: ${RETRY_MS}\n\n`);
      void heartbeat(() => say(":\n\n"), signal);
      try {
        for await (const { id, event, data } of events(signal)) {
          say(`id: ${id}\nevent: ${event}\ndata: ${renderJson(data)}\n\n`);
        }
      } catch (error) {
        // The headers are out; a reader that finds the stream ended comes back and is told by a status.
        onFault(error);
      }
      const isGone = signal.aborted;
      left.abort();
      if (!isGone) controller.close();
    },
    cancel: () => left.abort(),
  });
}

async function heartbeat(beat: () => void, signal: AbortSignal): Promise<void> {
  for (;;) {
    const isOver = await pause(HEARTBEAT_MS, signal).then(
      () => false,
      () => true,
    );
    if (isOver) return;
    beat();
  }
}
