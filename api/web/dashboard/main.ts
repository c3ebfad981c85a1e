import { Refused } from "./api";
import { follow, type Listener } from "./feed";
import { OverviewDocument } from "./operations";
import { copyOf, element } from "./page";
import { Scans } from "./scans";
import { Session, SessionEnded } from "./session";
import { showConnection, showFigures } from "./views";

const FIGURES_EVERY = 30_000; // milliseconds

const door = element("door");
const form = element<HTMLFormElement>("sign-in");
const problem = element("problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = new FormData(form);
  const button = form.querySelector("button")!;
  problem.textContent = "";
  button.disabled = true;
  try {
    const session = await Session.signIn({
      email: String(fields.get("email")),
      password: String(fields.get("password")),
    });
    form.reset();
    void open(session);
    element("company").focus();
  } catch (error) {
    problem.textContent = error instanceof Refused ? error.message : "The server can’t be reached.";
  } finally {
    button.disabled = false;
  }
});

const restored = Session.restored();
if (restored) void open(restored);
else showDoor();

/** Shows the dashboard until the session ends. */
async function open(session: Session): Promise<void> {
  const leaving = new AbortController();
  const { signal } = leaving;
  // Made anew, so that nothing of one session is left on the screen for the next.
  const page = copyOf("page");
  document.body.append(page);
  element("company").textContent = session.companyName;
  element("email").textContent = session.email;
  door.hidden = true;
  element("account").hidden = false;
  element("sign-out").addEventListener(
    "click",
    () => {
      leaving.abort();
      void session.signOut();
    },
    { once: true, signal },
  );

  const scans = new Scans(signal);
  const listener: Listener = {
    connection: showConnection,
    figures: showFigures,
    reset: (known, since) => scans.reset(known, since),
    added: (scan) => scans.add(scan),
  };
  try {
    await Promise.race([follow(session, listener, signal), refreshFigures(session, signal)]);
  } catch (error) {
    problem.textContent = error instanceof SessionEnded ? "Your session has ended. Sign in again." : String(error);
  }
  leaving.abort();
  session.forget();
  page.remove();
  showDoor();
}

/** Shows the figures as they become, until `signal` is aborted. Throws `SessionEnded`. */
async function refreshFigures(session: Session, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, FIGURES_EVERY));
    try {
      const { dashboard } = await session.request(OverviewDocument, {});
      if (!signal.aborted) showFigures(dashboard);
    } catch (error) {
      // The feed tells when the server can't be reached.
      if (error instanceof SessionEnded) throw error;
    }
  }
}

function showDoor(): void {
  door.hidden = false;
  element("account").hidden = true;
  form.querySelector("input")!.focus();
}
