/** A certificate for a test's server, made while the test runs: a key in the repository would look like one in use. */
import { generateKeyPairSync, sign } from "node:crypto";

type Certificate = { key: string; cert: string };

/** A certificate for `name` that has signed itself; it is its own `ca`. */
export function certificateFor(name: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signatureKind = sequence(oid("2a8648ce3d040302"));
  const subject = sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(name)))));
  const names = sequence(oid("551d11"), der(0x04, sequence(der(0x82, Buffer.from(name)))));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    signatureKind,
    subject,
    sequence(der(0x17, Buffer.from("200101000000Z")), der(0x17, Buffer.from("491231235959Z"))),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(names)),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign("sha256", body, privateKey)]);
  const whole = sequence(body, signatureKind, der(0x03, signature)).toString("base64");
  const cert = `-----BEGIN CERTIFICATE-----\n${whole.match(/.{1,64}/g)!.join("\n")}\n-----END CERTIFICATE-----\n`;
  return { key: String(privateKey.export({ type: "pkcs8", format: "pem" })), cert };
}

const sequence = (...parts: Buffer[]) => der(0x30, Buffer.concat(parts));
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));

/** One value: its tag, its length, itself. */
function der(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const lengths = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...lengths]), value]);
}
