"use client";
import { useRouter } from "next/navigation";
import { type NamedQueue, useNameQueue, useQueueNames } from "#client/settings";
import { Button, Failure, Form, FormButtons } from "../_ui/form.tsx";
import { Moment } from "../_ui/moment.tsx";

/** The form for the names of the queues on every screen. */
export function QueueNames() {
  const { data, error } = useQueueNames();
  if (!data) return <Failure error={error} />;
  return (
    <section className="panel settings" aria-label="Names of the queues">
      <h2>Names of the queues</h2>
      {data.queues.map((queue) => (
        <Name key={`${queue.queueType} ${queue.name}`} {...queue} />
      ))}
    </section>
  );
}

function Name({ queueType, name, changedBy, changedAt }: NamedQueue) {
  const { mutateAsync, isPending, error } = useNameQueue();
  const router = useRouter();
  const set = async (to: string | null) => {
    try {
      await mutateAsync({ queueType, name: to });
      // The layout carries the names to every screen. By now another row may stand in place of this one.
      router.refresh();
    } catch {
      // Shown below.
    }
  };
  return (
    <Form className="limit of-queue" onSend={(fields) => void set(String(fields.get("name")))}>
      <label htmlFor={queueType} className="min-w-0">
        {queueType === "unsigned_users" ? "Customers whose signature is missing" : "Customers who owe documents"}
        <span className="block text-muted text-small">
          {changedBy && changedAt ? (
            <>
              Named by {changedBy}, <Moment at={changedAt} />
            </>
          ) : (
            "Default"
          )}
        </span>
      </label>
      <input id={queueType} name="name" className="control w-full" defaultValue={name} maxLength={40} required />
      <FormButtons>
        <Button isBusy={isPending}>Set</Button>
        {changedBy && (
          <Button type="button" isBusy={isPending} onClick={() => void set(null)}>
            Reset
          </Button>
        )}
      </FormButtons>
      <Failure error={error} />
    </Form>
  );
}
