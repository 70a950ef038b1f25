"use client";
import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { Button } from "./form.tsx";
import { Key } from "./key.tsx";
import { isSingleKey } from "./single-keys.ts";

// Only who promises something pays for the form.
const NewCallbackDialog = dynamic(() => import("./new-callback-dialog.tsx"), { ssr: false });

/** Promises a call from whatever screen one is at; its key is C. */
export function NewCallback({ agentId }: { agentId: number | null }) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const isAtDesk = usePathname() === "/desk";
  useEffect(() => {
    // The desk presses its keys itself.
    if (isAtDesk) return;
    const press = (event: KeyboardEvent) => {
      if (!isSingleKey(event) || event.key.toLowerCase() !== "c") return;
      event.preventDefault();
      button.current?.click();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [isAtDesk]);
  return (
    <>
      <Button
        ref={button}
        className="button plain new-callback"
        data-shortcut="c"
        aria-keyshortcuts="c"
        onClick={() => setOpen(true)}
      >
        New callback <Key>C</Key>
      </Button>
      {isOpen && <NewCallbackDialog agentId={agentId} onClose={() => setOpen(false)} />}
    </>
  );
}
