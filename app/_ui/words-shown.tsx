"use client";
import { useState } from "react";

/** About four lines of letters. */
const SHOWN = 240;

/** A person's words; of long ones the beginning, with a button for all of them. */
export function Words({ text }: { text: string }) {
  const [isWhole, showWhole] = useState(false);
  if (isWhole || text.length <= SHOWN) return text;
  return (
    <>
      {text.slice(0, SHOWN)}…{" "}
      <button type="button" className="plain-button" onClick={() => showWhole(true)}>
        more
      </button>
    </>
  );
}
