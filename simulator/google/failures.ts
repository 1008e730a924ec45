/** Google's canonical codes used here and the HTTP status of each (google/rpc/code.proto). */
const HTTP_CODES = {
  INVALID_ARGUMENT: 400,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;

export type FailureStatus = keyof typeof HTTP_CODES;

/** An answer in Google's error shape, as a value. */
export interface Failure {
  kind: 'failure';
  httpCode: number;
  status: FailureStatus;
  message: string;
  details?: readonly Record<string, unknown>[];
  headers?: Record<string, string>;
}

/** Makes a failure; `extra` adds details, headers, or another HTTP status than the usual one. */
export function failure(
  status: FailureStatus,
  message: string,
  extra: Partial<Pick<Failure, 'httpCode' | 'details' | 'headers'>> = {},
): Failure {
  return { kind: 'failure', httpCode: HTTP_CODES[status], status, message, ...extra };
}

/** The JSON body that a Google API answers a failure with. */
export function failureBody({ httpCode, message, status, details }: Failure): unknown {
  return { error: { code: httpCode, message, status, ...(details && { details }) } };
}
