/**
 * Checks, and mishaps, that the source does not stand up to yet, by the defect that they show. A line goes when its
 * defect is fixed, and the check counts from then on; an empty list can go with this file.
 */
const AWAITING_FIX: readonly string[] = [
  'H1: one address that IAM does not know fails everybody on its service',
  'M1: drift is said twice',
  'M2: drift is not said where the run that repaired it failed',
  'M8: a foreign edit past an advisory limit takes access away from people who have it',
  'M9: any 404 ends everything',
  'N1: a verdict is kept for a revision, which a stranger who changes the document need not change',
  'N2: a document that says ACTIVE is not vetted where the policy shows its access, or a longer one',
];

/** Whether the defect with this number is still there. */
export function awaits(defect: string): boolean {
  return AWAITING_FIX.some((line) => line.startsWith(`${defect}:`));
}
