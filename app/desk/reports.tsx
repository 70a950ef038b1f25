"use client";
import { useState } from "react";
import { type Sourced, useReports } from "#client/call-memory";
import { Button } from "../_ui/form.tsx";
import { notifyError, say } from "../_ui/notices.tsx";
import { clockAt, exactly } from "../_ui/time.ts";

const NAMES = { handover: "Hand over", day: "Your day" } as const;
type Report = keyof typeof NAMES;

/**
 * The agent's notes of today as reports: the promises for a colleague who takes over, and the whole day, each sentence with its
 * call. When the agent is away, the first report is open.
 */
export function Reports({ agentId, isAway }: { agentId: number; isAway: boolean }) {
  const reports = useReports(agentId);
  const [chosen, choose] = useState<Report | "none" | null>(null);
  if (!reports) return null;
  const shown = chosen ?? (isAway ? "handover" : "none");
  return (
    <section className="panel from-notes" aria-label="From your notes today">
      <h2>From your notes today</h2>
      <div className="mt-2 flex flex-wrap gap-2">
        {(["handover", "day"] as const).map((one) => (
          <Button key={one} aria-expanded={shown === one} onClick={() => choose(shown === one ? "none" : one)}>
            {NAMES[one]}
          </Button>
        ))}
      </div>
      {shown !== "none" && (
        <Sentences sentences={reports[shown]} title={shown === "day" ? reports.title : "To keep for others"} />
      )}
    </section>
  );
}

function Sentences({ sentences, title }: { sentences: readonly Sourced[]; title: string }) {
  if (sentences.length === 0)
    return (
      <p className="mt-2 text-muted text-small">Your notes of today leave nothing open that others have to keep.</p>
    );
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {sentences.map(({ text, sources }) => (
          <li key={sources.map(({ id }) => id).join()}>
            {text}
            <div className="text-muted text-tiny">
              {sources.map(({ id, userName, at, quote }) => (
                <span key={id} title={`${exactly(at)}: “${quote}”`}>
                  from your call with {userName} at {clockAt(at)}{" "}
                </span>
              ))}
            </div>
          </li>
        ))}
      </ul>
      <Button className="button plain small" onClick={() => void copy(title, sentences).catch(notifyError)}>
        Copy for a colleague
      </Button>
      <p className="text-muted text-tiny">Written by this browser out of your notes; colleagues do not see it here.</p>
    </>
  );
}

async function copy(title: string, sentences: readonly Sourced[]): Promise<void> {
  const lines = sentences.map(({ text, sources }) => {
    const calls = sources.map(({ userName, at }) => `call with ${userName} at ${clockAt(at)}`).join(", ");
    return `- ${text} (${calls})`;
  });
  await navigator.clipboard.writeText([title, ...lines].join("\n"));
  say("Copied.");
}
