import { env } from "#lib/base/env";

/** What every answer tells a browser, whatever it carries. */
function common(): Record<string, string> {
  const isSecure = env().RINGBACK_URL?.startsWith("https://") === true;
  return {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    // Two years. Only where people reach us over https: elsewhere browsers ignore it, or would lock themselves out.
    ...(isSecure && { "strict-transport-security": "max-age=63072000; includeSubDomains" }),
  };
}

/** Headers of an answer of the API: data that no browser should ever show as a page. */
export function dataHeaders(): Record<string, string> {
  return { ...common(), "content-security-policy": "default-src 'none'; frame-ancestors 'none'" };
}

/** Headers of a page whose scripts carry this nonce; nothing else of it may run, and nobody may frame it. */
export function pageHeaders(nonce: string): Record<string, string> {
  const policy = {
    "default-src": "'none'",
    "script-src": `'nonce-${nonce}' 'strict-dynamic'`,
    // The one that opens the desk without a connection.
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
