"use client";
import Link from "next/link";
import { useMessageConversations } from "#client/messages";
import { Failure } from "../_ui/form.tsx";
import { Moment } from "../_ui/moment.tsx";
import { Words } from "../_ui/words-shown.tsx";

/** The conversations with the customer by text and e-mail, each with its last words. */
export function CustomerMessages({ userId }: { userId: string }) {
  const { data, error } = useMessageConversations(userId, false);
  const conversations = data?.pages.flatMap((page) => page.conversations);
  return (
    <ul className="panel grid gap-3">
      <Failure error={data ? null : error} />
      {conversations?.map(({ id, channel, address, lastAt, lastBody, sentMessages, receivedMessages }) => (
        <li key={id}>
          <Link href={`/messages?view=conversations&conversation=${encodeURIComponent(id)}`} prefetch={false}>
            {channel === "sms" ? "SMS" : "E-mail"} with {address}
          </Link>{" "}
          <span className="text-muted text-small">
            {sentMessages} sent, {receivedMessages} received, last <Moment at={lastAt} />
          </span>
          {lastBody && (
            <p className="mb-0">
              “<Words text={lastBody} />”
            </p>
          )}
        </li>
      ))}
      {conversations?.length === 0 && <li className="text-muted">No message was sent or received.</li>}
    </ul>
  );
}
