/** The wire shapes of google.iam.v1.Policy, as JSON. */
export interface Condition {
  title: string;
  expression: string;
  description?: string | undefined;
  location?: string | undefined;
}

export interface Binding {
  role: string;
  members: readonly string[];
  condition?: Condition | undefined;
}

export interface Policy {
  version: 1 | 3;
  etag: string;
  bindings: readonly Binding[];
}

/** What a caller sends: version and etag may be missing, with the consequences that has. */
export interface PolicyWrite {
  version?: number | undefined;
  etag?: string | undefined;
  bindings: readonly Binding[];
}

export const ACCESSOR_ROLE = 'roles/iap.httpsResourceAccessor';
export const EVERYBODY = ['allUsers', 'allAuthenticatedUsers'] as const;

/** Whether any binding carries a condition. */
export function hasConditions(policy: { bindings: readonly Binding[] }): boolean {
  return policy.bindings.some((binding) => binding.condition !== undefined);
}
