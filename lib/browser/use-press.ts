import { type UseMutationOptions, type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useRef } from "react";

/**
 * A mutation that runs at most once at a time: the second press of a double click comes before the button is drawn as busy, and
 * is the same action as the first.
 */
export function usePress<I, A, C = unknown>(
  options: UseMutationOptions<A, Error, I, C>,
): UseMutationResult<A, Error, I, C> {
  const mutation = useMutation(options);
  const underWay = useRef<Promise<A> | null>(null);
  const mutateAsync: typeof mutation.mutateAsync = (...asked) => {
    underWay.current ??= mutation.mutateAsync(...asked).finally(() => {
      underWay.current = null;
    });
    return underWay.current;
  };
  const mutate: typeof mutation.mutate = (...asked) => {
    // A failure is in `error`, and passed to the callbacks.
    if (!underWay.current) mutateAsync(...asked).catch(() => undefined);
  };
  return { ...mutation, mutate, mutateAsync };
}
