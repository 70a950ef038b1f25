"use client";
import type { ReactNode } from "react";
import { useAgents } from "#client/agents";
import { type CallbackAsk, useCounts } from "#client/callbacks";
import { useFold } from "../_ui/fold.tsx";
import { Button, Choice, Field } from "../_ui/form.tsx";
import { fieldTime, ownZone } from "../_ui/time.ts";
import { change, COUNTED, dayOf, SHOWS, type Show } from "./address.ts";

type Props = {
  asked: CallbackAsk & { show: Show };
  /** The present time of the desk, in milliseconds. */
  now: number;
  search: string;
  /** The words that the list is searched for; empty while there are too few. */
  words: string;
  onSearch: (words: string) => void;
  isSupervisor: boolean;
  /** Shown beside the chips. */
  children: ReactNode;
};

/** The filters of the list; each change applies at once. Searched names and numbers stay out of the address. */
export function Filters({ asked, now, search, words, onSearch, isSupervisor, children }: Props) {
  const { show, agentId, from, to } = asked;
  const isOwnSpan = show !== "today";
  const counts = useCounts({ ...dayOf(now), ...(agentId && { agentId }), ...(words && { search: words }) }).data;
  const { fold, unfold } = useFold([show !== "open", agentId, isOwnSpan && from, isOwnSpan && to]);
  const isFiltered = search !== "" || show !== "open" || asked.order !== "due" || [agentId, from, to].some(Boolean);
  const clear = () => {
    onSearch("");
    change({ show: null, agent: null, from: null, to: null, order: null });
  };
  return (
    <search className="panel filters" {...fold}>
      <Field
        label="Search"
        type="search"
        value={search}
        onChange={({ target }) => onSearch(target.value)}
        placeholder="name, phone or callback number"
        maxLength={100}
        autoComplete="off"
      />
      {unfold}
      {isSupervisor && <AgentFilter chosen={agentId} />}
      <SpanEnd label="From" name="from" at={isOwnSpan ? from : undefined} />
      <SpanEnd label="To" name="to" at={isOwnSpan ? to : undefined} />
      <Button aria-disabled={!isFiltered || undefined} onClick={clear}>
        Clear
      </Button>
      <div className="below">
        <fieldset className="chips">
          <legend className="sr-only">Which</legend>
          {SHOWS.filter((one) => isSupervisor || one.show !== "no-agent").map((one) => (
            <button
              key={one.show}
              type="button"
              aria-pressed={one.show === show}
              onClick={() => change({ show: one.show, from: null, to: null })}
            >
              {one.name}
              {one.show in COUNTED && (
                <span className="figure">{counts?.[COUNTED[one.show as keyof typeof COUNTED]]}</span>
              )}
            </button>
          ))}
        </fieldset>
        {children}
      </div>
    </search>
  );
}

/** One end of a span in the reader's own zone; in the address it is an instant. */
function SpanEnd({ label, name, at }: { label: string; name: "from" | "to"; at: string | undefined }) {
  return (
    <Field
      key={at ?? "none"}
      label={label}
      type="datetime-local"
      defaultValue={at === undefined ? "" : fieldTime(at, ownZone())}
      onBlur={({ target }) => {
        const next = target.value === "" ? null : new Date(target.value).toISOString();
        if (next !== (at ?? null)) change({ [name]: next, show: null });
      }}
    />
  );
}

function AgentFilter({ chosen }: { chosen: number | undefined }) {
  const agents = useAgents();
  return (
    <Choice label="Agent" value={chosen ?? ""} onChange={({ target }) => change({ agent: target.value })}>
      <option value="">everybody</option>
      {chosen !== undefined && !agents.data?.agents.some(({ id }) => id === chosen) && (
        <option value={chosen}>agent {chosen}</option>
      )}
      {agents.data?.agents.map(({ id, firstName, lastName }) => (
        <option key={id} value={id}>
          {firstName} {lastName}
        </option>
      ))}
    </Choice>
  );
}
