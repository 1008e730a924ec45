/**
 * Limits of an IAM allow policy.
 * Sources: https://cloud.google.com/iam/quotas, https://cloud.google.com/iam/docs/reference/rest/v1/Policy.
 */
export const LIMITS = {
  /** "Each occurrence of a member counts towards these limits." */
  principals: 1_500,
  groupsAndDomains: 250,
  /** Bindings with the same role and the same principal but different condition expressions. */
  conditionsForOneRoleAndPrincipal: 20,
  /** Google's advice is "no more than 100"; held hard here, so that nobody comes to rely on more. */
  conditionalBindings: 100,
  logicalOperators: 12,
  titleLength: 100,
  descriptionLength: 256,
  /** Google says "a few tens of KB"; the exact figure is unverified. */
  policyBytes: 64 * 1024,
} as const;
