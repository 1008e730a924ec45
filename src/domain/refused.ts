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
  /** Where a name is none, or could be several: the services that may be meant, which the reason names too. */
  readonly meant?: Meant;
}

export interface Meant {
  readonly typed: string;
  /** What the reason says before it names them. */
  readonly question: string;
  /** As `project/region/service`. */
  readonly services: readonly string[];
}

export function refused(code: RefusalCode, reason: string): Refused {
  return { kind: 'refused', code, reason };
}

/** A refusal that names what may be meant. */
export function unclear(code: RefusalCode, meant: Meant): Refused {
  const list = meant.services.map((path) => `• \`${path}\``);
  return { ...refused(code, [meant.question, ...list].join('\n')), meant };
}

export function isRefused(value: unknown): value is Refused {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'refused';
}
