"use client";
import type { Wallboard } from "#client/monitoring";
import { useQueueName } from "../_ui/queue-name.tsx";
import { Age } from "./now.tsx";
import { Panel } from "./panel.tsx";

/** The number of waiting entries in each queue, the longest wait, and the number of callbacks among them, which come first. */
export function Queues({ queues }: { queues: Wallboard["queues"] }) {
  const queueName = useQueueName();
  return (
    <Panel title="Queues" area="queues">
      <table>
        <thead>
          <tr>
            <th scope="col">Waiting for a call</th>
            <th scope="col">all</th>
            <th scope="col">callbacks</th>
            <th scope="col">oldest</th>
          </tr>
        </thead>
        <tbody>
          {queues.map(({ queueType, waiting, callbacks, oldestSince }) => (
            <tr key={queueType}>
              <th scope="row">{queueName(queueType)}</th>
              <td>{waiting}</td>
              <td>{callbacks}</td>
              <td className="muted">{oldestSince ? <Age since={oldestSince} /> : "empty"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
