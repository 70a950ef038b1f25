"use client";
import { useState } from "react";

/** As many letters as stand in four lines or so. */
const SHOWN = 240;

/** Somebody's words; of long ones the beginning, with a button for all of them. */
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
