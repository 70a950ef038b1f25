import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { pageHeaders } from "#lib/http/browser-headers";

/** Pages only: the API sets its own headers, and files of the build never change. */
export const config = { matcher: "/((?!api/|_next/static/|icon\\.svg$).*)" };

/**
 * Gives each page its security headers. It decides nothing about who may see it: a page asks for itself, because a
 * request can be made to pass by here.
 */
export function proxy(request: NextRequest): NextResponse {
  const headers = pageHeaders(randomBytes(16).toString("base64"));
  const toPage = new Headers(request.headers);
  // Next reads the nonce for its scripts out of this.
  toPage.set("content-security-policy", headers["content-security-policy"]!);
  return NextResponse.next({ request: { headers: toPage }, headers });
}
