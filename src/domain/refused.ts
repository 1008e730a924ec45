/** Why a person's wish was not carried out. The code is for callers; the sentence is for the person. */
export const refusalCodes = [
  'identity',
  'unknown-service',
  'ambiguous-service',
  'no-iap',
  'not-entitled',
  'duration',
  'justification',
  'start',
  'already-decided',
  'not-approver',
  'own-request',
  'not-yours',
  'frozen',
  'usage',
  'gone',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** Something a person did that cannot be done, with a sentence that says what to do instead. */
export interface Refused {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  readonly reason: string;
}

export function refused(code: RefusalCode, reason: string): Refused {
  return { kind: 'refused', code, reason };
}

export function isRefused(value: unknown): value is Refused {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'refused';
}
