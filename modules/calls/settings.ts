import { deskLimit } from "#lib/base/setting";

export const limits = {
  callGraceMinutes: deskLimit({
    variable: "CALL_GRACE_MINUTES",
    meaning: "Minutes after which the call of an absent agent is given back; longer than a conversation lasts.",
    usual: 30,
    max: 1_440,
  }),
  callbackRetryMinutes: deskLimit({
    variable: "CALLBACK_RETRY_MINUTES",
    meaning: "Minutes until an unanswered callback is tried again, within the decent hours of the user.",
    usual: 15,
    max: 1_440,
  }),
};
