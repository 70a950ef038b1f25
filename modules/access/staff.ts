import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { setActive } from "#modules/agents";
import { runTick } from "#modules/calls";
import { writeAudit } from "#lib/identity/audit";
import type { Browser, Ctx, ReadCtx } from "#lib/base/context";
import { violated } from "#lib/database/error";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { countNetworkAttempt, forgiveAttempt, refuseWrong } from "#lib/database/rate-limit";
import { hashingFor, hashPassword } from "#lib/identity/slow-hash";
import { execute, query, sql } from "#lib/database/sql";
import { INVITATION_BYTES } from "./rules.ts";
import type {
  accountIdInput,
  changeStaffInput,
  doneAnswer,
  invitationInput,
  inviteAnswer,
  invitedAnswer,
  InviteInput,
  staffMember,
  welcomeInput,
} from "./schema.ts";
import { accountOf, findStaff } from "./store.ts";
import { refuseWeakPassword } from "./weak-password.ts";
import { findInvited } from "./sql/find-invited.ts";

/** For how long an invitation is valid, in seconds. */
const INVITATION_SECONDS = 3 * 86_400;

/**
 * Creates an account without a password, and an invitation with which its owner sets the first one. There is no public sign-up.
 * Refuses `not_found` for an unknown agent, `account_taken` when the e-mail address or the agent has an account, and
 * `invalid_input` when role and agent do not fit.
 */
export async function inviteStaff(ctx: Ctx, input: InviteInput): Promise<z.infer<typeof inviteAnswer>> {
  const { email, role, agentId = null, name } = input;
  mustFit(role, agentId);
  const accountId = ctx.newId();
  return inTransaction(ctx, async (tx) => {
    await withWords(agentId, () =>
      execute(
        tx.db,
        sql`INSERT INTO staff_accounts (id, name, email, role, agent_id, created_at, updated_at)
            VALUES (${accountId}, ${name}, ${email}, ${role}, ${agentId}::int, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz)`,
      ),
    );
    await writeAudit(tx.db, {
      actor: ctx.actor,
      action: "staff.invited",
      subject: `account ${accountId}`,
      details: { role, agentId },
    });
    return { accountId, invitation: await writeInvitation(tx, accountId) };
  });
}

/** A new invitation for a person who lost the last one or the password; earlier ones become invalid. Refuses `not_found`. */
export async function inviteAgain(
  ctx: Ctx,
  { accountId }: z.infer<typeof accountIdInput>,
): Promise<z.infer<typeof inviteAnswer>> {
  await findStaff(ctx.db, accountId);
  return inTransaction(ctx, async (tx) => {
    await writeAudit(tx.db, { actor: ctx.actor, action: "staff.invited", subject: `account ${accountId}` });
    return { accountId, invitation: await writeInvitation(tx, accountId) };
  });
}

/**
 * The person whom an invitation is for, while it can still be used. Looking does not use it up. Refuses `not_found`, and
 * `too_many_requests` for a network with too many wrong ones.
 */
export async function showInvited(
  ctx: Ctx,
  { invitation }: z.infer<typeof invitationInput>,
  { address }: Pick<Browser, "address">,
): Promise<z.infer<typeof invitedAnswer>> {
  return (await mustBeInvited(ctx, invitation, address)).invited;
}

/** Finds the person of a valid invitation; a network has a limit of wrong ones. */
async function mustBeInvited(ctx: Ctx, invitation: string, address: string) {
  const network = await countNetworkAttempt(ctx, "invitation", address);
  const identifier = identifierOf(invitation);
  const invited = await findInvited(ctx.db, identifier);
  if (!invited) throw refuseWrong(network, usedOrTooOld());
  await forgiveAttempt(ctx.db, network.name);
  return { invited, identifier };
}

/**
 * Sets the password of the account of an invitation, once, and ends its sessions. The invitation is looked up before anything is
 * hashed, and a network has a limit of wrong ones. Refuses `not_found`, `too_many_requests`, and `invalid_input` for a password
 * that is easy to guess.
 */
export async function acceptInvitation(
  ctx: Ctx,
  { invitation, newPassword }: z.infer<typeof welcomeInput>,
  { address }: Pick<Browser, "address">,
): Promise<z.infer<typeof doneAnswer>> {
  const { invited, identifier } = await mustBeInvited(ctx, invitation, address);
  await refuseWeakPassword(newPassword, invited);
  const hash = await hashingFor(identifier, () => hashPassword(newPassword));
  return inTransaction(ctx, async (tx) => {
    // Of two simultaneous requests one deletes the row.
    const [found] = await query(
      tx.db,
      z.object({ accountId: z.string() }),
      sql`DELETE FROM staff_verifications WHERE identifier = ${identifier} AND expires_at > clock_timestamp()
          RETURNING value AS "accountId"`,
    );
    if (!found) throw usedOrTooOld();
    const { accountId } = found;
    await setPassword(tx, accountId, hash);
    const actor = await accountOf(tx.db, accountId);
    await writeAudit(tx.db, { actor, action: "staff.password_set", subject: `account ${accountId}` });
    return { success: true, message: "The password is set; sign in with it." };
  });
}

/** Whether an active demo account exists. */
export async function hasDemoAccounts({ db }: ReadCtx): Promise<boolean> {
  return (await db.staffAccount.count({ where: { isDemo: true, disabledAt: null } })) > 0;
}

/** Creates a demo account with this password. Only for an embedded database: a production start refuses such accounts. */
export async function makeDemoAccount(ctx: Ctx, input: InviteInput, password: string): Promise<void> {
  const hash = await hashPassword(password);
  const { accountId } = await inviteStaff(ctx, input);
  await setPassword(ctx, accountId, hash);
  await ctx.db.staffAccount.update({ where: { id: accountId }, data: { isDemo: true } });
}

/** The demo accounts, supervisors first, where the demo day is available; everywhere else, as in production, there are none. */
export async function demoAccounts({ db, limits }: ReadCtx): Promise<{ name: string; email: string; role: string }[]> {
  if (!limits.hasDemoDay) return [];
  const where = { isDemo: true, disabledAt: null };
  return db.staffAccount.findMany({
    where,
    select: { name: true, email: true, role: true },
    orderBy: [{ role: "desc" }, { createdAt: "asc" }],
  });
}

/** The id of the account with this e-mail address. Refuses `not_found`. */
export async function accountByEmail({ db }: ReadCtx, email: string): Promise<string> {
  const account = await db.staffAccount.findUnique({ where: { email: email.toLowerCase() } });
  if (!account) throw new Refusal("not_found", `There is no account with the address ${email}.`);
  return account.id;
}

/** Stores a hashed password and ends every earlier session. */
export async function setPassword(ctx: Ctx, accountId: string, hash: string): Promise<void> {
  await execute(
    ctx.db,
    sql`DELETE FROM staff_credentials WHERE account_id = ${accountId} AND provider_id = 'credential'`,
  );
  await execute(
    ctx.db,
    sql`INSERT INTO staff_credentials (id, provider_account_id, provider_id, account_id, password, created_at, updated_at)
        VALUES (${ctx.newId()}, ${accountId}, 'credential', ${accountId}, ${hash}, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz)`,
  );
  await endSessions(ctx, accountId);
}

/**
 * Changes the role or desk of an account, disables or enables it, or removes a lost second factor. Its sessions end at once. The
 * agent of a disabled account becomes inactive, and a tick before the answer gives the agent's entries to others. Refuses
 * `not_found`, `account_taken`, `invalid_input`, and `conflict` when it would leave no supervisor.
 */
export async function changeStaff(
  ctx: Ctx,
  { accountId, role, agentId, isDisabled, hasSecondFactor }: z.infer<typeof changeStaffInput>,
): Promise<z.infer<typeof staffMember>> {
  const changed = await inTransaction(ctx, async (tx) => {
    // The lock serialises all changes of staff, so that two supervisors cannot disable each other simultaneously.
    await execute(tx.db, sql`LOCK TABLE staff_accounts IN SHARE ROW EXCLUSIVE MODE`);
    const before = await findStaff(tx.db, accountId);
    const newRole = role ?? before.role;
    const newAgentId = newRole === "agent" ? (agentId ?? before.agentId) : null;
    mustFit(newRole, newRole === "agent" ? newAgentId : (agentId ?? null));
    const disabledAt = (isDisabled ?? before.disabledAt !== null) ? (before.disabledAt ?? ctx.now) : null;
    await withWords(newAgentId, () =>
      execute(
        tx.db,
        sql`UPDATE staff_accounts SET role = ${newRole}, agent_id = ${newAgentId}::int, disabled_at = ${disabledAt}::timestamptz,
                   updated_at = ${ctx.now}::timestamptz WHERE id = ${accountId}`,
      ),
    );
    await mustLeaveSupervisor(tx);
    await endSessions(tx, accountId);
    if (hasSecondFactor === false) await takeSecondFactor(tx, accountId);
    if (before.agentId !== null && before.agentId !== newAgentId)
      await setActive(tx, { agentId: before.agentId, isActive: false });
    if (newAgentId !== null) await setActive(tx, { agentId: newAgentId, isActive: disabledAt === null });
    const details = { role: newRole, agentId: newAgentId, isDisabled: disabledAt !== null, hasSecondFactor };
    await writeAudit(tx.db, { actor: ctx.actor, action: "staff.changed", subject: `account ${accountId}`, details });
    return findStaff(tx.db, accountId);
  });
  await runTick(ctx, { source: "catch-up" });
  return changed;
}

async function writeInvitation(ctx: Ctx, accountId: string): Promise<string> {
  const invitation = randomBytes(INVITATION_BYTES).toString("base64url");
  await execute(
    ctx.db,
    sql`DELETE FROM staff_verifications WHERE value = ${accountId} AND identifier LIKE 'invitation:%'`,
  );
  await execute(
    ctx.db,
    sql`INSERT INTO staff_verifications (id, identifier, value, expires_at, created_at, updated_at)
        VALUES (${ctx.newId()}, ${identifierOf(invitation)}, ${accountId},
                clock_timestamp() + ${INVITATION_SECONDS}::int * interval '1 second', ${ctx.now}::timestamptz, ${ctx.now}::timestamptz)`,
  );
  return invitation;
}

async function takeSecondFactor(ctx: Ctx, accountId: string): Promise<void> {
  await ctx.db.staffTwoFactor.deleteMany({ where: { accountId } });
  await ctx.db.staffAccount.update({ where: { id: accountId }, data: { twoFactorEnabled: false } });
}

function usedOrTooOld(): Refusal {
  return new Refusal("not_found", "This invitation was used or is too old; ask a supervisor for a new one.");
}

/** The database stores only a digest, so a reader of the database cannot use the invitation. */
function identifierOf(invitation: string): string {
  return `invitation:${createHash("sha256").update(invitation).digest("base64url")}`;
}

async function endSessions(ctx: Ctx, accountId: string): Promise<void> {
  await execute(ctx.db, sql`DELETE FROM staff_sessions WHERE account_id = ${accountId}`);
}

function mustFit(role: string, agentId: number | null): void {
  if (role === "agent" && agentId === null) {
    throw new Refusal(
      "invalid_input",
      "Send agentId with the account of an agent: the id of the agent who signs in with it.",
    );
  }
  if (role === "supervisor" && agentId !== null) {
    throw new Refusal("invalid_input", "A supervisor has no desk; leave agentId out.");
  }
}

async function mustLeaveSupervisor(ctx: Ctx): Promise<void> {
  const [left] = await query(
    ctx.db,
    z.object({ n: z.int() }),
    sql`SELECT count(*)::int AS n FROM staff_accounts WHERE role = 'supervisor' AND disabled_at IS NULL`,
  );
  if (left?.n === 0) throw new Refusal("conflict", "This is the last supervisor; invite another one first.");
}

async function withWords<T>(agentId: number | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const name = violated(error);
    if (name === "staff_accounts_agent_exists")
      throw new Refusal("not_found", `There is no agent ${agentId}; make the agent first.`);
    if (name === "staff_accounts_email_key")
      throw new Refusal("account_taken", "This e-mail address has an account already.");
    if (name === "staff_accounts_agent_id_key")
      throw new Refusal("account_taken", `Agent ${agentId} has an account already.`);
    throw error;
  }
}
