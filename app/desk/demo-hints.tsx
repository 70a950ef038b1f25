"use client";
import { useDemoDay } from "#client/demo";
import { later } from "../_ui/later.tsx";

const DeskHints = later(async () => (await import("./hints.tsx")).DeskHints);

/** The hints of a demo day, loaded only while one is played. */
export function DemoHints({ agentId }: { agentId: number }) {
  const { data } = useDemoDay();
  return data?.endsAt ? <DeskHints agentId={agentId} /> : null;
}
