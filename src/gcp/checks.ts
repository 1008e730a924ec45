// Checks of what a document holds. Functions and no schema of zod's: a click that wakes a process waits until its grant
// is read, and would wait for the schema of eleven states to be built. The compiler knows what is checked all the same.

export type Check<T> = (value: unknown) => value is T;

/** A check for every field, those that may be missing too: the compiler asks for the row of a new one. */
export type Checks<T> = { readonly [K in keyof T]-?: Check<T[K]> };

/** What a Timestamp of Firestore's can hold (ms): the years 1 to 9999. */
const FIRST_MOMENT = -62_135_596_800_000;
const LAST_MOMENT = 253_402_300_799_999;

export const isString: Check<string> = (value) => typeof value === 'string';
export const isBoolean: Check<boolean> = (value) => typeof value === 'boolean';
export const isNumber: Check<number> = (value): value is number => Number.isFinite(value);
export const isTime: Check<number> = (value): value is number =>
  isNumber(value) && value >= FIRST_MOMENT && value <= LAST_MOMENT;

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}

export function oneOf<const T>(...known: readonly T[]): Check<T> {
  return (value): value is T => (known as readonly unknown[]).includes(value);
}

export function listOf<T>(check: Check<T>): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(check);
}

/** A map whose names are anybody's. */
export function mapOf<T>(check: Check<T>): Check<Readonly<Record<string, T>>> {
  return (value): value is Readonly<Record<string, T>> => isMap(value) && Object.values(value).every(check);
}

/** A map with at least these fields: a newer release may have added others. */
export function has<T>(checks: Checks<T>): Check<T> {
  return (value): value is T => isMap(value) && malformedIn(value, checks) === undefined;
}

/** The name of the first field that is missing or malformed. */
export function malformedIn(fields: Readonly<Record<string, unknown>>, checks: object): string | undefined {
  const entries = Object.entries(checks as Readonly<Record<string, Check<unknown>>>);
  return entries.find(([name, check]) => !check(fields[name]))?.[0];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What Firestore takes for a document's id; anything else names no grant, or worse, one of its events. */
export function isDocumentId(id: unknown): id is string {
  return isString(id) && id !== '' && id !== '.' && id !== '..' && !id.includes('/') && !/^__.*__$/.test(id);
}
