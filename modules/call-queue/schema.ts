import { z } from "zod";
import { freeText } from "#lib/base/text";
import { bigId, bigIdOut, instantOut, smallId } from "#lib/base/ids";

export const queueType = z.enum(["unsigned_users", "outstanding_requests"]);

export const listQueueInput = z.strictObject({
  agentId: smallId.optional(),
  callbackId: smallId.optional(),
  userId: bigId.optional(),
  queueType: queueType.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
const depth = z.object({ pending: z.int(), assigned: z.int() });
export const listQueueAnswer = z.object({
  depth: z.object({ unsigned_users: depth, outstanding_requests: depth }),
  entries: z.array(
    z.object({
      id: z.int(),
      userId: bigIdOut,
      queueType,
      priorityScore: z.int(),
      status: z.enum(["pending", "assigned"]),
      queueReason: z.string(),
      assignedToAgentId: z.int().nullable(),
      callbackId: z.int().nullable(),
      /** Other due callbacks of this user that this entry covers. */
      namedCallbackIds: z.array(z.int()),
      availableFrom: instantOut,
      callSessionId: bigIdOut.nullable(),
    }),
  ),
});

export const takeNextInput = z.strictObject({ agentId: smallId, queueType: queueType.optional() });
export const takeNextAnswer = z.object({
  next: z
    .object({
      queueEntryId: z.int(),
      callSessionId: bigIdOut,
      callbackId: z.int().nullable(),
      userId: bigIdOut,
      queueType,
      priorityScore: z.int(),
      user: z.object({
        firstName: z.string(),
        lastName: z.string(),
        phone: z.string(),
        email: z.string().nullable(),
        timeZone: z.string(),
        /** False: the zone is a guess, of the number or of the desk. */
        isZoneKnown: z.boolean(),
      }),
    })
    .nullable(),
});
/** `queueEntryId`: the offered entry, as the desk shows it. */
export const skipInput = z.strictObject({
  agentId: smallId,
  queueEntryId: smallId,
  reason: freeText().trim().min(1).max(500),
});
export const skipAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: z.object({ queueEntryId: z.int(), callbackId: z.int().nullable(), userId: bigIdOut }),
});
export type TakeNextAnswer = z.infer<typeof takeNextAnswer>;

export {
  allowCallsAnswer,
  allowCallsInput,
  importUsersAnswer,
  importUsersInput,
  lookUpAnswer,
  lookUpInput,
  refreshAnswer,
} from "./users-schema.ts";
