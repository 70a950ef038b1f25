/** Every test may rely on this: nothing that it does reaches another machine. */
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { expect, test } from "vitest";

test.each(["https://example.com/", "http://192.0.2.1/", "http://[2001:db8::1]/"])("no test fetches %s", async (url) => {
  await expect(fetch(url)).rejects.toMatchObject({ cause: { code: "ENETUNREACH" } });
});

test.each([
  ["a socket", () => connect(443, "192.0.2.1")],
  ["a socket with options", () => connect({ host: "example.com", port: 443 })],
  ["TLS", () => connectTls({ host: "example.com", port: 443 })],
])("%s does not reach another machine", async (_what, open) => {
  expect(await once(open(), "error")).toMatchObject([{ code: "ENETUNREACH" }]);
});
