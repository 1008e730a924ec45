/** What the world can do wrong, as callers need to tell it apart. */
export const errorCodes = [
  'conflict',
  'permission-denied',
  'not-found',
  'quota',
  'unavailable',
  'timeout',
  'invalid',
  'rate-limited',
  'lease-lost',
  /** Nobody failed: there was no time left to ask. */
  'no-time',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** A failure of the world outside: operation, subject and cause are in the message, the kind in `code`. */
export class LatchkeyError extends Error {
  override readonly name = 'LatchkeyError';
  readonly code: ErrorCode;
  /** For `rate-limited` and `quota`: how long to leave it alone, in milliseconds, where the other side said so. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is LatchkeyError {
  return error instanceof LatchkeyError && codes.includes(error.code);
}

/** A thrown value's message, for logs and for `failed to … : cause` sentences. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
