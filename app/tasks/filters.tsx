"use client";
import { useEffect, useRef } from "react";
import type { TaskAsk } from "#client/cursor-tasks";
import { useFold } from "../_ui/fold.tsx";
import { Field, FilterButtons, Form } from "../_ui/form.tsx";

type Asked = Omit<TaskAsk, "state">;

/** The filters of the list, without the state. */
export function Filters({ asked, onAsk }: { asked: Asked; onAsk: (asked: Asked) => void }) {
  const form = useRef<HTMLFormElement>(null);
  const { search, conversationId } = asked;
  const { fold, unfold } = useFold([conversationId]);
  // Something other than this form, such as Back, may change the address; the person who sent the form keeps their place in it.
  useEffect(() => {
    for (const [name, value = ""] of Object.entries({ search, conversationId })) {
      (form.current?.elements.namedItem(name) as HTMLInputElement).value = value;
    }
  }, [search, conversationId]);
  return (
    <Form ref={form} className="panel filters" {...fold} onSend={(fields) => onAsk(askOf(fields))}>
      <Field
        label="Search"
        name="search"
        type="search"
        defaultValue={search}
        placeholder="part of an id or of a tool"
        minLength={2}
        maxLength={100}
        autoComplete="off"
      />
      {unfold}
      <div className="col-span-12 md:col-span-4">
        <Field
          label="Conversation"
          name="conversationId"
          defaultValue={conversationId}
          placeholder="its whole id"
          maxLength={200}
          autoComplete="off"
        />
      </div>
      <FilterButtons onClear={() => onAsk({})} />
    </Form>
  );
}

function askOf(fields: FormData): Asked {
  const [search, conversationId] = ["search", "conversationId"].map((name) => String(fields.get(name)).trim());
  return { search: search || undefined, conversationId: conversationId || undefined };
}
