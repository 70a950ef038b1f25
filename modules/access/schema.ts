import { z } from "zod";
import { cursorIn } from "#lib/base/cursor";
import { instantIn, instantOut, smallId } from "#lib/base/ids";
import { ROLES, SCOPES } from "./rules.ts";
import { freeText } from "#lib/base/text";

const email = z
  .email()
  .max(254)
  .transform((value) => value.toLowerCase());
const password = z.string().min(1).max(128);
const newPassword = z
  .string()
  .min(12, "must be at least 12 characters long")
  .max(128, "must be at most 128 characters long");
const accountId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be the id of an account");
const code = z.string().regex(/^[0-9]{6}$/, "must be the six digits that the authenticator shows");

export const nothing = z.strictObject({});
export const doneAnswer = z.object({ success: z.literal(true), message: z.string() });

export const signInInput = z.strictObject({ email, password });
export const signInAnswer = z.object({
  /** `second_factor`: the code of the authenticator is required next. */
  next: z.enum(["signed_in", "second_factor"]),
});
export const secondFactorInput = z.strictObject({ code });
/** A code of the authenticator, or a backup code, each of which replaces one code once. */
export const signInCodeInput = z.strictObject({
  code: z
    .string()
    .regex(
      /^([0-9]{6}|[A-Za-z0-9]{5}-[A-Za-z0-9]{5})$/,
      "must be the six digits that the authenticator shows, or a backup code",
    ),
});
export const signOutInput = z.strictObject({
  /** Signs out in every other browser, too. */
  everywhere: z.boolean().default(false),
});
const person = z.object({
  accountId: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  agentId: z.int().nullable(),
  hasSecondFactor: z.boolean(),
});
export const meAnswer = person.extend({
  /** The server's clock when this was read. */
  now: instantOut,
  /** Settings of the desk that its screens name. */
  desk: z.object({ decentHoursFrom: z.int(), decentHoursTo: z.int(), agentGraceSeconds: z.int() }),
});
export type Me = z.infer<typeof meAnswer>;
export const sessionsAnswer = z.object({
  sessions: z.array(
    z.object({
      sessionId: z.string(),
      device: z.string(),
      browser: z.string().nullable(),
      signedInAt: instantOut,
      /** To ten minutes. */
      lastSeenAt: instantOut,
      isCurrent: z.boolean(),
    }),
  ),
});
export const sessionIdInput = z.strictObject({
  sessionId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be the id of a session"),
});
export const changePasswordInput = z.strictObject({ currentPassword: password, newPassword });
export const passwordInput = z.strictObject({ password });
export const enableSecondFactorAnswer = z.object({
  /** For the authenticator, as a link or a QR code. */
  uri: z.string(),
  /** Each signs in once without the authenticator; only this answer contains them. */
  backupCodes: z.array(z.string()),
});

export const inviteInput = z.strictObject({
  email,
  role: z.enum(ROLES),
  /** The agent whose desk the account opens; required for the role agent, and allowed only there. */
  agentId: smallId.optional(),
  name: freeText().trim().min(1).max(200),
});
export type InviteInput = z.infer<typeof inviteInput>;
export const inviteAnswer = z.object({
  accountId: z.string(),
  /**
   * Sets the first password, once, within three days. Only this answer contains it; hand it over in person or by a safe channel.
   */
  invitation: z.string(),
});
export const welcomeInput = z.strictObject({
  invitation: z.string().regex(/^[A-Za-z0-9_-]{16,100}$/, "must be the invitation you were given"),
  newPassword,
});
export const invitationInput = welcomeInput.pick({ invitation: true });
export const invitedAnswer = z.object({
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  /** False: the account has no password yet, and the invitation sets the first one. */
  hasPassword: z.boolean(),
});
export const staffInput = z.strictObject({
  cursor: accountId.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const staffMember = person.extend({ disabledAt: instantOut.nullable(), createdAt: instantOut });
export const staffAnswer = z.object({ staff: z.array(staffMember), nextCursor: z.string().nullable() });
export const changeStaffInput = z.strictObject({
  accountId,
  role: z.enum(ROLES).optional(),
  agentId: smallId.optional(),
  isDisabled: z.boolean().optional(),
  /** False removes the second factor of a person who lost it. */
  hasSecondFactor: z.literal(false).optional(),
});
export const accountIdInput = z.strictObject({ accountId });

export const makeKeyInput = z.strictObject({
  name: freeText().trim().min(1).max(100),
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .max(SCOPES.length)
    .transform((list) => [...new Set(list)]),
});
export const keyAnswer = z.object({
  id: z.int(),
  name: z.string(),
  hint: z.string(),
  scopes: z.array(z.string()),
  createdBy: z.string(),
  createdAt: instantOut,
  lastUsedAt: instantOut.nullable(),
  revokedAt: instantOut.nullable(),
});
/** Only this answer contains `key`. */
export const madeKeyAnswer = keyAnswer.extend({ key: z.string() });
export const keysInput = z.strictObject({
  cursor: smallId.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const keysAnswer = z.object({ keys: z.array(keyAnswer), nextCursor: z.int().nullable() });
export const keyIdInput = z.strictObject({ keyId: smallId });

export const auditInput = z.strictObject({
  /** Default: the last 24 hours. At most 31 days before `to` or now. */
  from: instantIn.optional(),
  to: instantIn.optional(),
  actor: z.string().min(1).max(100).optional(),
  action: z.string().min(1).max(100).optional(),
  subject: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
  cursor: cursorIn(/^[ac][0-9.]{1,30}$/).optional(),
});
/** A file is read at once, not by page, so it holds more: as many as can be answered in time. */
export const auditFileInput = auditInput.extend({ limit: z.coerce.number().int().min(1).max(5_000).default(5_000) });
export const auditAnswer = z.object({
  entries: z.array(
    z.object({
      id: z.string(),
      at: instantOut,
      actor: z.string(),
      /** The name of the actor, if a person or a key. */
      name: z.string().nullable(),
      action: z.string(),
      subject: z.string(),
      /** The name of the account that an entry is about. */
      subjectName: z.string().nullable(),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
  nextCursor: z.string().nullable(),
});
