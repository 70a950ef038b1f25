"use client";
import { useState } from "react";
import { type Person, usePeople } from "#client/callbacks";
import { Failure, Field } from "./form.tsx";
import { useSettled } from "./use-settled.ts";

/** Finds a customer by name or number, for a supervisor. */
export function PeopleSearch({ onChoose }: { onChoose: (person: Person) => void }) {
  const [search, setSearch] = useState("");
  const words = useSettled(search, 250);
  const { data, error } = usePeople(words);
  const people = words.trim().length < 2 ? [] : (data?.people ?? []);
  return (
    <>
      <Field
        label="Customer"
        hint="Name or telephone number; two letters are enough."
        value={search}
        onChange={({ target }) => setSearch(target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          const [only, ...others] = people;
          if (only && others.length === 0 && words === search) onChoose(only);
        }}
        autoComplete="off"
        maxLength={100}
        autoFocus
      />
      <div role="status" className="grid gap-1 justify-items-start empty:hidden">
        {people.map((person) => (
          <button key={person.userId} type="button" className="plain-button" onClick={() => onChoose(person)}>
            <bdi>{person.name}</bdi>{" "}
            <span className="font-normal text-muted text-small">
              {person.spacedPhone}
              {person.openCallbacks > 0 && `, ${person.openCallbacks} promised already`}
            </span>
          </button>
        ))}
        {words.trim().length >= 2 && data?.people.length === 0 && (
          <p className="text-muted text-small">Nobody has this name or number. Customers come with an import.</p>
        )}
      </div>
      <Failure error={error} />
    </>
  );
}
