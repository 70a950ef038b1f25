"use client";
import Link from "next/link";
import type { Wallboard } from "#client/monitoring";
import { Age, useNow } from "./now.tsx";
import { Empty, Panel } from "./panel.tsx";
import { Shortened } from "./shortened.tsx";
import { UnsentSentence } from "../_ui/unsent-sentence.tsx";
import { dayAndTime, exactly } from "../_ui/time.ts";
import { agentAddress } from "../callbacks/address.ts";

type Agent = Wallboard["agents"][number];
type States = Wallboard["agentStates"];

const NAMES: Record<Agent["state"], string> = {
  on_call: "on call",
  available: "available",
  break: "on break",
  silent: "silent",
  gone: "off shift",
};

type Props = { agents: readonly Agent[]; states: States; cap: number; unsent: Wallboard["unsent"] };

/**
 * The agents, since when and with which load; silent ones who are logged in come first. Above them are browsers that hold unsent
 * actions.
 */
export function Agents({ agents, states, cap, unsent }: Props) {
  const here = agents.filter(({ state }) => state !== "gone");
  const counts = Object.entries(NAMES).flatMap(([state, name]) => {
    const count = states[state as Agent["state"]];
    return count ? [`${count} ${name}`] : [];
  });
  return (
    <Panel title="Agents" area="agents" aside={counts.join(" · ")}>
      {agents.length === 0 && <Empty>No agent yet. Add the first one under People.</Empty>}
      {agents.length > 0 && here.length === 0 && (
        <p className="notice soon">
          Nobody is here. Promises that fall due wait at the front for the first who logs in.
        </p>
      )}
      {unsent.map(({ agentId, agentName, ...held }) => (
        <p key={`${agentId} ${held.oldestAt}`} className="notice soon">
          <UnsentSentence who={agentName} {...held} />
        </p>
      ))}
      <Shortened rows={agents} first={5} more="more agent">
        {(agent) => <Row key={agent.id} agent={agent} cap={cap} />}
      </Shortened>
    </Panel>
  );
}

function Row({ agent, cap }: { agent: Agent; cap: number }) {
  const isFull = agent.load >= cap;
  return (
    <li className={`wall-agent ${agent.state === "gone" ? "is-gone" : ""}`}>
      <div>
        <strong>
          <Link href={agentAddress(agent.id)} prefetch={false} aria-label={`Callbacks with ${agent.name}`}>
            {agent.name}
          </Link>
        </strong>
        {agent.isAiAgent && <span className="muted"> AI</span>}
        <div className={agent.state === "silent" ? "wall-soon" : "muted"}>
          <Since agent={agent} />
        </div>
      </div>
      <div className="wall-load" aria-hidden="true">
        <div className={isFull ? "is-full" : ""} style={{ width: `${Math.min(100, (agent.load / cap) * 100)}%` }} />
      </div>
      <div className="wall-count" title={`${agent.load} in their own queue; the limit is ${cap}`}>
        {agent.load}
        <span className="sr-only"> in the queue of {agent.name}</span>
        {isFull && <div className="wall-soon">at limit</div>}
      </div>
    </li>
  );
}

function Since({ agent: { state, since } }: { agent: Agent }) {
  const now = useNow();
  if (since === null) return "never logged in";
  if (state === "gone") return <time title={exactly(since)}>logged out {dayAndTime(since, now)}</time>;
  return (
    <>
      {NAMES[state]} <Age since={since} isExact={state === "on_call"} />
    </>
  );
}
