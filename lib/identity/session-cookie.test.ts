import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { freshSessionToken } from "#lib/identity/session-cookie";
import { staffAuth } from "#lib/identity/staff-auth";
import { aSession, anAccount } from "#tests/factories/staff";
import { db } from "#tests/setup/database";
import { AUTH_SECRET } from "#tests/setup/secrets";

const TOKEN = "ringback.session_token";
const COPY = "ringback.session_data";
type Jar = { token: string; copy: string };

const library = async (headers: Headers) => (await staffAuth(db)).api.getSession({ headers, returnHeaders: true });
const browser = ({ token, copy }: Jar): Headers => new Headers({ cookie: `${TOKEN}=${token}; ${COPY}=${copy}` });

/** The cookies of a browser in which a new account is signed in. */
async function aJar(): Promise<Jar> {
  const cookie = await aSession((await anAccount()).id);
  const { headers } = await library(new Headers({ cookie }));
  const copy = headers.getSetCookie().find((line) => line.startsWith(`${COPY}=`)) ?? "";
  return { token: cookie.slice(TOKEN.length + 1), copy: copy.slice(COPY.length + 1, copy.indexOf(";")) };
}

/** The same copy with something in it changed; signed anew with `secret` when one is given. */
function changed({ copy }: Jar, change: (content: Content) => void, secret?: string): string {
  const content = JSON.parse(Buffer.from(copy, "base64url").toString()) as Content;
  change(content);
  const { session, expiresAt } = content;
  if (secret !== undefined) {
    content.signature = createHmac("sha256", secret)
      .update(JSON.stringify({ ...session, expiresAt }))
      .digest("base64url");
  }
  return Buffer.from(JSON.stringify(content)).toString("base64url");
}
type Content = { session: { session: { token: string } }; expiresAt: number; signature: string };

test("A6: a fresh copy names the session that the library names, without asking it", async () => {
  const jar = await aJar();
  const { response } = await library(browser(jar));
  expect(freshSessionToken(browser(jar))).toBe(response?.session.token);
  expect(freshSessionToken(browser({ ...jar, copy: changed(jar, () => {}, AUTH_SECRET) }))).not.toBeNull();
});

test("A6: changed, mixed, doubled, missing or old parts of the cookies lead to the library", async () => {
  const [jar, other] = [await aJar(), await aJar()];
  const plain = decodeURIComponent(jar.token);
  const [token = "", mark = ""] = plain.split(".");
  const copies = [
    "",
    "nonsense",
    other.copy,
    jar.copy.slice(0, -8),
    changed(jar, (content) => (content.expiresAt += 1)),
    changed(jar, (content) => (content.signature = "")),
    changed(jar, (content) => (content.session.session.token += "x")),
    changed(jar, (content) => (content.expiresAt = Date.now() - 1), AUTH_SECRET),
    changed(jar, () => {}, `${AUTH_SECRET}x`),
  ];
  const tokens = [
    "",
    token,
    `.${mark}`,
    `${token}.`,
    `${token}x.${mark}`,
    `${token}.${mark.slice(1)}`,
    other.token,
    "%zz",
  ];
  const browsers = [
    ...copies.map((copy) => browser({ ...jar, copy })),
    ...tokens.map((given) => browser({ ...jar, token: given })),
    new Headers({ cookie: `${TOKEN}=${jar.token}; ${TOKEN}=${jar.token}; ${COPY}=${jar.copy}` }),
    new Headers({ cookie: `__Host-${TOKEN}=${jar.token}; ${COPY}=${jar.copy}` }),
    new Headers({ cookie: `${COPY}=${jar.copy}` }),
    new Headers(),
  ];
  for (const headers of browsers) expect(freshSessionToken(headers), headers.get("cookie") ?? "").toBeNull();
});
