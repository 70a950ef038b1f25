import { count } from "#lib/base/setting";

export const limits = {
  signInsPerQuarterHour: count({
    variable: "SIGN_INS_PER_QUARTER_HOUR",
    meaning:
      "How many times one account may fail to sign in within a quarter of an hour; one network may fail five times as often.",
    usual: 10,
    max: 1_000,
  }),
};
