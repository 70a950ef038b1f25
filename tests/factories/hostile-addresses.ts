/** Addresses that must be refused, by the rows S1 to S5 and S9 of the list in modules/access/THREATS.md. */
import ipaddr from "ipaddr.js";
import { NAME } from "#tests/factories/servers";

/** S1: texts that are not plainly an https address; for a socket they are written with `wss`. */
export const NOT_HTTPS = [
  `ws://${NAME}/`,
  `http://${NAME}/`,
  "file:///etc/passwd",
  `gopher://${NAME}/`,
  `HTTPS://${NAME}/`,
  ` https://${NAME}/`,
  `https://${NAME}/ `,
  `ht\ttps://${NAME}/`,
  `https:/\t/${NAME}/`,
  `https:${NAME}/`,
  `https:///${NAME}/`,
  `//${NAME}/`,
  NAME,
  "data:text/plain,x",
  "javascript:1",
  "",
  "https://",
  "https://[",
];

/** S2: this machine, by numbers that the URL parser reads as an IPv4 address. */
export const LOOPBACKS = [
  "127.0.0.1",
  "127.1",
  "0",
  "0.0.0.0",
  "2130706433",
  "0177.0.0.1",
  "0x7f.1",
  "0x7f000001",
  "127.0.0.1.",
  "１２７.０.０.１",
  "①②⑦.⓪.⓪.①",
  "127。0。0。1",
];

/** S2: this machine, or something inside a network, by name. */
export const INSIDE_NAMES = [
  "localhost",
  "localhost.",
  "LOCALHOST",
  "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
  "ip6-localhost",
  "metadata.google.internal",
];

/** S3: literal IPv6 addresses. */
export const LITERALS_V6 = [
  "[::1]",
  "[::]",
  "[::ffff:7f00:1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:a9fe:a9fe]",
  "[::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b:1::1]",
  "[2002:7f00:1::]",
  "[fe80::1]",
  "[fe80::1%25eth0]",
  "[fd00::1]",
  "[5f00::1]",
  "[2606:4700::1111]",
];

/** Ordinary addresses that are not public, by the name the library has for their range; null where it has none. */
export const NOT_PUBLIC: Record<string, string[]> = {
  unspecified: ["0.0.0.0", "0.1.2.3", "::"],
  broadcast: ["255.255.255.255"],
  multicast: ["224.0.0.1", "239.255.255.255", "ff02::1"],
  linkLocal: ["169.254.169.254", "fe80::1", "fe80::1%eth0"],
  loopback: ["127.0.0.1", "127.255.255.254", "::1"],
  carrierGradeNat: ["100.64.0.1", "100.127.255.254"],
  private: ["10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1"],
  reserved: [
    ...["192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.254", "198.51.100.1", "203.0.113.1"],
    ...["240.0.0.1", "255.255.255.254", "2001:1::1", "2001:db8::1", "3fff::1"],
  ],
  as112: ["192.175.48.1", "192.31.196.1"],
  amt: ["192.52.193.1", "2001:3::1"],
  uniqueLocal: ["fc00::1", "fd00::1"],
  ipv4Mapped: ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8"],
  deprecatedSiteLocal: ["fec0::1"],
  discard: ["100::1"],
  rfc6145: ["::ffff:0:127.0.0.1"],
  rfc6052: ["64:ff9b::7f00:1", "64:ff9b:1::1"],
  "6to4": ["2002:7f00:1::"],
  teredo: ["2001:0:4136:e378::1"],
  benchmarking: ["2001:2::1"],
  as112v6: ["2001:4:112::1", "2620:4f:8000::1"],
  deprecatedOrchid: ["2001:10::1"],
  orchid2: ["2001:20::1"],
  droneRemoteIdProtocolEntityTags: ["2001:30::1"],
  segmentRouting: ["5f00::1"],
  unicast: ["::127.0.0.1", "::8.8.8.8", "4000::1", "1fff::1"],
};

/** S5: hosts that look like the one in the list by how the address is written. */
export const DISGUISES = [
  `https://${NAME}@127.0.0.1/`,
  `https://user:password@${NAME}/`,
  `https://@${NAME}/`,
  `https://${NAME}#@evil.test/`,
  `https://${NAME}\\@evil.test/`,
  `https://evil.test\\@${NAME}/`,
  `https://evil.test%2f@${NAME}/`,
  `https://${NAME}./`,
  "https://pаrtner.test/",
  `https://${NAME}:22/`,
  `https://${NAME}:5432/`,
  `https://${NAME}:6379/`,
  `https://${NAME}:8443/`,
  "https://.good.test/",
  "https://a.good.test:8443/",
];

/** S5: ordinary names that are not the one in the list. */
export const LOOKALIKES = [
  `https://${NAME}.evil.test/`,
  `https://evil${NAME}/`,
  "https://good.test/",
  "https://evilgood.test/",
  "https://a.good.test.evil.test/",
];

type Range = [part: ipaddr.IPv4 | ipaddr.IPv6, bits: number];
type Ranges = Record<string, Range | Range[]>;

/** S9: takes each range out of the library in turn, and says which of the addresses above lie in it. */
export function* rangesTakenOut(): Generator<{ title: string; within: string[] }> {
  const written = Object.values(NOT_PUBLIC).flat();
  for (const { SpecialRanges } of [ipaddr.IPv4.prototype, ipaddr.IPv6.prototype] as unknown as {
    SpecialRanges: Ranges;
  }[]) {
    for (const [name, range] of Object.entries(SpecialRanges)) {
      const parts = (Array.isArray(range[0]) ? range : [range]) as Range[];
      for (const part of parts) {
        const within = written.filter((address) => {
          const parsed = ipaddr.parse(address);
          return parsed.kind() === part[0].kind() && (parsed as ipaddr.IPv4).match(part as [ipaddr.IPv4, number]);
        });
        SpecialRanges[name] = parts.filter((other) => other !== part);
        try {
          yield { title: `${name} ${part[0]}/${part[1]}`, within };
        } finally {
          SpecialRanges[name] = range;
        }
      }
    }
  }
}

/**
 * Ranges whose addresses may be refused without them, too: broadcast lies in 240.0.0.0/4, others in 2001::/23, and some
 * outside 2000::/3.
 */
export const BEHIND_ANOTHER = /^broadcast 255\.255\.255\.255\/32$| (?:::|64:|100:|f[cdef]|5f00:|2001:[0-9a-f]{0,2}:)/;
