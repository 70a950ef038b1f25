import { expect, test } from "vitest";
import { ADDRESS_HEADER } from "#lib/http/address";
import { pageWait } from "#lib/http/page-rate";
import "#tests/setup/database";

const open = (address: string) => pageWait("/sign-in", new Headers({ [ADDRESS_HEADER]: address }));

test("an address that asks for too many pages has to wait, also when a flood from other addresses comes meanwhile", () => {
  for (let n = 0; n < 300; n += 1) expect(open("192.0.2.1")).toBeNull();
  for (let n = 0; n < 10_001; n += 1) {
    open(`10.0.${n >> 8}.${n & 255}`);
    if (n % 1_000 === 0) expect(open("192.0.2.1")).toBeGreaterThan(0);
  }
});
