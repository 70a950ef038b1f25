"use client";
import { useState } from "react";
import { type AuditEntry, type AuditFilter, auditFile, useAudit } from "#client/access";
import { CustomerLink } from "../_ui/customer-link.tsx";
import { Button, Field, Form } from "../_ui/form.tsx";
import { Listing } from "../_ui/listing.tsx";
import { Moment } from "../_ui/moment.tsx";

/** The entries of the last day, or of what is asked for. */
export function Audit() {
  const [filter, setFilter] = useState<AuditFilter>({});
  const list = useAudit(filter);
  const entries = list.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <>
      <Form className="panel flex flex-wrap items-end gap-4" onSend={(fields) => setFilter(filterOf(fields))}>
        <Field label="From" name="from" type="datetime-local" />
        <Field label="To" name="to" type="datetime-local" />
        <Field label="Who" name="actor" placeholder="Maya, agent 7, key 3" />
        <Field label="Action" name="action" placeholder="key.revoked" />
        <Field label="Object" name="subject" placeholder="callback 12" />
        <div className="flex gap-2">
          <Button kind="main">Show</Button>
          <a className="button plain" href={auditFile(filter)} download>
            Export CSV
          </a>
        </div>
      </Form>
      <p className="text-muted text-small">Without a time: the last 24 hours. At most 31 days at once.</p>
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

/** "Staff signed in" of `staff.signed_in`. */
function wordsOf(action: string): string {
  const words = action.replaceAll(/[._]/g, " ");
  return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}

function Entry({ at, actor, name, action, subject, subjectName, details }: AuditEntry) {
  const userId = /^user (\d+)$/.exec(subject)?.[1];
  return (
    <tr>
      <td>
        <Moment at={at} withSeconds />
      </td>
      <td>
        {name ?? actor}
        {name && <div className="text-muted text-small">{actor.split(" ")[0]}</div>}
      </td>
      <td title={action}>{wordsOf(action)}</td>
      <td title={subject}>
        {userId ? <CustomerLink userId={userId}>{subject}</CustomerLink> : (subjectName ?? subject)}
      </td>
      <td className="text-muted text-small">
        {Object.entries(details)
          .map(([key, value]) => `${key}: ${Array.isArray(value) ? value.join(", ") : String(value)}`)
          .join("; ")}
      </td>
    </tr>
  );
}

/** Times are typed in the reader's own zone and sent as instants. */
function filterOf(fields: FormData): AuditFilter {
  const text = (name: string) => String(fields.get(name) ?? "").trim();
  const given = Object.entries({
    from: instant(text("from")),
    to: instant(text("to")),
    actor: text("actor"),
    action: text("action"),
    subject: text("subject"),
  }).filter(([, value]) => value !== "");
  return Object.fromEntries(given);
}

function instant(local: string): string {
  return local === "" ? "" : new Date(local).toISOString();
}
