"use client";
import Link from "next/link";
import { type AuditEntry, type AuditFilter, auditFile, useAudit } from "#client/access";
import { useAgents } from "#client/agents";
import { storyAddress } from "../callbacks/address.ts";
import { useAddress } from "../_ui/address.ts";
import { whoWords } from "../_ui/event-words.ts";
import { CustomerLink } from "../_ui/customer-link.tsx";
import { useFold } from "../_ui/fold.tsx";
import { Field, FilterButtons, Form } from "../_ui/form.tsx";
import { Listing } from "../_ui/listing.tsx";
import { Moment } from "../_ui/moment.tsx";
import { fieldTime, ownZone } from "../_ui/time.ts";
import { useFieldsOf } from "../_ui/use-fields.ts";
import { filterOf, goToFilter } from "./address.ts";
import { actionOf, detailWords, wordsOf } from "./words.ts";

/** The entries of the last day, or of the filter in the address. */
export function Audit() {
  const filter = filterOf(useAddress());
  const form = useFieldsOf(fieldsOf(filter));
  const { fold, unfold } = useFold(Object.values(filter));
  const list = useAudit(filter);
  const entries = list.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <>
      <Form ref={form} className="panel filters" {...fold} onSend={(fields) => goToFilter(sentBy(fields))}>
        {unfold}
        <Field label="From" name="from" type="datetime-local" />
        <Field label="To" name="to" type="datetime-local" />
        <Field label="Who" name="actor" placeholder="Maya, agent 7, key 3" />
        <Field label="Action" name="action" placeholder="Key revoked" />
        <Field label="Object" name="subject" placeholder="callback 12" />
        <div className="below">
          <FilterButtons onClear={() => goToFilter({})}>
            <a className="button plain" href={auditFile(filter)} download>
              Export CSV
            </a>
          </FilterButtons>
          <span className="text-muted text-small">Without a time: the last 24 hours. At most 31 days at once.</span>
        </div>
      </Form>
      <Listing
        label="Entries"
        list={list}
        columns={["When", "Who", "Action", "Object", "Details"]}
        empty="Nothing was done in this time that fits. Take a longer time, or fewer words."
      >
        {entries.map((entry) => (
          <Entry key={entry.id} {...entry} />
        ))}
      </Listing>
    </>
  );
}

/** The subject of an entry; a customer and a callback are links to their pages. */
function Subject({ subject, subjectName }: Pick<AuditEntry, "subject" | "subjectName">) {
  const agents = useAgents();
  const [, kind, id = ""] = /^(user|callback|agent) (\d+)$/.exec(subject) ?? [];
  if (kind === "user") return <CustomerLink userId={id}>customer {id}</CustomerLink>;
  if (kind === "callback")
    return (
      <Link href={storyAddress(Number(id))} prefetch={false} className="customer-link">
        {subject}
      </Link>
    );
  const agent = kind === "agent" && agents.data?.agents.find((one) => one.id === Number(id));
  return agent ? `${agent.firstName} ${agent.lastName}` : (subjectName ?? subject);
}

function Entry({ at, actor, name, action, subject, subjectName, details }: AuditEntry) {
  return (
    <tr>
      <td>
        <Moment at={at} withSeconds />
      </td>
      <td>
        {name ?? whoWords(actor)}
        {name && <div className="text-muted text-small">{actor.split(" ")[0]}</div>}
      </td>
      <td title={action}>{wordsOf(action)}</td>
      <td title={subject}>
        <Subject subject={subject} subjectName={subjectName} />
      </td>
      <td className="text-muted text-small">{detailWords(details)}</td>
    </tr>
  );
}

/** The fields of a filter: its times on the reader's own clock, its action in the words that the list shows. */
function fieldsOf({ from, to, action, ...rest }: AuditFilter): Record<string, string | undefined> {
  const typed = (at: string | undefined) => at && fieldTime(at, ownZone());
  return {
    from: typed(from),
    to: typed(to),
    action: action && wordsOf(action),
    actor: rest.actor,
    subject: rest.subject,
  };
}

/** Times are typed on the reader's own clock and sent as instants. */
function sentBy(fields: FormData): AuditFilter {
  const text = (name: string) => String(fields.get(name) ?? "").trim();
  return {
    from: instant(text("from")),
    to: instant(text("to")),
    actor: text("actor"),
    action: actionOf(text("action")),
    subject: text("subject"),
  };
}

function instant(local: string): string {
  return local === "" ? "" : new Date(local).toISOString();
}
