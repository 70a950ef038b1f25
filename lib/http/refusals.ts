import type { Code } from "#lib/base/errors";
import type { Endpoint } from "#lib/http/call";
import { onlyReads, takesKey } from "#lib/http/route";

/**
 * Every code that an endpoint may answer with: those it declares in `refuses`, and those of the steps before it. The API document
 * lists them, and a test fails when another one leaves.
 */
export function refusalsOf(method: string, endpoint: Endpoint): ReadonlySet<Code> {
  const { who, refuses } = endpoint;
  const codes: Code[] = ["invalid_input", "internal", ...refuses, "too_many_requests", "unavailable"];
  // A DELETE takes no body, but its body is read.
  if (method !== "GET") codes.push("too_large", "unsupported_media_type");
  if (!who.includes("anyone")) codes.push("unauthenticated", "forbidden");
  if (who.some((caller) => caller === "agent" || caller === "supervisor")) codes.push("another_person");
  if (!onlyReads(endpoint)) codes.push("conflict");
  if (takesKey(method, endpoint)) codes.push("key_reused", "key_in_use", "already_applied", "client_too_old");
  return new Set(codes);
}
