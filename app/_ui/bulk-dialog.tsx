"use client";
import type { UseMutationResult, UseQueryResult } from "@tanstack/react-query";
import type { Bulk } from "#client/runs";
import { Dialog } from "./dialog.tsx";
import { Failure } from "./form.tsx";
import { say } from "./notices.tsx";

type Props<I> = {
  title: string;
  confirmLabel: string;
  /** The effect of the action. */
  preview: UseQueryResult<Bulk>;
  action: UseMutationResult<Bulk, Error, I>;
  input: I;
  onClose: () => void;
};

/** Shows the effect of a bulk action before it is done. */
export function BulkDialog<I>({ title, confirmLabel, preview, action, input, onClose }: Props<I>) {
  const send = () =>
    action.mutate(input, {
      onSuccess({ count }) {
        say(`${conversations(count)} ${count === 1 ? "waits" : "wait"} again, with all attempts.`);
        onClose();
      },
    });
  return (
    <Dialog
      title={title}
      confirmLabel={confirmLabel}
      isBusy={action.isPending || preview.isPending}
      missing={preview.data ? null : "What would be done could not be read. Close this, and open it again."}
      error={action.error}
      onSend={send}
      onClose={onClose}
    >
      <Failure error={preview.error} />
      <p role="status">{preview.data ? <Preview of={preview.data} /> : "Loading…"}</p>
    </Dialog>
  );
}

function Preview({ of: { count, sample, hasMore } }: { of: Bulk }) {
  if (count === 0) return "Nothing would be tried again: it succeeded, is tried already, or its run was cancelled.";
  return (
    <>
      <strong>{conversations(count)}</strong> would be tried again: {sample.join(", ")}
      {count > sample.length && " and others"}.
      {hasMore && " That is as many as one press takes; others are left for the next."}
    </>
  );
}

const conversations = (count: number) => `${count} ${count === 1 ? "conversation" : "conversations"}`;
