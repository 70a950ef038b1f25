/**
 * The limits of every module in one table, and the outside services they name. `lib` finds this file as `#limits`, as
 * package.json says: it reads the table and knows no module. Nothing but tables may be imported here.
 */
import type { DeskCalendar } from "#lib/time/desk-calendar";
import type { ValuesOf } from "#lib/base/setting";
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
export type Limits = ValuesOf<typeof LIMITS> & Readonly<{ calendar: DeskCalendar | null }>;
