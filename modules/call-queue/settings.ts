import { z } from "zod";
import { isDialLink } from "./dial-link.ts";
import { countryCode } from "#lib/base/phone";
import { deskLimit, orNull } from "#lib/base/setting";
import { isZone } from "#lib/time/zone";

export const limits = {
  agentLookupsPerHour: deskLimit({
    variable: "AGENT_LOOKUPS_PER_HOUR",
    meaning: "Telephone numbers one agent looks up in an hour, found or not.",
    usual: 20,
    max: 1_000,
  }),
  deskTimeZone: {
    variable: "DESK_TIME_ZONE",
    meaning: "The zone of people whose zone is unknown and does not follow from their number.",
    usual: "UTC",
    schema: z.string().refine(isZone, "must be a time zone such as Europe/London"),
  },
  defaultCountry: {
    variable: "DEFAULT_COUNTRY",
    meaning:
      "The country in whose way a telephone number is read when neither the person nor the zone says one, such as GB.",
    schema: orNull(
      z
        .string()
        .refine((country) => countryCode(country) !== null, "must be a country such as GB")
        .transform(countryCode),
    ),
  },
  dialLink: {
    variable: "DIAL_LINK",
    meaning:
      "The address that a number on the desk opens: tel:, sip:, callto: or https: with {number} and perhaps {extension} in it, such as sip:{number}@pbx.example.",
    usual: "tel:{number}",
    schema: z.string().refine(isDialLink, "must be a tel:, sip:, callto: or https: address with {number} in it"),
  },
  decentHoursFrom: deskLimit({
    variable: "DECENT_HOURS_FROM",
    meaning: "The hour of the user's own clock before which nobody is called without having asked for it.",
    usual: 8,
    max: 12,
  }),
  decentHoursTo: deskLimit({
    variable: "DECENT_HOURS_TO",
    meaning: "The hour of the user's own clock from which on nobody is called without having asked for it.",
    usual: 21,
    min: 13,
    max: 24,
  }),
  askedToleranceMinutes: deskLimit({
    variable: "ASKED_TOLERANCE_MINUTES",
    meaning: "Minutes after the time a user asked for in which the call may still be made outside those hours.",
    usual: 30,
    max: 1_440,
  }),
};
