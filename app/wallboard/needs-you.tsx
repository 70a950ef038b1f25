"use client";
import { useState } from "react";
import type { Wallboard } from "#client/monitoring";
import { StartDemoDay } from "../_ui/demo-day.tsx";
import { Button } from "../_ui/form.tsx";
import { useSteady } from "../_ui/use-steady.ts";
import { useIsFullScreen } from "./full-screen.ts";
import { Need, type Several, SeveralWith } from "./need.tsx";
import { Empty, Panel } from "./panel.tsx";
import { Shortened } from "./shortened.tsx";

type Row = Wallboard["needsYou"][number];
type Props = { wall: Wallboard };

/** What is set aside is overdue as well, once its time has come. */
function isOverdue({ kind, since }: Props["wall"]["needsYou"][number], now: string): boolean {
  return kind === "overdue" || kind === "not_queued" || (kind === "set_aside" && since <= now);
}

/** The rows behind the alerts, most urgent first, each with its action. An alert without rows shows its sentence. */
export function NeedsYou({ wall: { needsYou: rows, alerts, agents, figures, now } }: Props) {
  const { shown, fresh, refresh, hold } = useSteady(rows, keyOf);
  const [isNamed, setNamed] = useState(true);
  const isWall = useIsFullScreen();
  // Errors before warnings.
  const sentences = alerts
    .filter(({ ids }) => ids.length === 0)
    .sort((one, other) => one.level.localeCompare(other.level));
  const unseen = figures.overdueNow - rows.filter((row) => isOverdue(row, now)).length;
  const aside = (
    <>
      {fresh > 0 && <Button onClick={refresh}>{fresh} new</Button>}
      {rows.length > 0 && !isWall && (
        <Button aria-pressed={!isNamed} onClick={() => setNamed(!isNamed)}>
          {isNamed ? "Hide names" : "Show names"}
        </Button>
      )}
    </>
  );
  return (
    <Panel title="Needs you" area="needs" aside={aside} {...hold}>
      {sentences.map(({ message, level }) => (
        <p key={message} className={`notice ${level === "error" ? "late" : "soon"}`}>
          <strong>{level === "error" ? "Alert" : "Warning"}.</strong> {message}
        </p>
      ))}
      {rows.length + shown.length + sentences.length === 0 && (
        <>
          <Empty>Nothing needs you. What is late, set aside or left without an outcome appears here by itself.</Empty>
          <StartDemoDay />
        </>
      )}
      <ul className="wall-list">
        {severalOf(shown).map((group) => (
          <SeveralWith key={group.agentId} {...group} agents={agents} />
        ))}
      </ul>
      <Shortened rows={shown} first={5} more="more row">
        {(row) => <Need key={keyOf(row)} row={row} agents={agents} isNamed={isNamed && !isWall} />}
      </Shortened>
      {unseen > 0 && <p className="muted">{unseen} more are due or late; the oldest come first.</p>}
    </Panel>
  );
}

const keyOf = ({ kind, id }: Row) => `${kind} ${id}`;

/** From this number of rows on, moving all rows of an agent is the shorter way. */
const SEVERAL = 3;

function severalOf(rows: readonly Row[]): Several[] {
  const overdue = rows.filter(({ kind, agentId }) => kind === "overdue" && agentId !== null);
  return [...Map.groupBy(overdue, ({ agentId }) => agentId)].flatMap(([agentId, group]) => {
    if (agentId === null || group.length < SEVERAL) return [];
    const held = group.filter(({ isHeld }) => isHeld).length;
    const callbackIds = group.flatMap(({ callbackId }) => callbackId ?? []);
    const agent = group[0]?.agent ?? `agent ${agentId}`;
    return [{ agentId, agent, callbackIds, since: group.map(({ since }) => since), held }];
  });
}
