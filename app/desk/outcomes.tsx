"use client";
import { useState } from "react";
import { Key } from "../_ui/key.tsx";
import { type OutcomeChoice, OUTCOMES } from "./outcomes.ts";

/** The number of outcomes in the row; the others are behind More, and have keys. */
const FIRST = 5;

type Props = { chosen: OutcomeChoice | null; onPick: (outcome: OutcomeChoice) => void };

/** The outcomes of the call, each with its key. */
export function Outcomes({ chosen, onPick }: Props) {
  const [isWhole, setWhole] = useState(false);
  const isShown = isWhole || (chosen !== null && OUTCOMES.indexOf(chosen) >= FIRST);
  const button = (outcome: OutcomeChoice) => {
    const key = String((OUTCOMES.indexOf(outcome) + 1) % 10);
    return (
      <button
        key={outcome.type}
        type="button"
        aria-pressed={chosen === outcome}
        aria-keyshortcuts={key}
        data-shortcut={key}
        onClick={() => onPick(outcome)}
      >
        {outcome.name} <Key>{key}</Key>
      </button>
    );
  };
  return (
    <fieldset className="outcomes">
      <legend className="sr-only">Outcome</legend>
      <div>
        {OUTCOMES.slice(0, FIRST).map(button)}
        <button type="button" aria-expanded={isShown} onClick={() => setWhole(!isShown)}>
          {isShown ? "Less" : "More"}
        </button>
      </div>
      <div className="rarer" hidden={!isShown}>
        {OUTCOMES.slice(FIRST).map(button)}
      </div>
    </fieldset>
  );
}
