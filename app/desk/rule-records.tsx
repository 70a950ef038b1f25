"use client";
import { useRuleRecords } from "#client/call-memory";

/**
 * How often each rule that reads the notes was right, by the agent's decisions on its proposals, and which rules have stopped.
 * Empty until the first decision.
 */
export function RuleRecords({ agentId }: { agentId: number }) {
  const records = useRuleRecords(agentId);
  if (records.length === 0) return null;
  const stopped = records.filter(({ isStopped }) => isStopped).length;
  return (
    <details className="panel from-notes" aria-label="What this browser has learnt to propose">
      <summary>
        What this browser has learnt to propose
        {stopped > 0 && <span className="tag late"> {stopped} stopped</span>}
      </summary>
      <ul>
        {records.map(({ rule, reads, right, proposals, isStopped }) => (
          <li key={rule}>
            {reads}: {right} of its last {proposals} {proposals === 1 ? "proposal" : "proposals"} taken
            {isStopped && "; it proposes nothing more"}
          </li>
        ))}
      </ul>
      <p className="text-muted text-tiny">
        Counted in this browser from what you scheduled and what you said was not promised. A rule stops when fewer than
        14 of its last 20 were taken; such a promise in your notes is then yours to schedule.
      </p>
    </details>
  );
}
