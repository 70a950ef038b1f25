/**
 * Who may do what, and who did. Owns the staff tables, api_keys and audit_entries. Promises: nobody signs up by
 * themselves; wrong e-mail, wrong password and disabled account look alike; what was signed out, disabled or revoked is
 * refused at the next request; a key and an invitation are shown once and kept as digests; there is always a
 * supervisor; every action here is in the audit, in the transaction of the action.
 */
export { demoPassword } from "./demo-password.ts";
export { readAudit, readAuditCsv } from "./audit.ts";
export { makeKey, revokeKey } from "./keys.ts";
export { changePassword, confirmNewSecondFactor, disableSecondFactor, enableSecondFactor } from "./password.ts";
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
} from "./staff.ts";
export { listKeys, listStaff, whoAmI } from "./store.ts";
