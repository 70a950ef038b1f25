"use client";
import { useChangePassword } from "#client/access";
import { Button, Done, Failure, Field, Form, FormButtons } from "../_ui/form.tsx";
import { NewPassword } from "../_ui/new-password.tsx";

/** Changes the password of the signed-in person. */
export function PasswordForm() {
  const { mutate, isPending, error, data } = useChangePassword();
  return (
    <Form
      // Cleared after a success.
      key={data ? "done" : "open"}
      className="panel grid gap-4"
      onSend={(fields) =>
        mutate({
          currentPassword: String(fields.get("currentPassword")),
          newPassword: String(fields.get("newPassword")),
        })
      }
    >
      <Field label="Current password" name="currentPassword" type="password" autoComplete="current-password" required />
      <NewPassword />
      <Failure error={error} />
      <Done>{data?.message}</Done>
      <FormButtons>
        <Button isBusy={isPending}>Change the password</Button>
      </FormButtons>
    </Form>
  );
}
