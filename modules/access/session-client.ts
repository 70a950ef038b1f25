/** The session of this browser. Every screen has it, so it does not bring along what only some screens need. */
import { useQuery } from "@tanstack/react-query";
import type { z } from "zod";
import { ask } from "#lib/browser/api";
import { timed } from "#lib/browser/clock";
import { usePress } from "#lib/browser/use-press";
import type { doneAnswer, Me } from "./schema.ts";

export type { Me };

/** The person who is signed in in this browser: refetched every half minute, and whenever the page becomes visible again. */
export const useMe = (isAsked: boolean) =>
  useQuery({
    queryKey: ["me"],
    // Every screen asks for it, so that each knows the server's clock, also one whose own answers do not tell it.
    queryFn: () => timed(ask<Me>("GET /me")),
    enabled: isAsked,
    refetchInterval: 30_000,
    refetchOnWindowFocus: "always",
  });

export const useSignOut = () =>
  usePress({ mutationFn: (everywhere: boolean) => ask<z.infer<typeof doneAnswer>>("POST /sign-out", { everywhere }) });
