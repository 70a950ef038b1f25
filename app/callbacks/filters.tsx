"use client";
import { useAgents } from "#client/agents";
import type { CallbackAsk } from "#client/callbacks";
import { Button, Choice, Field, Form } from "../_ui/form.tsx";
import { fieldTime, ownZone } from "../_ui/time.ts";

const EVERYTHING = "";

/** What is shown when nothing was asked for: what is still to be kept, the most urgent first. */
export const OPEN_ONES: CallbackAsk = { status: "pending,accepted", order: "due" };

type Props = {
  asked: CallbackAsk;
  onAsk: (asked: CallbackAsk) => void;
  onClear: () => void;
  isSupervisor: boolean;
};

/** What is looked for. Names and numbers that are searched for stay out of the address. */
export function Filters({ asked, onAsk, onClear, isSupervisor }: Props) {
  const local = (at: string | undefined) => (at === undefined ? "" : fieldTime(at, ownZone()));
  return (
    <Form className="panel filters" onSend={(fields) => onAsk(askOf(fields))}>
      <Field
        label="Search"
        name="search"
        type="search"
        defaultValue={asked.search}
        placeholder="name, phone or number of the callback"
        minLength={2}
        maxLength={100}
        autoComplete="off"
      />
      <Choice label="State" name="status" defaultValue={asked.status ?? EVERYTHING}>
        <option value="pending,accepted">open</option>
        <option value="pending">waiting</option>
        <option value="accepted">accepted</option>
        <option value="completed">kept</option>
        <option value="failed">not reached</option>
        <option value="cancelled">cancelled</option>
        <option value={EVERYTHING}>all</option>
      </Choice>
      {isSupervisor && <AgentFilter chosen={asked.agentId} />}
      <Choice label="Order" name="order" defaultValue={asked.order}>
        <option value="due">earliest first</option>
        <option value="newest">newest first</option>
      </Choice>
      <Field label="From" name="from" type="datetime-local" defaultValue={local(asked.from)} />
      <Field label="To" name="to" type="datetime-local" defaultValue={local(asked.to)} />
      <div className="flex gap-2">
        <Button kind="main">Show</Button>
        <Button type="button" onClick={onClear}>
          Clear
        </Button>
      </div>
    </Form>
  );
}

function AgentFilter({ chosen }: { chosen: number | undefined }) {
  const agents = useAgents();
  return (
    <Choice key={agents.status} label="Agent" name="agentId" defaultValue={chosen ?? EVERYTHING}>
      <option value={EVERYTHING}>anybody</option>
      {agents.data?.agents.map(({ id, firstName, lastName }) => (
        <option key={id} value={id}>
          {firstName} {lastName}
        </option>
      ))}
    </Choice>
  );
}

/** Times are typed in the reader's own zone and sent as instants. */
function askOf(fields: FormData): CallbackAsk {
  const text = (name: string) => String(fields.get(name) ?? "").trim();
  const [from, to, agentId, search, status] = ["from", "to", "agentId", "search", "status"].map(text);
  return {
    order: text("order") === "newest" ? "newest" : "due",
    ...(from && { from: new Date(from).toISOString() }),
    ...(to && { to: new Date(to).toISOString() }),
    ...(agentId && { agentId: Number(agentId) }),
    ...(search && { search }),
    ...(status && { status }),
  };
}
