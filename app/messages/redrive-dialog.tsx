"use client";
import { type RedriveWish, useRedriveMessages, useRedriveMessagesPreview } from "#client/messages";
import { Dialog } from "../_ui/dialog.tsx";
import { Failure } from "../_ui/form.tsx";
import { say } from "../_ui/notices.tsx";
import { counted } from "../_ui/words.ts";

type Props = { title: string; wish: RedriveWish; onClose: () => void };

/** Shows how many dead letters would be sent again, before the person confirms it. */
export function RedriveDialog({ title, wish, onClose }: Props) {
  const preview = useRedriveMessagesPreview(wish);
  const action = useRedriveMessages();
  const send = () =>
    action.mutate(wish, {
      onSuccess({ moved, left }) {
        say(`${counted(moved, "message")} in line again, with all attempts.${left > 0 ? ` ${left} are left.` : ""}`);
        onClose();
      },
    });
  const { matching, movable = 0 } = preview.data ?? {};
  return (
    <Dialog
      title={title}
      confirmLabel="Redrive"
      isBusy={action.isPending || preview.isPending}
      missing={matching === undefined ? "What would be sent could not be read. Close this, and open it again." : null}
      error={action.error}
      onSend={send}
      onClose={onClose}
    >
      <Failure error={preview.error} />
      <p role="status">
        {matching === undefined ? (
          "Loading…"
        ) : matching === 0 ? (
          "Nothing would be sent again: somebody else has redriven it."
        ) : (
          <>
            <strong>
              {movable < matching && `${movable} of `}
              {counted(matching, "message")}
            </strong>{" "}
            would be sent again{matching > 1 && ", spread over a minute"}. What they say and to whom stays as it is.
            {movable < matching && " The others stay dead letters; redrive them after these."}
          </>
        )}
      </p>
    </Dialog>
  );
}
