"use client";
import Link from "next/link";
import { memo } from "react";
import type { ListedAgent } from "#client/agents";
import { agentAddress } from "../callbacks/address.ts";
import { presenceOf } from "../_ui/agent-choice.tsx";
import { useDeskClock } from "../_ui/clock.ts";
import { useDeskSettings } from "../_ui/desk-settings.ts";
import { Button } from "../_ui/form.tsx";
import { dayAndTime, exactly, span } from "../_ui/time.ts";
import { UnsentSentence } from "../_ui/unsent-sentence.tsx";
import { useQueueName } from "../_ui/queue-name.tsx";
import type { Held } from "./explain-dialog.tsx";

const COLOURS: Record<string, string> = { available: "kept", on_call: "accepted", break: "soon" };

type Props = {
  agent: ListedAgent;
  onMove: (agent: ListedAgent) => void;
  onChange: (agent: ListedAgent) => void;
  onExplain: (held: Held) => void;
};

/** One agent: status and since when, queues, number of callbacks. There may be a thousand rows, so each is drawn again only when it changes. */
export const AgentRow = memo(function AgentRow({ agent, onMove, onChange, onExplain }: Props) {
  const queueName = useQueueName();
  const { id, firstName, lastName, team, isAiAgent, allowedQueues, openCallbacks, holds, unsent } = agent;
  return (
    <tr className="at-top">
      <td>
        <div className="max-w-60 font-semibold wrap-anywhere">
          <bdi>
            {firstName} {lastName}
          </bdi>
        </div>
        <div className="max-w-60 text-muted text-small wrap-anywhere">
          {[team, isAiAgent ? "AI agent" : null].filter(Boolean).join(" · ")}
        </div>
      </td>
      <td>
        <Presence agent={agent} />
        {unsent.map((held) => (
          <div key={held.browserId} className="text-late text-small">
            <UnsentSentence who={firstName} {...held} />{" "}
            <Button
              onClick={() => onExplain({ agentId: id, who: firstName, ...held })}
              aria-label={`Explain what ${firstName}'s ${held.device} holds`}
            >
              Explain
            </Button>
          </div>
        ))}
      </td>
      <td>{allowedQueues.map(queueName).join(", ") || "nothing"}</td>
      <td className="number">
        {openCallbacks === 0 ? (
          0
        ) : (
          <Link
            href={agentAddress(id)}
            prefetch={false}
            aria-label={`${openCallbacks === 1 ? "1 callback" : `${openCallbacks} callbacks`} of ${firstName} ${lastName}`}
          >
            {openCallbacks}
          </Link>
        )}
        <span className="md:hidden"> {openCallbacks === 1 ? "callback" : "callbacks"}</span>
        {holds > 0 && <div className="text-muted text-small whitespace-nowrap">{holds} in the queue now</div>}
      </td>
      <td>
        <div className="flex flex-wrap gap-2 md:justify-end">
          {openCallbacks > 0 && (
            <Button onClick={() => onMove(agent)} aria-label={`Move all callbacks of ${firstName} ${lastName}`}>
              Move all
            </Button>
          )}
          <Button onClick={() => onChange(agent)} aria-label={`Change ${firstName} ${lastName}`}>
            Change
          </Button>
        </div>
      </td>
    </tr>
  );
});

function Presence({ agent }: { agent: ListedAgent }) {
  const now = useDeskClock();
  const { status, statusSince, goneSince, lastActivity } = agent;
  const since = statusSince ?? goneSince;
  const { agentGraceSeconds } = useDeskSettings();
  const silentFor = lastActivity && status !== null ? now - Date.parse(lastActivity) : 0;
  // As on the wallboard: an agent who is silent outside a call gets none, also when the last status was another one.
  if (lastActivity && status !== "on_call" && silentFor > agentGraceSeconds * 1_000)
    return (
      <>
        <span className="tag soon whitespace-nowrap" title={exactly(lastActivity)}>
          silent {span(silentFor)}
        </span>
        <div className="text-muted text-small">was {presenceOf(agent)}</div>
      </>
    );
  return (
    <span
      className={`tag whitespace-nowrap ${COLOURS[status ?? ""] ?? "quiet"}`}
      title={since ? exactly(since) : undefined}
    >
      {presenceOf(agent)}
      {since && lastActivity && ` ${status === null ? dayAndTime(since, now) : span(now - Date.parse(since))}`}
    </span>
  );
}
