import { Refused, request } from "./api";
import {
  LoginDocument,
  LogoutDocument,
  TokenRefreshDocument,
  type LoginInput,
  type TypedDocumentString,
} from "./operations";

/** The session is over: sign in again. */
export class SessionEnded extends Error {}

interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** When the access token ends, in milliseconds since 1970. */
  expiresAt: number;
}

interface Kept {
  email: string;
  companyName: string;
  tokens: Tokens;
}

const KEY = "exportready.dashboard";
const MARGIN = 60_000; // milliseconds before its end at which an access token is exchanged

/**
 * Who is signed in. The tokens live in memory, and in sessionStorage only while the page reloads: a duplicate of the
 * tab would copy them from there, and a refresh token that is used twice ends the session.
 */
export class Session {
  private refreshing: Promise<void> | undefined;
  private readonly onPageHide = () => sessionStorage.setItem(KEY, JSON.stringify(this.kept));
  private readonly onPageShow = () => sessionStorage.removeItem(KEY);

  private constructor(private readonly kept: Kept) {
    addEventListener("pagehide", this.onPageHide);
    addEventListener("pageshow", this.onPageShow);
  }

  /** Throws `Refused` with the reason for the person who signs in. */
  static async signIn(input: LoginInput): Promise<Session> {
    const { login } = await request(LoginDocument, { input });
    const { user, tenant } = login;
    if (!user || !tenant) throw new Refused(login.userErrors[0]?.message ?? "The server did not sign you in.");
    return new Session({ email: user.email, companyName: tenant.companyName, tokens: tokensOf(login) });
  }

  /** The session that was open in this tab before it was reloaded. */
  static restored(): Session | null {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return kept ? new Session(JSON.parse(kept) as Kept) : null;
  }

  get email(): string {
    return this.kept.email;
  }

  get companyName(): string {
    return this.kept.companyName;
  }

  /** A token that is good for a while yet. Throws `SessionEnded` when there are no more. */
  async accessToken(): Promise<string> {
    if (this.kept.tokens.expiresAt - MARGIN < Date.now()) await this.refresh();
    return this.kept.tokens.accessToken;
  }

  /** As `request` of the API, signed in. Throws `SessionEnded`, too. */
  async request<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
    const accessToken = await this.accessToken();
    try {
      return await request(document, variables, accessToken);
    } catch (error) {
      if (error instanceof Refused && error.code === "UNAUTHENTICATED") throw new SessionEnded();
      throw error;
    }
  }

  /** Ends the session here, and on the server if that can be reached. */
  async signOut(): Promise<void> {
    this.forget();
    await request(LogoutDocument, {}, this.kept.tokens.accessToken).catch(() => undefined);
  }

  /** Leaves nothing behind for the next page load. */
  forget(): void {
    removeEventListener("pagehide", this.onPageHide);
    removeEventListener("pageshow", this.onPageShow);
  }

  /** Each refresh token is good for one use, so whoever needs a new pair meanwhile waits for the same answer. */
  private refresh(): Promise<void> {
    this.refreshing ??= this.exchange().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async exchange(): Promise<void> {
    const { refreshToken } = this.kept.tokens;
    const { tokenRefresh } = await request(TokenRefreshDocument, { refreshToken });
    if (tokenRefresh.userErrors.length) throw new SessionEnded();
    this.kept.tokens = tokensOf(tokenRefresh);
  }
}

type TokenPayload = { accessToken: string | null; refreshToken: string | null; expiresIn: number | null };

function tokensOf({ accessToken, refreshToken, expiresIn }: TokenPayload): Tokens {
  if (!accessToken || !refreshToken || !expiresIn) throw new Refused("The server gave no tokens.");
  return { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 };
}
