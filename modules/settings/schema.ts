import { z } from "zod";
import { instantOut } from "#lib/ids";
import { SETTING_NAMES } from "./rules.ts";

export const settingsInput = z.strictObject({});
export const changeSettingInput = z.strictObject({
  name: z.enum(SETTING_NAMES),
  /** Null: what the environment says. */
  value: z.int().min(1).max(86_400).nullable(),
});
export const settingAnswer = z.object({
  name: z.enum(SETTING_NAMES),
  meaning: z.string(),
  min: z.int(),
  max: z.int(),
  value: z.int(),
  /** Who set it and when; null: it is the environment's. */
  changedBy: z.string().nullable(),
  changedAt: instantOut.nullable(),
});
export const settingsAnswer = z.object({ settings: z.array(settingAnswer) });
