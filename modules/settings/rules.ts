import { LIMITS, type Limits } from "#declared";

type Settable = { [K in keyof typeof LIMITS]: (typeof LIMITS)[K] extends { setBy: "supervisors" } ? K : never };
export type SettingName = Settable[keyof typeof LIMITS] & keyof Limits;

/** The limits that a supervisor may set, each within the range of its variable, in the order of the screen. */
export const SETTINGS = Object.entries(LIMITS).flatMap(([name, limit]) =>
  "setBy" in limit ? [{ name: name as SettingName, meaning: limit.meaning, min: limit.min, max: limit.max }] : [],
);

export const SETTING_NAMES = SETTINGS.map(({ name }) => name) as [SettingName, ...SettingName[]];
