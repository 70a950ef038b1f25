/** Staff, API keys and the audit, from a browser: one hook per read, one per action. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, press, queryOf } from "#lib/browser/api";
import { usePress } from "#lib/browser/use-press";
import type {
  auditAnswer,
  changeStaffInput,
  doneAnswer,
  enableSecondFactorAnswer,
  InviteInput,
  inviteAnswer,
  invitedAnswer,
  keyAnswer,
  keysAnswer,
  madeKeyAnswer,
  makeKeyInput,
  sessionsAnswer,
  signInAnswer,
  signInInput,
  staffAnswer,
  staffMember,
  welcomeInput,
} from "./schema.ts";

import { isWholeInvitation } from "./rules.ts";

export { isWholeInvitation, SCOPES } from "./rules.ts";

type Done = z.infer<typeof doneAnswer>;
type SignedIn = z.infer<typeof signInAnswer>;
export type StaffMember = z.infer<typeof staffMember>;
export type Session = z.infer<typeof sessionsAnswer>["sessions"][number];
export type ApiKey = z.infer<typeof keyAnswer>;
export type AuditEntry = z.infer<typeof auditAnswer>["entries"][number];
export type AuditFilter = { from?: string; to?: string; actor?: string; action?: string; subject?: string };

export const useSignIn = () =>
  usePress({ mutationFn: (input: z.infer<typeof signInInput>) => ask<SignedIn>("POST /sign-in", input) });

export const useSecondFactor = () =>
  usePress({ mutationFn: (code: string) => ask<SignedIn>("POST /sign-in/second-factor", { code }) });

/** The person whom a whole invitation is for; fails with `not_found` when it was used or is too old. */
export const useInvited = (invitation: string) =>
  useQuery({
    queryKey: ["invited", invitation],
    queryFn: () => ask<z.infer<typeof invitedAnswer>>("POST /welcome/invitation", { invitation }),
    enabled: isWholeInvitation(invitation),
    // What a wrong invitation is answered stays so; asking again would count against the network.
    refetchOnWindowFocus: false,
  });

export const useAcceptInvitation = () =>
  usePress({ mutationFn: (input: z.infer<typeof welcomeInput>) => ask<Done>("POST /welcome", input) });

export const useChangePassword = () =>
  usePress({
    mutationFn: (input: { currentPassword: string; newPassword: string }) => ask<Done>("PUT /me/password", input),
  });

export const useMakeSecondFactor = () =>
  usePress({
    mutationFn: (password: string) =>
      ask<z.infer<typeof enableSecondFactorAnswer>>("POST /me/second-factor", { password }),
  });

export const useConfirmSecondFactor = () =>
  usePress({ mutationFn: (code: string) => ask<Done>("POST /me/second-factor/confirm", { code }) });

export const useDisableSecondFactor = () =>
  usePress({ mutationFn: (password: string) => ask<Done>("POST /me/second-factor/disable", { password }) });

/** The browsers in which the person is signed in. */
export const useSessions = () =>
  useQuery({ queryKey: ["sessions"], queryFn: () => ask<z.infer<typeof sessionsAnswer>>("GET /me/sessions") });

export const useEndSession = () =>
  useChange("sessions", (sessionId: string) => press<Done>(`DELETE /me/sessions/${sessionId}`));

export const useEndOtherSessions = () => useChange("sessions", () => ask<Done>("POST /me/sessions/end-others", {}));

/** All accounts that can sign in, page by page. */
export const useStaff = () =>
  useInfiniteQuery({
    queryKey: ["staff"],
    queryFn: ({ pageParam }) => ask<z.infer<typeof staffAnswer>>(`GET /staff${queryOf({ cursor: pageParam })}`),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const useInvite = () =>
  useChange("staff", (input: InviteInput) => ask<z.infer<typeof inviteAnswer>>("POST /staff", input));

export const useInviteAgain = () =>
  useChange("staff", (accountId: string) =>
    ask<z.infer<typeof inviteAnswer>>(`POST /staff/${accountId}/invitation`, {}),
  );

export const useChangeStaff = () =>
  useChange("staff", ({ accountId, ...change }: z.infer<typeof changeStaffInput>) =>
    press<StaffMember>(`PATCH /staff/${accountId}`, change),
  );

/** The API keys, newest first, page by page. */
export const useKeys = () =>
  useInfiniteQuery({
    queryKey: ["keys"],
    queryFn: ({ pageParam }) => ask<z.infer<typeof keysAnswer>>(`GET /keys${queryOf({ cursor: pageParam })}`),
    initialPageParam: null as number | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const useMakeKey = () =>
  useChange("keys", (input: z.infer<typeof makeKeyInput>) => ask<z.infer<typeof madeKeyAnswer>>("POST /keys", input));

export const useRevokeKey = () => useChange("keys", (keyId: number) => press<ApiKey>(`DELETE /keys/${keyId}`));

/** The audit, newest first, page by page. */
export const useAudit = (filter: AuditFilter) =>
  useInfiniteQuery({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam }) =>
      ask<z.infer<typeof auditAnswer>>(`GET /audit${queryOf({ ...filter, limit: 100, cursor: pageParam })}`),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** The address of the same entries as a file. */
export const auditFile = (filter: AuditFilter) => `/api/audit/csv${queryOf(filter)}`;

/** A mutation that refetches the queries of `what`. */
function useChange<I, A>(what: string, mutationFn: (input: I) => Promise<A>) {
  const queries = useQueryClient();
  return usePress({ mutationFn, onSettled: () => queries.invalidateQueries({ queryKey: [what] }) });
}
