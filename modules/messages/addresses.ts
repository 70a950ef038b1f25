import { domainToASCII } from "node:url";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { isMailAddress, isMailDomain } from "#lib/base/mail-address";
import { readNumber, readTextNumber } from "#lib/base/phone";
import type { Channel } from "./rules.ts";
import { headerFault } from "./transports/transport.ts";

/**
 * An address of this channel as it is stored: a number in E.164, or an e-mail address. `name` names the field in the refusal.
 * Refuses `invalid_input`.
 */
export function addressOf(ctx: Pick<Ctx, "limits">, channel: Channel, name: string, given: string): string {
  return channel === "sms" ? textNumber(ctx, name, given) : mailAddress(name, given);
}

function textNumber(ctx: Pick<Ctx, "limits">, name: string, given: string): string {
  const number = readTextNumber(given, ctx.limits.defaultCountry);
  if (number !== null) return number;
  const way = name === "from" || name === "sender" ? "from" : "to";
  throw new Refusal(
    "invalid_input",
    `${name}: no text can be sent ${way} this number; write it with its country code, such as +14155550100, without letters or an extension; short codes and numbers at premium rate are not taken.`,
  );
}

function mailAddress(name: string, given: string): string {
  const fault = headerFault(`${name} address`, given);
  if (fault) throw new Refusal("invalid_input", fault);
  const address = withOneDomain(asWritten(given));
  if (isMailAddress(address)) return address;
  throw new Refusal("invalid_input", `${name}: ${refusalOf(address)}`);
}

/** An address without what copying it adds: spaces around it, marks that nobody sees, and the scheme of a link. */
function asWritten(given: string): string {
  return given
    .replace(/\p{Cf}/gu, "")
    .trim()
    .replace(/^mailto:/i, "");
}

/**
 * Why an address is not taken. Standards allow letters beyond ASCII and quotes in a name (RFC 6531, RFC 5322), and no sender can know
 * whether every mail server on the way takes them: most do not, and the message would be lost after it was accepted.
 */
function refusalOf(address: string): string {
  const at = address.lastIndexOf("@");
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (/^".+"$/.test(local) && isMailDomain(domain))
    return "a name in quotes before the @ is not taken, because many mail servers refuse it; ask the person for an address without quotes.";
  if (/\P{ASCII}/u.test(local) && isMailAddress(`${local.replace(/[\p{L}\p{M}\p{N}]/gu, "a")}@${domain}`))
    return "letters beyond a to z before the @ are not taken, because many mail servers refuse them; ask the person for an address without them.";
  return "this is no e-mail address; write it as name@example.com.";
}

/** A domain as people write it, in any alphabet, without escapes and without the address of a machine. */
const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;

/**
 * An e-mail address with its domain in the one form in which mail servers know it: lower case, and letters beyond ASCII as they are
 * registered (`xn--`). The name before the @ stays as it is, because its server may distinguish cases.
 */
export function withOneDomain(address: string): string {
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1).normalize("NFC");
  return at > 0 && DOMAIN.test(domain) ? `${address.slice(0, at)}@${domainToASCII(domain) || domain}` : address;
}

/** A number or an address in a search, as messages hold it: a number in E.164, an address with its domain in one form. */
export function storedAs(search: string, country: string | null): string {
  return search.includes("@") ? withOneDomain(asWritten(search)) : (readNumber(search, country) ?? search.trim());
}

/** The form of an address under which its suppression is stored: the same for every spelling. */
export function suppressedAs(address: string): string {
  return address.toLowerCase();
}
