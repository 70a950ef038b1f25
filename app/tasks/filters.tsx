"use client";
import type { TaskAsk } from "#client/cursor-tasks";
import { useFold } from "../_ui/fold.tsx";
import { Field, FilterButtons, Form } from "../_ui/form.tsx";
import { useFieldsOf } from "../_ui/use-fields.ts";

type Asked = Omit<TaskAsk, "state">;

/** The filters of the list, without the state. */
export function Filters({ asked, onAsk }: { asked: Asked; onAsk: (asked: Asked) => void }) {
  const { search, conversationId } = asked;
  const form = useFieldsOf({ search, conversationId });
  const { fold, unfold } = useFold([conversationId]);
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
