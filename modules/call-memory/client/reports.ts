/** The summaries of a shift, each sentence with its sources. */
import { useQuery } from "@tanstack/react-query";
import type { Summary } from "../summaries.ts";
import { todaysShift } from "./learn.ts";
import { memoryOf, type Open, useMemory } from "./open.ts";

/** A sentence of a report with the calls it comes from: whose, when, and the words of the note. */
export type Sourced = { text: string; sources: { id: string; userName: string; at: string; quote: string }[] };

/** The summaries of today's notes: `handover` for the colleague who takes over, `day` for the agent; with the number of calls. */
export function useReports(agentId: number): { title: string; handover: Sourced[]; day: Sourced[] } | null {
  useMemory(agentId);
  const { data } = useQuery({
    queryKey: ["call-memory", agentId, "reports"],
    retry: false,
    queryFn: async () => {
      const { memory } = await memoryOf(agentId);
      const { sessionId, day } = todaysShift(agentId);
      const [session, handover, report] = await Promise.all(
        [`session:${sessionId}`, `handover:${sessionId}`, `day_report:${day}`].map((key) => memory.summary(key)),
      );
      return {
        title: session?.title ?? "",
        handover: await sourced(memory, handover?.sentences ?? []),
        day: await sourced(memory, report?.sentences ?? []),
      };
    },
  });
  return data && data.handover.length + data.day.length > 0 ? data : null;
}

async function sourced(memory: Open["memory"], sentences: Summary["sentences"]): Promise<Sourced[]> {
  return await Promise.all(
    sentences.map(async ({ text, sources }) => {
      const claims = await Promise.all(sources.map((id) => memory.claim(id)));
      const found = claims.filter((claim) => claim !== null);
      const units = await Promise.all(found.map(({ unitId }) => memory.unit(unitId)));
      return {
        text,
        sources: found.map(({ id, at, userId, text: quote }, n) => {
          return { id, at, quote, userName: units[n]?.userName ?? `customer ${userId}` };
        }),
      };
    }),
  );
}
