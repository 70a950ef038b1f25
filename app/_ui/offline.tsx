"use client";
import { useQueryClient } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { lastAnsweredRequest, Problem } from "#lib/browser/api";
import { serverNow } from "#lib/browser/clock";
import { useSeconds } from "./clock.ts";
import { noteLost, useLost } from "./connection.ts";
import { clockAt, span } from "./time.ts";

/** The wallboard has a notice of its own, which can be read from four metres. */
const SAYS_IT_ITSELF = "/wallboard";

/**
 * Says on every screen that the server cannot be reached, and how old the shown data is. It lies over the menu, whose links lead
 * nowhere meanwhile, so that nothing moves and neither the brand nor anybody's work is covered.
 */
export function Offline() {
  const queries = useQueryClient();
  const answeredAt = useRef<number | null>(null);
  const lost = useLost();
  const isSaidElsewhere = usePathname() === SAYS_IT_ITSELF;
  useEffect(() => {
    let since = lastAnsweredRequest();
    const lose = () => {
      // The answer to a request from before may still arrive; it does not say that the connection is back.
      since = performance.now();
      noteLost({ at: answeredAt.current });
    };
    const stop = queries.getQueryCache().subscribe(({ type, ...event }) => {
      if (type !== "updated" || !("action" in event)) return;
      const { action } = event;
      // A read out of this browser succeeds without a connection, too.
      if (action.type === "success" && !action.manual && lastAnsweredRequest() > since) {
        since = lastAnsweredRequest();
        answeredAt.current = serverNow();
        noteLost(null);
      }
      const isFailed = action.type === "failed" || action.type === "error";
      if (isFailed && action.error instanceof Problem && action.error.code === "offline") lose();
    });
    // A screen that polls nothing learns it from the browser, and sends one request when the connection is back.
    const ask = () => void queries.refetchQueries({ type: "active" });
    addEventListener("offline", lose);
    addEventListener("online", ask);
    return () => {
      stop();
      removeEventListener("offline", lose);
      removeEventListener("online", ask);
    };
  }, [queries]);
  if (lost === null || isSaidElsewhere) return null;
  return (
    <div className="not-live notice late">
      <strong role="alert">Not live: Ringback cannot be reached.</strong>{" "}
      {lost.at === null ? (
        "Trying again."
      ) : (
        <>
          As of {clockAt(lost.at)}, <Age since={lost.at} /> ago; trying again.
        </>
      )}
    </div>
  );
}

function Age({ since }: { since: number }) {
  return span(useSeconds() * 1_000 - since);
}
