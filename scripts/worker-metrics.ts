/** The counters of a worker, for Prometheus. Readings of the database are at /api/metrics of the app. */
import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { digestOf } from "#lib/identity/api-key";
import { exposition } from "#lib/base/metrics";

/** Answers `/metrics` on this port to a bearer of the token, until the process ends. */
export function serveMetrics(port: number, token: string): void {
  const wanted = digestOf(`Bearer ${token}`);
  createServer(async ({ url, headers }, response) => {
    if (!timingSafeEqual(digestOf(headers.authorization ?? ""), wanted)) return response.writeHead(401).end();
    if (url !== "/metrics") return response.writeHead(404).end();
    return response
      .writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" })
      .end(await exposition([]));
  })
    .listen(port)
    .unref();
}
