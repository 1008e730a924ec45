import { isObject, type Json, type JsonObject } from './json.ts';

/** One broken rule: where, which rule, and Slack's words for it. */
export type Violation = { path: string; rule: string; message: string };

export type Surface = 'message' | 'modal' | 'home';

/** Where a check is in the document, and the list it adds to. */
export type Check = {
  path: string;
  surface: Surface;
  at(...keys: (string | number)[]): Check;
  fail(rule: string, message: string): void;
};

/** Starts a check at a JSON pointer; `violations` collects what it finds. */
export function startCheck(path: string, surface: Surface, violations: Violation[]): Check {
  return {
    path,
    surface,
    at: (...keys) => startCheck([path, ...keys].join('/'), surface, violations),
    fail: (rule, message) => {
      violations.push({ path, rule, message });
    },
  };
}

/** Checks a string field's presence and length; returns the string when there is one. */
export function checkString(
  check: Check,
  owner: JsonObject,
  key: string,
  rules: { required?: boolean; min?: number; max?: number },
): string | undefined {
  const value = owner[key];
  if (value === undefined) {
    if (rules.required) check.fail('required', `missing required field: ${key}`);
    return undefined;
  }
  if (typeof value !== 'string') {
    check.at(key).fail('type', 'must be a string');
    return undefined;
  }
  checkLength(check.at(key), value, rules);
  return value;
}

/** Checks a string's length, in UTF-16 units, which is never less than what Slack counts. */
export function checkLength(check: Check, value: string, rules: { min?: number; max?: number }): void {
  if (rules.max !== undefined && value.length > rules.max) {
    check.fail('max_length', `must be less than ${rules.max + 1} characters`);
  }
  if (rules.min !== undefined && value.length < rules.min) {
    check.fail('min_length', `must be more than ${rules.min - 1} characters`);
  }
}

/** Checks an array field's presence and size; returns its items. */
export function checkArray(
  check: Check,
  owner: JsonObject,
  key: string,
  rules: { required?: boolean; min?: number; max?: number },
): Json[] {
  const value = owner[key];
  if (value === undefined) {
    if (rules.required) check.fail('required', `missing required field: ${key}`);
    return [];
  }
  if (!Array.isArray(value)) {
    check.at(key).fail('type', 'must provide an array');
    return [];
  }
  if (rules.max !== undefined && value.length > rules.max) {
    check.at(key).fail('max_items', `no more than ${rules.max} items allowed`);
  }
  if (rules.min !== undefined && value.length < rules.min) {
    check.at(key).fail('min_items', `must have at least ${rules.min} item${rules.min === 1 ? '' : 's'}`);
  }
  return value;
}

/** Checks an object field's presence; returns the object when there is one. */
export function checkObject(
  check: Check,
  owner: JsonObject,
  key: string,
  required: boolean,
): JsonObject | undefined {
  const value = owner[key];
  if (value === undefined) {
    if (required) check.fail('required', `missing required field: ${key}`);
    return undefined;
  }
  if (isObject(value)) return value;
  check.at(key).fail('type', 'must provide an object');
  return undefined;
}

/** Checks that a field, where it is given, is one of a closed set. */
export function checkOneOf(check: Check, owner: JsonObject, key: string, allowed: readonly string[]): void {
  const value = owner[key];
  if (value === undefined) return;
  if (typeof value !== 'string' || !allowed.includes(value)) {
    check.at(key).fail('enum', `must be one of: ${allowed.join(', ')}`);
  }
}

/** Reports fields that Slack does not know, which it refuses as additional properties. */
export function checkKeys(check: Check, owner: JsonObject, known: readonly string[]): void {
  for (const key of Object.keys(owner)) {
    if (!known.includes(key)) check.fail('unknown_field', `invalid additional property: ${key}`);
  }
}

/** Reports a value that appears twice, in Slack's words. */
export function checkUnique(check: Check, seen: Set<string>, key: string, value: Json | undefined): void {
  if (typeof value !== 'string') return;
  if (seen.has(value)) check.at(key).fail('unique', `\`${key}\` "${value}" already exists`);
  seen.add(value);
}

/** Checks a boolean, a whole number or a number in a range, where the field is given. */
export function checkScalar(
  check: Check,
  owner: JsonObject,
  key: string,
  kind: 'boolean' | 'integer',
  range: { min?: number; max?: number } = {},
): void {
  const value = owner[key];
  if (value === undefined) return;
  if (kind === 'boolean') {
    if (typeof value !== 'boolean') check.at(key).fail('type', 'must be a boolean');
    return;
  }
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    check.at(key).fail('type', 'must be an integer');
  } else if (range.min !== undefined && value < range.min) {
    check.at(key).fail('min', `must be at least ${range.min}`);
  } else if (range.max !== undefined && value > range.max) {
    check.at(key).fail('max', `must be at most ${range.max}`);
  }
}
