import { Field } from "./form.tsx";

/** The field for a password that is chosen now. */
export function NewPassword() {
  return (
    <Field
      label="New password"
      hint="12 characters or more; a few words are easy to keep."
      name="newPassword"
      type="password"
      autoComplete="new-password"
      minLength={12}
      maxLength={128}
      required
    />
  );
}
