import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { pageHeaders } from "#lib/http/browser-headers";
import { pageWait } from "#lib/http/page-rate";

/** Pages only: the API sets its own headers, and files of the build never change. */
export const config = { matcher: "/((?!api/|_next/static/|icon\\.svg$).*)" };

/**
 * Gives each page its security headers, and refuses callers with too many requests. It does not decide who may see a page: each
 * page authorises its reader itself, because a request can be crafted to bypass this proxy.
 */
export function proxy(request: NextRequest): NextResponse {
  const headers = pageHeaders(randomBytes(16).toString("base64"));
  const wait = pageWait(request.nextUrl.pathname, request.headers);
  if (wait !== null) return tooManyPages(wait, headers);
  const toPage = new Headers(request.headers);
  // Next reads the nonce for its scripts out of this.
  toPage.set("content-security-policy", headers["content-security-policy"]!);
  return NextResponse.next({ request: { headers: toPage }, headers });
}

function tooManyPages(waitMs: number, headers: Record<string, string>): NextResponse {
  const seconds = Math.ceil(waitMs / 1_000);
  const sentence = `Too many pages were asked for in a minute. Wait ${seconds} seconds, then reload this one.`;
  return new NextResponse(sentence, { status: 429, headers: { ...headers, "retry-after": String(seconds) } });
}
