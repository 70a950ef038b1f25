import { flag } from "#lib/base/setting";

export const limits = {
  hasDemoDay: {
    variable: "RINGBACK_DEMO_DAY",
    meaning:
      "1: a button starts a simulated day. npm start sets it for its own embedded database; a production start refuses it.",
    usual: "0",
    ...flag,
  },
};
