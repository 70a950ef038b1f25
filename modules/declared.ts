/**
 * The declarations of all modules for `lib`: limits, outside services, refusal codes and senders of webhooks, each as one table.
 * `lib` imports this file as `#declared` (see package.json): it reads tables and knows no module. Nothing but such tables may be
 * imported here.
 */
import type { DeskCalendar } from "./call-queue/desk-calendar.ts";
import type { ValuesOf } from "#lib/base/setting";
import { codes as accessCodes } from "./access/codes.ts";
import { codes as agentCodes } from "./agents/codes.ts";
import { codes as queueCodes } from "./call-queue/codes.ts";
import { codes as callbackCodes } from "./callbacks/codes.ts";
import { codes as callCodes } from "./calls/codes.ts";
import { codes as taskCodes } from "./cursor-tasks/codes.ts";
import { senders as taskSenders } from "./cursor-tasks/senders.ts";
import { senders as messageSenders } from "./messages/senders.ts";
import { limits as access } from "./access/settings.ts";
import { limits as agents } from "./agents/settings.ts";
import { limits as callQueue } from "./call-queue/settings.ts";
import { limits as callbacks } from "./callbacks/settings.ts";
import { limits as calls } from "./calls/settings.ts";
import { limits as cursorTasks, services as cursorServices } from "./cursor-tasks/settings.ts";
import { limits as demo } from "./demo/settings.ts";
import { limits as jobs, services as modelServices } from "./jobs/settings.ts";
import { limits as messages, services as messageServices } from "./messages/settings.ts";
import { limits as personalData } from "./personal-data/settings.ts";

export const LIMITS = {
  ...agents,
  ...callbacks,
  ...calls,
  ...callQueue,
  ...cursorTasks,
  ...messages,
  ...jobs,
  ...access,
  ...personalData,
  ...demo,
};

export const SERVICES = { ...cursorServices, ...messageServices, ...modelServices };

/** The times and limits that operations find in `ctx.limits`. Their units are in their names. */
export type Limits = ValuesOf<typeof LIMITS> &
  Readonly<{
    calendar: DeskCalendar | null;
    /** The names that supervisors gave to queues, by type. */
    queueNames: Readonly<Record<string, string>>;
  }>;

export const CODES = {
  ...accessCodes,
  ...agentCodes,
  ...queueCodes,
  ...callbackCodes,
  ...callCodes,
  ...taskCodes,
} as const;

export const SENDERS = { ...taskSenders, ...messageSenders };

/** A service that sends us webhooks. */
export type Sender = keyof typeof SENDERS;
