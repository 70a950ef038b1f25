"use client";
import { useState } from "react";
import { useKeys } from "#client/access";
import { Listing } from "../_ui/listing.tsx";
import { ShownOnce } from "../_ui/shown-once.tsx";
import { KeyForm } from "./key-form.tsx";
import { KeyRow } from "./key-row.tsx";

/** All keys, and a form that creates one. */
export function Keys() {
  const list = useKeys();
  const [made, setMade] = useState<string | null>(null);
  const keys = list.data?.pages.flatMap((page) => page.keys) ?? [];
  return (
    <>
      {made && (
        <ShownOnce
          label="Give this key to the system it is for, as: Authorization: Bearer <key>."
          secret={made}
          onClose={() => setMade(null)}
        />
      )}
      <Listing
        label="API keys"
        list={list}
        columns={["Name", "Key", "For", "Made", "Last used", ""]}
        empty="No key yet. Make one below for each system that calls the API."
      >
        {keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} />
        ))}
      </Listing>
      <h2>Make a key</h2>
      <KeyForm onMade={setMade} />
    </>
  );
}
