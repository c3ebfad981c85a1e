import { Button, type GraphiQLPlugin } from "@graphiql/react";
import { type FormEvent, useState } from "react";

import { type Session, signIn, signOut, useSession } from "./session";

function SignIn() {
  const session = useSession();
  return (
    <section className="sign-in" aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">Sign in</h2>
      {session ? <SignedIn session={session} /> : <Form />}
    </section>
  );
}

function Form() {
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setProblem(undefined);
    setBusy(true);
    try {
      await signIn(String(form.get("email")), String(form.get("password")));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <form onSubmit={submit}>
      <p>
        Runs <code>login</code> and sends its token with every request and subscription. No account yet? Run the{" "}
        <code>Register</code> example first.
      </p>
      <label>
        Email address
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {problem && <p role="alert">{problem}</p>}
      <Button type="submit" disabled={busy}>
        Sign in
      </Button>
      <p>
        Or put a token of your own into <em>Headers</em>, under the operation:
      </p>
      <pre>{'{ "Authorization": "Bearer …" }'}</pre>
    </form>
  );
}

function SignedIn({ session }: { session: Session }) {
  const until = new Date(session.expiresAt).toLocaleTimeString([], { timeStyle: "short" });
  return (
    <>
      <p role="status">
        Signed in to <strong>{session.companyName}</strong> as <strong>{session.email}</strong> until {until}.
      </p>
      <p>This header goes with every request, and with every subscription as its connection payload:</p>
      <pre>{`Authorization: Bearer ${session.accessToken}`}</pre>
      <Button type="button" onClick={signOut}>
        Sign out
      </Button>
    </>
  );
}

function KeyIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <circle cx="8" cy="15" r="5" />
      <path d="M11.5 11.5 20 3m-4 4 3 3" />
    </svg>
  );
}

export const SIGN_IN_PLUGIN: GraphiQLPlugin = { title: "Sign in", icon: KeyIcon, content: SignIn };
