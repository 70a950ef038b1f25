/** The limits of the desk, from a browser. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask } from "#lib/browser/api";
import type { settingAnswer, settingsAnswer } from "./schema.ts";

export type Setting = z.infer<typeof settingAnswer>;
type Settings = z.infer<typeof settingsAnswer>;

export const useSettings = () => useQuery({ queryKey: ["settings"], queryFn: () => ask<Settings>("GET /settings") });

export const useChangeSetting = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, value }: { name: string; value: number | null }) =>
      ask<Settings>(`PATCH /settings/${name}`, { value }),
    onSuccess: (settings) => queries.setQueryData(["settings"], settings),
  });
};
