import { type ItemAsk, RUN_STATUSES, type RunStatus } from "#client/runs";
import { goTo } from "../_ui/address.ts";

/** The shown view: the list, a run, an item of it, or two runs side by side, with filters. Two people at the same place see the same. */
export type Place = ItemAsk & {
  status?: RunStatus | undefined;
  runId?: string | undefined;
  /** Compared with this one. */
  otherId?: string | undefined;
  itemId?: string | undefined;
};

const ITEM_STATES = ["waiting", "completed", "failed", "cancelled"] as const;
const NAMES = {
  status: "status",
  runId: "id",
  otherId: "with",
  itemId: "item",
  state: "state",
  modelId: "model",
  search: "search",
};

/** The place an address leads to. Values that are not valid are left out. */
export function placeOf(address: URLSearchParams): Place {
  const given = (name: keyof typeof NAMES) => address.get(NAMES[name])?.trim() || undefined;
  return {
    status: RUN_STATUSES.find((one) => one === given("status")),
    runId: given("runId"),
    otherId: given("otherId"),
    itemId: given("itemId"),
    state: ITEM_STATES.find((one) => one === given("state")),
    modelId: given("modelId"),
    search: given("search"),
  };
}

/** The address of a place. */
export function addressOf(place: Place): `/runs${string}` {
  const parts = Object.entries(NAMES).flatMap(([key, name]) => {
    const value = place[key as keyof Place];
    return value === undefined ? [] : [[name, value]];
  });
  return parts.length === 0 ? "/runs" : `/runs?${new URLSearchParams(parts)}`;
}

/** Goes to a place; Back returns. */
export function goToPlace(place: Place): void {
  goTo(addressOf(place));
}

/** The id of the button that opens an item in the list; the focus returns to it when the item is closed. */
export const rowId = (itemId: string): string => `item-${itemId}`;
