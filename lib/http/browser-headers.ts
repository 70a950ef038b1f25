import { env } from "#lib/base/env";

/** The headers of every answer to a browser. */
function common(): Record<string, string> {
  const isSecure = env().RINGBACK_URL?.startsWith("https://") === true;
  return {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    // Two years. Only where the desk is reached over https: elsewhere browsers ignore the header, or would lock themselves out.
    ...(isSecure && { "strict-transport-security": "max-age=63072000; includeSubDomains" }),
  };
}

/** The headers of an answer of the API: data that a browser must never show as a page. */
export function dataHeaders(): Record<string, string> {
  return { ...common(), "content-security-policy": "default-src 'none'; frame-ancestors 'none'" };
}

/** The headers of a page whose scripts carry this nonce; no other script may run, and no page may frame it. */
export function pageHeaders(nonce: string): Record<string, string> {
  const policy = {
    "default-src": "'none'",
    "script-src": `'nonce-${nonce}' 'strict-dynamic'`,
    // The service worker, which opens the desk without a connection.
    "worker-src": "'self'",
    "style-src": `'self' 'nonce-${nonce}'`,
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
  };
  return {
    ...common(),
    "content-security-policy": Object.entries(policy)
      .map((rule) => rule.join(" "))
      .join("; "),
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  };
}
