import { describe, expect, test } from "vitest";
import { ADDRESS_HEADER, trustedAddress, clientAddress, networkOf } from "./address.ts";

const CONNECTION = "203.0.113.9";

describe("A7: which address a request came from", () => {
  test.each([
    ["nothing", undefined],
    ["one address", "198.51.100.1"],
    ["the name of this machine", "127.0.0.1"],
    ["many addresses", "198.51.100.1, 198.51.100.2, 198.51.100.3"],
  ])("without proxies the connection is believed, and a forged header with %s is not", (_, forged) => {
    expect(trustedAddress(CONNECTION, forged, 0)).toBe(CONNECTION);
  });

  test("with proxies what the outermost of them noted is believed, and nothing left of it", () => {
    const forged = "10.0.0.1, 10.0.0.2";
    expect(trustedAddress(CONNECTION, `${forged},198.51.100.7`, 1)).toBe("198.51.100.7");
    expect(trustedAddress(CONNECTION, `${forged},198.51.100.7, 192.0.2.1`, 2)).toBe("198.51.100.7");
    expect(trustedAddress(CONNECTION, "198.51.100.7", 1)).toBe("198.51.100.7");
  });

  test.each([
    ["198.51.100.7:4711", "198.51.100.7"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ['"[2001:db8::1]"', "2001:db8::1"],
  ])("an address that a proxy notes as %s is %s, with any port", (noted, address) => {
    expect(trustedAddress(CONNECTION, `10.0.0.1, ${noted}`, 1)).toBe(address);
  });

  test.each([undefined, "", "  "])("a request that went around the proxies counts by its connection (%j)", (header) => {
    expect(trustedAddress(CONNECTION, header, 1)).toBe(CONNECTION);
    expect(trustedAddress(CONNECTION, "198.51.100.7", 2)).toBe(CONNECTION);
  });
});

describe("A7: whose limit an address counts against", () => {
  const HOME = networkOf("2001:db8:1:2::1");

  test.each([
    "2001:db8:1:2::1",
    "2001:0db8:0001:0002:0000:0000:0000:0001",
    "2001:DB8:1:2:0:0:0:1",
    "2001:db8:1:2:ffff:ffff:ffff:ffff",
    "2001:db8:1:2::192.0.2.33",
    "2001:db8:1:2::1%eth0",
  ])("%s is one of the one network a customer has", (spelling) => {
    expect(networkOf(spelling)).toBe(HOME);
  });

  test("the network beside it is another", () => {
    expect(networkOf("2001:db8:1:3::1")).not.toBe(HOME);
  });

  test.each(["198.51.100.7", "::ffff:198.51.100.7", "::ffff:c633:6407", "0:0:0:0:0:FFFF:198.51.100.7"])(
    "%s is one address, however it is spelled",
    (spelling) => {
      expect(networkOf(spelling)).toBe("198.51.100.7");
    },
  );

  test.each(["", "unknown", "198.51.100.7:4711", "198.51.100.7, 198.51.100.8", "<script>", "::1::1"])(
    "%j is no address, and all such share one limit",
    (text) => {
      expect(networkOf(text)).toBe("unknown");
    },
  );

  test("only the server's own note is read", () => {
    const said = { "x-forwarded-for": "198.51.100.7", "x-real-ip": "198.51.100.7", forwarded: "for=198.51.100.7" };
    expect(clientAddress(new Headers(said))).toBe("unknown");
    expect(clientAddress(new Headers({ ...said, [ADDRESS_HEADER]: CONNECTION }))).toBe(CONNECTION);
  });
});
