"use client";
import { Dialog } from "../_ui/dialog.tsx";

/** The outcomes that mark the number. They need a confirmation, because only a supervisor can lift a mark. */
const ASKED = {
  do_not_call: {
    title: (name: string) => `${name} asked never to be called again`,
    confirmLabel: "Never call again",
    cost: "Nobody calls this number any more, under any name, and every other open promise to it is cancelled. A supervisor can lift the mark, with a reason; what was cancelled stays cancelled.",
  },
  wrong_number: {
    title: (name: string) => `This is not the number of ${name}`,
    confirmLabel: "It is the wrong number",
    cost: "Nobody calls this number any more until the right one comes, and every other open promise to it is set aside. A supervisor can lift the mark, with a reason.",
  },
} as const;

type EndsContact = keyof typeof ASKED;

/** Whether this outcome marks the number, and so needs a confirmation and cannot be undone. */
export function isEndOfContact(outcomeType: string): outcomeType is EndsContact {
  return outcomeType in ASKED;
}

type Props = {
  name: string;
  outcomeType: EndsContact;
  isBusy: boolean;
  error: Error | null;
  onSend: () => void;
  onClose: () => void;
};

/** Confirms an outcome that ends all calls to the number, and names its consequences. */
export function EndsContactDialog({ name, outcomeType, ...dialog }: Props) {
  const { title, confirmLabel, cost } = ASKED[outcomeType];
  return (
    <Dialog title={title(name)} confirmLabel={confirmLabel} kind="danger" {...dialog}>
      <p>{cost}</p>
    </Dialog>
  );
}
