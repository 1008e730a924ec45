import { type ErrorCode, LatchkeyError, messageOf } from '../errors.ts';

/** gRPC's status codes, https://grpc.io/docs/guides/status-codes/. */
const codes: Readonly<Record<number, ErrorCode>> = {
  1: 'unavailable', // CANCELLED
  2: 'unavailable', // UNKNOWN
  3: 'invalid', // INVALID_ARGUMENT
  4: 'timeout', // DEADLINE_EXCEEDED
  5: 'not-found', // NOT_FOUND
  6: 'conflict', // ALREADY_EXISTS
  7: 'permission-denied', // PERMISSION_DENIED
  8: 'quota', // RESOURCE_EXHAUSTED
  9: 'invalid', // FAILED_PRECONDITION, a missing index among others
  10: 'conflict', // ABORTED
  11: 'invalid', // OUT_OF_RANGE
  12: 'invalid', // UNIMPLEMENTED
  13: 'unavailable', // INTERNAL
  14: 'unavailable', // UNAVAILABLE
  15: 'unavailable', // DATA_LOSS
  16: 'permission-denied', // UNAUTHENTICATED
};

/** What Firestore threw, as a LatchkeyError; whatever else was thrown inside an operation is left as it is. */
export function firestoreError(operation: string, subject: string, error: unknown): unknown {
  const code = grpcCode(error);
  const kind = code === undefined ? undefined : codes[code];
  if (!kind) return error;
  const message = `failed to ${operation} for ${subject}: ${messageOf(error)}`;
  return new LatchkeyError(kind, message, { cause: error });
}

/** The gRPC status of a client error, `undefined` for anything else. */
export function grpcCode(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}
