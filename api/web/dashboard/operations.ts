// Generated from operations.graphql and schema.graphql by `npm run generate`: do not edit.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** The kind of device that scanned, judged by the user agent that it sent. */
export type DeviceType =
  /** A phone. */
  | 'MOBILE'
  /** A tablet. An iPad that asks for desktop pages, as they do from the factory, counts as DESKTOP. */
  | 'TABLET'
  /** A computer, on a desk or a lap. */
  | 'DESKTOP'
  /** Anything else: a program, a robot, or a device that does not say what it is. */
  | 'OTHER';

/** How a member signs in. */
export type LoginInput = {
  /** The member's e-mail address, in upper or lower case. */
  email: string;
  /** The member's password. */
  password: string;
};

export type LoginMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LoginMutation = { login: { accessToken: string | null, refreshToken: string | null, expiresIn: number | null, user: { email: string } | null, tenant: { companyName: string } | null, userErrors: Array<{ message: string }> } };

export type TokenRefreshMutationVariables = Exact<{
  refreshToken: string;
}>;


export type TokenRefreshMutation = { tokenRefresh: { accessToken: string | null, refreshToken: string | null, expiresIn: number | null, userErrors: Array<{ message: string }> } };

export type LogoutMutationVariables = Exact<{ [key: string]: never; }>;


export type LogoutMutation = { logout: { userErrors: Array<{ message: string }> } };

export type OverviewQueryVariables = Exact<{ [key: string]: never; }>;


export type OverviewQuery = { dashboard: { totalPassports: number, totalBatches: number, quotaUsed: number, quotaLimit: number, quotaBalance: number, passportsThisWeek: number, pendingExportBatches: number, carbonCompliancePct: number | null }, scans: { nodes: Array<{ id: string }> } };

export type RecentScansQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type RecentScansQuery = { scans: { feedCursor: string, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<ScanFragment> } };

export type ScanAddedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ScanAddedSubscription = { scanAdded: { cursor: string, scan: ScanFragment } };

export type ScanFragment = { id: string, scannedAt: string, serialNumber: string, city: string | null, country: string | null, deviceType: DeviceType, batch: { id: string, batchName: string } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ScanFragmentDoc = new TypedDocumentString(`
    fragment Scan on Scan {
  id
  scannedAt
  serialNumber
  city
  country
  deviceType
  batch {
    id
    batchName
  }
}
    `, {"fragmentName":"Scan"}) as unknown as TypedDocumentString<ScanFragment, unknown>;
export const LoginDocument = new TypedDocumentString(`
    mutation Login($input: LoginInput!) {
  login(input: $input) {
    accessToken
    refreshToken
    expiresIn
    user {
      email
    }
    tenant {
      companyName
    }
    userErrors {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<LoginMutation, LoginMutationVariables>;
export const TokenRefreshDocument = new TypedDocumentString(`
    mutation TokenRefresh($refreshToken: String!) {
  tokenRefresh(input: {refreshToken: $refreshToken}) {
    accessToken
    refreshToken
    expiresIn
    userErrors {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<TokenRefreshMutation, TokenRefreshMutationVariables>;
export const LogoutDocument = new TypedDocumentString(`
    mutation Logout {
  logout {
    userErrors {
      message
    }
  }
}
    `) as unknown as TypedDocumentString<LogoutMutation, LogoutMutationVariables>;
export const OverviewDocument = new TypedDocumentString(`
    query Overview {
  dashboard {
    totalPassports
    totalBatches
    quotaUsed
    quotaLimit
    quotaBalance
    passportsThisWeek
    pendingExportBatches
    carbonCompliancePct
  }
  scans(first: 1) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<OverviewQuery, OverviewQueryVariables>;
export const RecentScansDocument = new TypedDocumentString(`
    query RecentScans($after: String) {
  scans(first: 100, after: $after) {
    feedCursor
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      ...Scan
    }
  }
}
    fragment Scan on Scan {
  id
  scannedAt
  serialNumber
  city
  country
  deviceType
  batch {
    id
    batchName
  }
}`) as unknown as TypedDocumentString<RecentScansQuery, RecentScansQueryVariables>;
export const ScanAddedDocument = new TypedDocumentString(`
    subscription ScanAdded($after: String) {
  scanAdded(after: $after) {
    cursor
    scan {
      ...Scan
    }
  }
}
    fragment Scan on Scan {
  id
  scannedAt
  serialNumber
  city
  country
  deviceType
  batch {
    id
    batchName
  }
}`) as unknown as TypedDocumentString<ScanAddedSubscription, ScanAddedSubscriptionVariables>;
