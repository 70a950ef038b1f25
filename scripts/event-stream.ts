/** One event of a stream. */
export type StreamEvent = { id: string; event: string; data: string };

/**
 * Reads server-sent events until `signal`. It opens an ended stream again with the id of the last event, as a browser's
 * EventSource does; unlike that one it can send an Authorization header.
 */
export async function readStream(
  url: string,
  headers: Record<string, string>,
  hear: (event: StreamEvent) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let last = "";
  while (!signal.aborted) {
    try {
      const heard = last === "" ? {} : { "last-event-id": last };
      const response = await fetch(url, { headers: { ...headers, ...heard, accept: "text/event-stream" }, signal });
      if (!response.ok) throw new Error(`The stream was refused: ${response.status} ${await response.text()}`);
      for await (const event of eventsOf(response.body!)) {
        last = event.id;
        await hear(event);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  let text = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream() as never) as unknown as AsyncIterable<string>) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(block.split("\n").map((line) => line.split(/:\s?(.*)/s, 2) as [string, string]));
      const data = fields.get("data");
      if (data !== undefined) yield { id: fields.get("id") ?? "", event: fields.get("event") ?? "message", data };
    }
  }
}
