"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { serverNow } from "#lib/browser/clock";
import { useLost } from "./connection.ts";
import { Button } from "./form.tsx";
import { clockAt } from "./time.ts";

/** Whether the reader holds the list still, and the control for it. */
export function useHold() {
  const [heldAt, setHeldAt] = useState<number | null>(null);
  const isHeld = heldAt !== null;
  return { isHeld, live: <Live heldAt={heldAt} onHold={(hold) => setHeldAt(hold ? serverNow() : null)} /> };
}

/** Says whether the page updates itself, and holds it still for a reader or listener. */
function Live({ heldAt, onHold }: { heldAt: number | null; onHold: (hold: boolean) => void }) {
  const queries = useQueryClient();
  const isLost = useLost() !== null;
  const [words, colour] =
    heldAt !== null ? [`held since ${clockAt(heldAt)}`, "soon"] : isLost ? ["not live", "late"] : ["live", "kept"];
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span role="status" className={`tag ${colour}`}>
        {words}
      </span>
      {heldAt !== null && <Button onClick={() => void queries.invalidateQueries()}>Update once</Button>}
      <Button aria-pressed={heldAt !== null} onClick={() => onHold(heldAt === null)}>
        Hold updates
      </Button>
    </div>
  );
}
