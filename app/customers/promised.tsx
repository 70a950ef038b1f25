"use client";
import Link from "next/link";
import { useCallbacks } from "#client/callbacks";
import { storyAddress } from "../callbacks/address.ts";
import { State } from "../callbacks/state.tsx";
import { useDeskClock } from "../_ui/clock.ts";
import { Listing } from "../_ui/listing.tsx";
import { When } from "../_ui/when.tsx";

/** Everything that was promised to the customer, the newest first; each leads to its story. */
export function Promised({ userId }: { userId: string }) {
  const list = useCallbacks({ userId, order: "newest" });
  const now = useDeskClock();
  return (
    <Listing
      label="Promised"
      list={list}
      columns={["Due", "Reason", "With", "State"]}
      empty="Nothing was promised to this customer."
    >
      {(list.data?.pages.flatMap(({ callbacks }) => callbacks) ?? []).map((callback) => (
        <tr key={callback.id}>
          <td>
            <Link href={storyAddress(callback.id)} prefetch={false} aria-label={`Open callback ${callback.id}`}>
              <When at={callback.scheduledFor} now={now} />
            </Link>
          </td>
          <td className="reason" title={callback.callbackReason ?? undefined}>
            {callback.callbackReason}
          </td>
          <td>{callback.agentName ?? <span className="text-muted">nobody yet</span>}</td>
          <td>
            <State callback={callback} now={now} />
          </td>
        </tr>
      ))}
    </Listing>
  );
}
