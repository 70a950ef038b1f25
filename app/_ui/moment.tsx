"use client";
import { useSyncExternalStore } from "react";

const nothing = () => () => {};

/** A time in the reader's own zone and language; the exact time on hover. In UTC until scripts run. */
export function Moment({ at, withSeconds = false }: { at: string; withSeconds?: boolean }) {
  const text = useSyncExternalStore(
    nothing,
    () =>
      new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: withSeconds ? "medium" : "short" }).format(
        new Date(at),
      ),
    () => at.slice(0, withSeconds ? 19 : 16).replace("T", " "),
  );
  return (
    <time dateTime={at} title={at} className="whitespace-nowrap">
      {text}
    </time>
  );
}
