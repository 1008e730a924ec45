import type { DocumentData, Timestamp } from '@google-cloud/firestore';
import { LatchkeyError } from '../errors.ts';

/** The part of Firestore's `Timestamp` class that is needed here; passed in, since the library loads late. */
export interface Timestamps {
  fromMillis(milliseconds: number): Timestamp;
}

/** Fields that hold a moment: milliseconds in the domain, a Timestamp in the document. */
function isTimeName(name: string): boolean {
  return name === 'at' || name === 'until' || name.endsWith('At');
}

/** A value of the domain as a document; throws `invalid` where a field is undefined, which Firestore cannot hold. */
export function encode(value: object, timestamps: Timestamps): DocumentData {
  return encodeMap(value, '', timestamps);
}

function encodeMap(value: object, path: string, timestamps: Timestamps): DocumentData {
  const entries = Object.entries(value).map(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    return [name, encodeField(name, field, here, timestamps)] as const;
  });
  return Object.fromEntries(entries);
}

function encodeField(name: string, value: unknown, path: string, timestamps: Timestamps): unknown {
  if (value === undefined) throw new LatchkeyError('invalid', `failed to encode ${path}: it is undefined`);
  if (typeof value === 'number' && isTimeName(name)) return timestamps.fromMillis(value);
  if (Array.isArray(value)) {
    return value.map((item, i) => encodeField(name, item, `${path}[${i}]`, timestamps));
  }
  return typeof value === 'object' && value !== null ? encodeMap(value, path, timestamps) : value;
}

/** The inverse of {@link encode}. */
export function decode(data: DocumentData): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).map(([name, field]) => [name, decodeField(field)]));
}

function decodeField(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeField);
  if (typeof value !== 'object' || value === null) return value;
  return isTimestamp(value) ? value.toMillis() : decode(value);
}

function isTimestamp(value: object): value is Timestamp {
  return 'toMillis' in value && typeof value.toMillis === 'function';
}
