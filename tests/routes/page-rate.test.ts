/** Pages are the most expensive requests of a stranger, so they are counted before they are rendered. */
import { NextRequest } from "next/server";
import { expect, test, vi } from "vitest";
import { ADDRESS_HEADER } from "#lib/http/address";
import { aSession, anAccount } from "#tests/factories/staff";
import { proxy } from "../../proxy.ts";
import "#tests/setup/database";

// The set-up of the tests puts its own `after` in its place; pages need the real one.
vi.unmock("next/server");

const page = (headers: Record<string, string>) =>
  proxy(new NextRequest("http://ringback.test/sign-in", { headers })).status;
const pages = (count: number, headers: Record<string, string>) => Array.from({ length: count }, () => page(headers));

test("the 301st page of a minute for strangers of one address is refused with the time to wait; another address gets its page", () => {
  const crowd = { [ADDRESS_HEADER]: "198.51.100.71" };
  expect(new Set(pages(300, crowd))).toEqual(new Set([200]));
  const refused = proxy(new NextRequest("http://ringback.test/sign-in", { headers: crowd }));
  expect(refused.status).toBe(429);
  const wait = Number(refused.headers.get("retry-after"));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60);
  expect(refused.headers.get("content-security-policy")).toContain("default-src");
  expect(page({ [ADDRESS_HEADER]: "198.51.100.72" })).toBe(200);
});

test("a person who is signed in gets pages beside a crowd of strangers behind the same address, and only so many", async () => {
  const address = { [ADDRESS_HEADER]: "198.51.100.73" };
  const cookie = await aSession((await anAccount()).id);
  pages(301, address);
  expect(page(address)).toBe(429);
  expect(new Set(pages(600, { ...address, cookie }))).toEqual(new Set([200]));
  expect(page({ ...address, cookie })).toBe(429);
});

test("the page of the API counts as ten others", () => {
  const docs = () =>
    proxy(new NextRequest("http://ringback.test/docs", { headers: { [ADDRESS_HEADER]: "198.51.100.75" } })).status;
  expect(new Set(Array.from({ length: 30 }, docs))).toEqual(new Set([200]));
  expect(docs()).toBe(429);
});

test("a cookie that nobody signed is a stranger's", () => {
  const address = { [ADDRESS_HEADER]: "198.51.100.74" };
  pages(300, address);
  expect(page({ ...address, cookie: "ringback.session_token=made-up.c2lnbmF0dXJl" })).toBe(429);
});
