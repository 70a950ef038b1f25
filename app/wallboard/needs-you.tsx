"use client";
import type { Wallboard } from "#client/monitoring";
import { Button } from "../_ui/form.tsx";
import { Need } from "./need.tsx";
import { Empty, Panel } from "./panel.tsx";
import { Shortened } from "./shortened.tsx";
import { useSteady } from "./steady.ts";

type Row = Wallboard["needsYou"][number];
type Props = { rows: readonly Row[]; alerts: Wallboard["alerts"]; overdueNow: number };

/** The rows behind the alerts, most urgent first, each with what to do. Alerts without rows say their sentence. */
export function NeedsYou({ rows, alerts, overdueNow }: Props) {
  const { shown, fresh, refresh, hold } = useSteady(rows, keyOf);
  // Errors before warnings.
  const sentences = alerts
    .filter(({ ids }) => ids.length === 0)
    .sort((one, other) => one.level.localeCompare(other.level));
  const unseen = overdueNow - rows.filter(({ kind }) => ["overdue", "not_queued"].includes(kind)).length;
  return (
    <Panel title="Needs you" area="needs" aside={fresh > 0 && <Button onClick={refresh}>{fresh} new</Button>} {...hold}>
      {sentences.map(({ message, level }) => (
        <p key={message} className={`notice ${level === "error" ? "late" : "soon"}`}>
          <strong>{level === "error" ? "Alert" : "Warning"}.</strong> {message}
        </p>
      ))}
      {rows.length + shown.length + sentences.length === 0 && (
        <Empty>Nothing needs you. What is late, set aside or left without an outcome appears here by itself.</Empty>
      )}
      <Shortened rows={shown} first={5} more="more row">
        {(row) => <Need key={keyOf(row)} row={row} />}
      </Shortened>
      {unseen > 0 && <p className="muted">{unseen} more are overdue; the oldest come first.</p>}
    </Panel>
  );
}

const keyOf = ({ kind, id }: Row) => `${kind} ${id}`;
