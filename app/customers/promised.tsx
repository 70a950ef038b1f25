"use client";
import Link from "next/link";
import type { useCallbacks } from "#client/callbacks";
import { storyAddress } from "../callbacks/address.ts";
import { State } from "../callbacks/state.tsx";
import { With } from "../callbacks/with.tsx";
import { Listing } from "../_ui/listing.tsx";
import { When } from "../_ui/when.tsx";

/** All promises to the customer, newest first; each is a link to its story. */
export function Promised({ list, now }: { list: ReturnType<typeof useCallbacks>; now: number }) {
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
            <Link href={storyAddress(callback.id)} prefetch={false}>
              <span className="sr-only">Open callback {callback.id}, </span>
              <When at={callback.scheduledFor} now={now} />
            </Link>
          </td>
          <td className="reason" dir="auto" title={callback.callbackReason ?? undefined}>
            {callback.callbackReason}
          </td>
          <td>
            <With callback={callback} />
          </td>
          <td>
            <State callback={callback} />
          </td>
        </tr>
      ))}
    </Listing>
  );
}
