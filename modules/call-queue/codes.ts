import type { Codes } from "#lib/base/code";

export const codes = {
  do_not_call: { status: 409, meaning: "The person, or somebody else who has the number, asked not to be called." },
  wrong_number: { status: 409, meaning: "The number is known to be wrong; another number comes first." },
  user_on_call: { status: 409, meaning: "Somebody is in a call with this person; ask again after the call." },
} as const satisfies Codes;
