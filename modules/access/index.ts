/**
 * Accounts, roles, API keys and the audit. Owns staff_accounts, staff_credentials, staff_sessions, staff_two_factors,
 * staff_verifications and api_keys. The audit is read here; every module writes it through `lib/identity/audit.ts`.
 *
 * Promises: there is no public sign-up; a wrong e-mail, a wrong password and a disabled account get the same refusal; a session
 * that was signed out, an account that was disabled and a key that was revoked are refused at the next request; a key and an
 * invitation are shown once and stored as digests; there is always a supervisor; every action here is in the audit, in the
 * transaction of the action.
 *
 * Open first: `sign-in.ts` and `staff.ts`; `lib/http/authenticate.ts` and `lib/http/admit.ts` identify the caller of a request.
 */
export { demoPassword } from "./demo-password.ts";
export { readAudit, readAuditCsv } from "./audit.ts";
export { makeKey, revokeKey } from "./keys.ts";
export { changePassword, confirmNewSecondFactor, disableSecondFactor, enableSecondFactor } from "./password.ts";
export { endOtherSessions, endSession, listSessions } from "./sessions.ts";
export { confirmSecondFactor, signIn, signOut } from "./sign-in.ts";
export {
  acceptInvitation,
  accountByEmail,
  changeStaff,
  demoAccounts,
  hasDemoAccounts,
  inviteAgain,
  inviteStaff,
  makeDemoAccount,
  setPassword,
  showInvited,
} from "./staff.ts";
export { listKeys, listStaff, whoAmI } from "./store.ts";
