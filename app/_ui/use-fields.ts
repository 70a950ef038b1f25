"use client";
import { type RefObject, useEffect, useRef } from "react";

/**
 * The form of filters that live in the address. Something other than the form, such as Back, may change the address: these values,
 * by the names of the fields, are then written into them. The person who sent the form keeps their place in it.
 */
export function useFieldsOf(values: Readonly<Record<string, string | undefined>>): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  const written = JSON.stringify(Object.entries(values).map(([name, value = ""]) => [name, value]));
  useEffect(() => {
    for (const [name, value] of JSON.parse(written) as [string, string][]) {
      (form.current?.elements.namedItem(name) as HTMLInputElement).value = value;
    }
  }, [written]);
  return form;
}
