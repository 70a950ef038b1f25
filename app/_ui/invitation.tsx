"use client";
import { ShownOnce } from "./shown-once.tsx";

/** The link to a first password, for the supervisor who created the account to hand over. */
export function Invitation({ invitation, onClose }: { invitation: string; onClose: () => void }) {
  return (
    <ShownOnce
      label="Hand over this invitation in person or by a safe channel; it sets a password, once, within three days."
      secret={`${location.origin}/welcome#${invitation}`}
      onClose={onClose}
    />
  );
}
