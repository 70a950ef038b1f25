/** The limits of the desk, from a browser. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, press } from "#lib/browser/api";
import { usePress } from "#lib/browser/use-press";
import type { calendarAnswer, deskCalendar, queueNamesAnswer, settingAnswer, settingsAnswer } from "./schema.ts";

export type Setting = z.infer<typeof settingAnswer>;
type Settings = z.infer<typeof settingsAnswer>;

export const useSettings = () => useQuery({ queryKey: ["settings"], queryFn: () => ask<Settings>("GET /settings") });

export const useChangeSetting = () => {
  const queries = useQueryClient();
  return usePress({
    mutationFn: ({ name, value }: { name: string; value: number | null }) =>
      press<Settings>(`PATCH /settings/${name}`, { value }),
    onSuccess: (settings) => queries.setQueryData(["settings"], settings),
  });
};

export type DeskCalendar = z.infer<typeof deskCalendar>;
type Shown = z.infer<typeof calendarAnswer>;

export const useDeskCalendar = () =>
  useQuery({ queryKey: ["calendar of the desk"], queryFn: () => ask<Shown>("GET /calendar") });

/** Null: always open. */
export const useSetDeskCalendar = () => {
  const queries = useQueryClient();
  return usePress({
    mutationFn: (calendar: DeskCalendar | null) => press<Shown>("PUT /calendar", { calendar }),
    onSuccess: (shown) => queries.setQueryData(["calendar of the desk"], shown),
  });
};

type QueueNames = z.infer<typeof queueNamesAnswer>;
export type NamedQueue = QueueNames["queues"][number];

export const useQueueNames = () =>
  useQuery({ queryKey: ["names of queues"], queryFn: () => ask<QueueNames>("GET /queue-names") });

/** Null: its first name. */
export const useNameQueue = () => {
  const queries = useQueryClient();
  return usePress({
    mutationFn: (named: { queueType: string; name: string | null }) => press<QueueNames>("PATCH /queue-names", named),
    onSuccess: (names) => queries.setQueryData(["names of queues"], names),
  });
};
